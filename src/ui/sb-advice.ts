import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Advice } from './advice.ts';
import { sharedStyles } from './shared-styles.ts';

/**
 * Why nothing can be measured, and what to do.
 *
 * @fires sb-retry - when the user wants to try again
 */
@customElement('sb-advice')
export class SbAdvice extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      section {
        padding: var(--gap);
        border: 1px solid var(--bad);
        border-radius: var(--radius);
        background: var(--card);
      }
      h2 {
        font-size: 1.5rem;
        font-weight: 600;
        line-height: 1.25;
        letter-spacing: -0.015em;
      }
      p {
        max-width: 60ch;
        margin: 0.5rem 0 0;
        white-space: pre-line;
      }
      ol {
        max-width: 64ch;
        margin: 1rem 0 1.25rem;
        padding-left: 1.25rem;
      }
      li + li {
        margin-top: 0.4rem;
      }
      code {
        padding: 0.1em 0.3em;
        border-radius: 4px;
        background: var(--sunk);
        white-space: nowrap;
      }
      @media (max-width: 700px) {
        code {
          white-space: normal;
          overflow-wrap: anywhere;
        }
      }
    `,
  ];

  @property({ attribute: false }) advice!: Advice;

  override render(): TemplateResult {
    const { title, explanation, steps } = this.advice;
    return html`<section aria-labelledby="title">
      <h2 id="title">${title}</h2>
      <p>${explanation}</p>
      <ol>
        ${steps.map((step) => html`<li>${withCode(step)}</li>`)}
      </ol>
      <button
        type="button"
        @click=${(): void => {
          this.dispatchEvent(new CustomEvent('sb-retry'));
        }}
      >
        Try again
      </button>
    </section>`;
  }
}

/** Text with what stands in backticks set as code. */
const withCode = (text: string): readonly (string | TemplateResult)[] =>
  text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part));

declare global {
  interface HTMLElementTagNameMap {
    'sb-advice': SbAdvice;
  }
}
