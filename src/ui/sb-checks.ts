import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Verification } from '../io/record.ts';
import { tallyChecks, wordChecks } from './check-wording.ts';
import { sharedStyles } from './shared-styles.ts';

/** Which checks a verification made and what each showed: a line that opens to a list. */
@customElement('sb-checks')
export class SbChecks extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 0.5rem 1.25rem;
        margin-top: 0.75rem;
        max-width: 82ch;
      }
      dt {
        font-weight: 600;
      }
      .outcome {
        display: block;
        color: var(--ink-soft);
        font-size: var(--text-small);
        font-weight: 400;
      }
      .failed .outcome {
        color: var(--bad);
      }
      dd {
        overflow-wrap: anywhere;
      }
      @media (max-width: 620px) {
        dl {
          grid-template-columns: 1fr;
          gap: 0;
        }
        dd {
          margin-bottom: 0.75rem;
        }
      }
    `,
  ];

  @property({ attribute: false }) verification!: Verification;

  override render(): TemplateResult | typeof nothing {
    const checks = wordChecks(this.verification);
    if (checks.length === 0) return nothing;
    const failed = checks.some(({ outcome }) => outcome === 'failed');
    return html`<details ?open=${failed}>
      <summary>What was checked: ${tallyChecks(checks)}</summary>
      <dl>
        ${checks.map(
          ({ outcome, name, says }) =>
            html`<dt class=${outcome === 'failed' ? 'failed' : ''}>
                ${name} <span class="outcome">${outcome}</span>
              </dt>
              <dd>${says}</dd>`,
        )}
      </dl>
    </details>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-checks': SbChecks;
  }
}
