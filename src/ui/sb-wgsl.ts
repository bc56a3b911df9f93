import { Task } from '@lit/task';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Spec } from '../io/spec.ts';
import type { Lab, WgslListing } from '../lab/lab.ts';
import { plural } from './figures.ts';
import { sharedStyles } from './shared-styles.ts';
import './sb-copy-button.ts';

/** The WGSL that a spec compiles to, fetched when it is first unfolded. */
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
      ul {
        padding-left: 1.25rem;
        margin-top: 0.75rem;
      }
    `,
  ];

  @property({ attribute: false }) lab!: Lab;
  @property({ attribute: false }) spec!: Spec;
  @state() private opened = false;

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
          ${listing.dispatch.join(' × ')}${this.spec.wgsl === undefined ? '' : '; the text that came with the link'}
        </p>
        <sb-copy-button label="Copy WGSL" .text=${(): string => wgsl}></sb-copy-button>
      </div>
      <pre tabindex="0" role="region" aria-label="WGSL"><code>${wgsl}</code></pre>
      ${this.spec.wgsl === undefined ? parts(listing) : html``}
    `;
  }
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
