import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { sharedStyles } from './shared-styles.ts';

/** How long the button says that it copied [ms]. */
const FEEDBACK_MS = 2000;

/** A button that copies a text; where the browser refuses, it shows the text for copying by hand. */
@customElement('sb-copy-button')
export class SbCopyButton extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-block;
        max-width: 100%;
      }
      textarea {
        display: block;
        width: min(40rem, 100%);
        margin-top: 0.5rem;
        padding: 0.5rem;
        border: 1px solid var(--line-strong);
        border-radius: 6px;
        background: var(--sunk);
        color: var(--ink);
        font: var(--text-small) / 1.5 var(--mono);
      }
    `,
  ];

  /** What the button says. */
  @property() label = 'Copy';
  /** What is copied; made when the button is pressed. */
  @property({ attribute: false }) text: () => string = () => '';
  @state() private outcome: 'none' | 'copied' | 'refused' = 'none';

  override render(): TemplateResult {
    return html`
      <button type="button" @click=${this.#copy}>
        ${this.outcome === 'copied' ? 'Copied ✓' : this.label}
      </button>
      <span class="visually-hidden" role="status">${this.outcome === 'copied' ? 'Copied' : ''}</span>
      ${
        this.outcome === 'refused'
          ? html`<textarea readonly rows="3" aria-label="Copy this by hand" .value=${this.text()}></textarea>`
          : nothing
      }
    `;
  }

  readonly #copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.text());
      this.outcome = 'copied';
      setTimeout(() => {
        this.outcome = 'none';
      }, FEEDBACK_MS);
    } catch {
      this.outcome = 'refused';
      await this.updateComplete;
      this.renderRoot.querySelector('textarea')?.select();
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-copy-button': SbCopyButton;
  }
}
