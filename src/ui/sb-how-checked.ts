import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { dialogStyles } from './dialog-styles.ts';
import { sharedStyles } from './shared-styles.ts';

/** A link-like button that opens a short account of how results are checked and what the tags of figures mean. */
@customElement('sb-how-checked')
export class SbHowChecked extends LitElement {
  static override styles = [
    sharedStyles,
    dialogStyles,
    css`
      :host {
        display: inline;
      }
      dialog {
        width: min(42rem, calc(100vw - 2rem));
      }
      h3 {
        margin: 1.25rem 0 0.25rem;
        font-size: 1rem;
        font-weight: 600;
      }
      p {
        max-width: 62ch;
      }
      form {
        margin-top: 1.5rem;
      }
    `,
  ];

  @query('dialog') private readonly dialog!: HTMLDialogElement;

  override render(): TemplateResult {
    return html`
      <button
        class="plain"
        type="button"
        aria-haspopup="dialog"
        @click=${(): void => {
          this.dialog.showModal();
        }}
      >
        How results are checked
      </button>
      <dialog aria-labelledby="title">
        <h2 id="title">How results are checked</h2>
        <h3>Against a bound for each output, not one tolerance</h3>
        <p>
          The product is computed again on the CPU in 64-bit floating point, from the same quantized weights.
          Each output of the kernel may differ from it by no more than the rounding of its own sum can
          explain. The verdict tells how much of that bound the worst output uses; above 100 % it is wrong.
          Activations that the GPU quantized first are read back and checked by themselves, and the product is
          of what they became.
        </p>
        <h3>All errors together</h3>
        <p>
          A bound for thousands of terms is wide, and roundings cancel. So the size that all errors together
          should have is predicted, from the roundings that the kernel declares and the data that were run. A
          kernel whose errors are far larger computes in less precision than it declares, and is wrong.
        </p>
        <h3>And on data where rounding cannot happen</h3>
        <p>
          The kernel also multiplies small whole numbers, chosen so that every sum along the way is exact.
          There it must match bit for bit, whatever its tiles and order.
        </p>
        <h3>And where one term stands alone</h3>
        <p>
          The bound of a long sum has room for a kernel that keeps three bits of each scale. So in some rows
          each output is a single product, which must be right bit for bit where it can be exact, and else to
          within its own few roundings. Scales there have all their bits, at every exponent; activations have
          many bits, too.
        </p>
        <h3>In any order of lanes</h3>
        <p>
          The invocations of a workgroup, its lanes, share memory, and a barrier that is missing shows only
          where lanes happen to run in an unlucky order. So lanes trade places in three ways, and no output on
          exact data may change; and each access to shared memory is logged, where two lanes may not meet
          between two barriers if one of them writes. A text of your own is always checked so. The kernels of
          this project are in its tests, and on the command line by <code>verify</code>, for it takes two
          compilations more.
        </p>
        <h3>Within its buffers</h3>
        <p>
          What becomes of an access behind the end of a buffer differs from GPU to GPU: a write is dropped
          here and lands on the last element there. So the kernel also runs over larger buffers: nothing
          behind the ends may be written, and other values there may change no output. This, too, is always
          checked of a text of your own.
        </p>
        <h3>Before and after</h3>
        <p>
          Outputs are filled with a pattern before each run, so that an output that was never written shows. A
          kernel that is wrong is not timed. While it is timed, two products with different inputs take turns,
          so that nothing kept from one run is right for the next; both are checked afterwards. A text of your
          own that is faster when inputs repeat is warned of.
        </p>
        <h3>Large products</h3>
        <p>
          Where recomputing everything would take too long, random combinations of the outputs are compared
          instead, and thousands of outputs one by one. The verdict then states the chance that an error is
          missed.
        </p>
        <h3>What the tags mean</h3>
        <p>
          <strong>measured</strong>: timed on this machine, just now. <strong>exact</strong>: counted, the
          same on every machine. <strong>modelled</strong>: computed from a count and an assumption, such as
          each byte being moved once.
        </p>
        <form method="dialog"><button>Close</button></form>
      </dialog>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-how-checked': SbHowChecked;
  }
}
