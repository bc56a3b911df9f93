import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Figure } from './result-figures.ts';
import { sharedStyles } from './shared-styles.ts';

/** One number of a result, with how it was got. `size="large"` for those that lead. */
@customElement('sb-figure')
export class SbFigure extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .label {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.6rem;
        align-items: baseline;
        color: var(--ink-soft);
        font-size: var(--text-small);
      }
      .kind {
        padding: 0 0.4em;
        border: 1px solid var(--line);
        border-radius: 999px;
        font-size: 0.6875rem;
        line-height: 1.5;
        letter-spacing: 0.02em;
      }
      .value {
        font-family: var(--mono);
        font-size: 1.0625rem;
        font-variant-numeric: tabular-nums;
      }
      .detail {
        color: var(--ink-soft);
        font-size: var(--text-small);
        overflow-wrap: anywhere;
      }
      :host([size='large']) .value {
        margin: 0.1rem 0;
        font-size: var(--text-figure);
        font-weight: 500;
        line-height: 1.15;
        letter-spacing: -0.045em;
      }
      .unit {
        margin-left: 0.35em;
        font-family: var(--sans);
        font-size: 0.875em;
      }
      :host([size='large']) .unit {
        font-size: 0.5em;
        letter-spacing: 0;
      }
      :host([size='large']) .detail {
        font-size: 0.9375rem;
      }
    `,
  ];

  @property({ attribute: false }) figure!: Figure;

  override render(): TemplateResult {
    const { label, value, unit, detail, kind } = this.figure;
    return html`
      <p class="label"><span>${label}</span> ${kind ? html`<span class="kind">${kind}</span>` : nothing}</p>
      <p class="value">${value}${unit ? html`<span class="unit">${unit}</span>` : nothing}</p>
      ${detail ? html`<p class="detail">${detail}</p>` : nothing}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-figure': SbFigure;
  }
}
