import { Task } from '@lit/task';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Spec } from '../io/spec.ts';
import type { Lab, WgslListing } from '../lab/lab.ts';
import { EditEvent } from './events.ts';
import { plural } from './figures.ts';
import { sharedStyles } from './shared-styles.ts';
import './sb-copy-button.ts';

/**
 * The WGSL that a spec compiles to, fetched when it is first unfolded, to be read and edited.
 *
 * @fires sb-edit - with the edited text
 * @fires sb-measure - to run it
 */
@customElement('sb-wgsl')
export class SbWgsl extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        align-items: center;
        justify-content: space-between;
        margin: 0.75rem 0;
      }
      pre {
        max-height: 32rem;
        margin: 0;
        padding: 1rem;
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: 10px;
        background: var(--sunk);
        font: var(--text-small) / 1.55 var(--mono);
        tab-size: 2;
      }
      textarea {
        width: 100%;
        height: 32rem;
        padding: 1rem;
        border: 1px solid var(--line-strong);
        border-radius: 10px;
        background: var(--sunk);
        color: inherit;
        font: var(--text-small) / 1.55 var(--mono);
        tab-size: 2;
        white-space: pre;
        resize: vertical;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      ul {
        padding-left: 1.25rem;
        margin-top: 0.75rem;
      }
    `,
  ];

  @property({ attribute: false }) lab!: Lab;
  @property({ attribute: false }) spec!: Spec;
  @state() private opened = false;
  /** The text in the editor, kept until it is discarded; undefined where nothing is edited. */
  @state() private edited: string | undefined;

  readonly #listing = new Task(this, {
    args: () => [this.opened ? this.spec : undefined] as const,
    task: ([spec]) => (spec ? this.lab.wgsl(spec) : undefined),
  });

  override render(): TemplateResult {
    return html`
      <details
        @toggle=${(event: Event): void => {
          this.opened = (event.target as HTMLDetailsElement).open;
        }}
      >
        <summary>The WGSL that ran</summary>
        ${this.#listing.render({
          pending: () => html`<p class="small">Fetching…</p>`,
          complete: (listing) => (listing ? this.#draw(listing) : html``),
          error: (cause) =>
            html`<p>It could not be fetched: ${cause instanceof Error ? cause.message : String(cause)}</p>`,
        })}
      </details>
    `;
  }

  #draw(listing: WgslListing | { readonly rejected: string }): TemplateResult {
    if ('rejected' in listing) return html`<p>There is none: ${listing.rejected}.</p>`;
    const wgsl = this.spec.wgsl ?? listing.wgsl;
    return html`
      <div class="head">
        <p class="small">
          Entry point <code>${listing.entryPoint}</code>, workgroups of ${listing.workgroupSize}, dispatch
          ${listing.dispatch.join(' × ')}${this.spec.wgsl === undefined ? '' : '; the text is yours'}
        </p>
        <div class="buttons">
          ${this.#editing(wgsl)}
          <sb-copy-button label="Copy WGSL" .text=${(): string => this.edited ?? wgsl}></sb-copy-button>
        </div>
      </div>
      ${
        this.edited === undefined
          ? html`<pre tabindex="0" role="region" aria-label="WGSL"><code>${wgsl}</code></pre>`
          : html`<textarea
              aria-label="Your WGSL"
              spellcheck="false"
              autocapitalize="off"
              .value=${live(this.edited)}
              @input=${(event: Event): void => {
                this.edited = (event.target as HTMLTextAreaElement).value;
              }}
            ></textarea>`
      }
      ${this.spec.wgsl === undefined ? parts(listing) : html``}
    `;
  }

  #editing(wgsl: string): TemplateResult {
    if (this.edited === undefined) {
      return html`<button
        type="button"
        @click=${(): void => {
          this.edited = wgsl;
        }}
      >
        Edit
      </button>`;
    }
    return html`<button type="button" @click=${this.#run}>Run this text</button>
      <button
        type="button"
        @click=${(): void => {
          this.edited = undefined;
        }}
      >
        Discard the edit
      </button>`;
  }

  readonly #run = (): void => {
    if (this.edited === undefined) return;
    this.dispatchEvent(new EditEvent({ customWgsl: this.edited }));
    this.dispatchEvent(new CustomEvent('sb-measure', { bubbles: true, composed: true }));
  };
}

const parts = ({ files }: WgslListing): TemplateResult => html`
  <details class="small" style="margin-top: 0.75rem">
    <summary>Joined from ${plural(files.length, 'part')}</summary>
    <ul>
      ${files.map(({ name, firstLine, lines }) => html`<li><code>${name}</code>, lines ${firstLine}–${firstLine + lines - 1}</li>`)}
    </ul>
  </details>
`;

declare global {
  interface HTMLElementTagNameMap {
    'sb-wgsl': SbWgsl;
  }
}
