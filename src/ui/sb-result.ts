import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Lab } from '../lab/lab.ts';
import type { Finished } from './experiment.ts';
import { caveats, leadingFigures, sheetFigures } from './result-figures.ts';
import { sharedStyles } from './shared-styles.ts';
import { wordSpec } from './spec-wording.ts';
import { type VerdictWording, wordVerdict } from './verdict-wording.ts';
import './sb-checks.ts';
import './sb-figure.ts';
import './sb-samples-plot.ts';
import './sb-wgsl.ts';

/**
 * What a run found: the verdict first, then the numbers, then the program.
 *
 * @fires sb-retry - when the user wants to run the same again
 */
@customElement('sb-result')
export class SbResult extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      section {
        padding: var(--gap);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
        box-shadow: var(--shadow);
      }
      .verdict {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.25rem 0.85rem;
        align-items: start;
      }
      .mark {
        display: grid;
        place-items: center;
        width: 1.2em;
        height: 1.2em;
        border-radius: 50%;
        background: var(--accent);
        color: var(--on-accent);
        font-size: var(--text-verdict);
        line-height: 1;
      }
      .mark svg {
        width: 0.66em;
        height: 0.66em;
        fill: none;
        stroke: currentcolor;
        stroke-width: 3.2;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .wrong .mark,
      .failed .mark {
        background: var(--bad);
        color: var(--card);
      }
      .refused .mark {
        background: var(--warn);
        color: var(--card);
      }
      h2 {
        font-size: var(--text-verdict);
        font-weight: 600;
        line-height: 1.2;
        letter-spacing: -0.025em;
      }
      .details {
        grid-column: 2;
        max-width: 68ch;
      }
      .details p + p {
        margin-top: 0.15rem;
      }
      .details p:first-child {
        font-size: 1.0625rem;
      }
      .failed .details p {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .details button {
        margin-top: 0.75rem;
      }
      sb-checks {
        margin-top: 1rem;
      }
      .caveats {
        margin: 1.25rem 0 0;
        padding: 0.65rem 1rem;
        border-radius: 8px;
        background: var(--warn-soft);
        color: var(--warn);
        list-style: none;
      }
      .caveats li + li {
        margin-top: 0.4rem;
      }
      .leading {
        display: grid;
        grid-template-columns: 1.35fr 1fr 1fr;
        gap: 1.25rem var(--gap);
        margin-top: calc(var(--gap) * 1.1);
      }
      .plot {
        margin-top: 1.5rem;
      }
      .sheet {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(12.5rem, 100%), 1fr));
        gap: 1.1rem var(--gap);
        margin: 1.75rem 0 0;
        padding-top: 1.5rem;
        border-top: 1px solid var(--line);
      }
      sb-wgsl {
        margin-top: 1.75rem;
        padding-top: 1.25rem;
        border-top: 1px solid var(--line);
      }
      .about {
        margin-top: 1.25rem;
      }
      @media (max-width: 820px) {
        .leading {
          grid-template-columns: 1fr 1fr;
        }
        .leading sb-figure:first-child {
          grid-column: 1 / -1;
        }
      }
      @media (max-width: 460px) {
        .leading {
          grid-template-columns: 1fr;
        }
        .details {
          grid-column: 1 / -1;
        }
        .sheet {
          grid-template-columns: 1fr 1fr;
        }
      }
    `,
  ];

  @property({ attribute: false }) finished!: Finished;
  @property({ attribute: false }) lab!: Lab;
  /** Whether the card has changed since. */
  @property({ type: Boolean }) stale = false;

  override render(): TemplateResult {
    const { result, environment } = this.finished;
    const verdict = wordVerdict(result);
    const leading = leadingFigures(result);
    const notes = result.verification ? caveats(result) : [];
    return html`<section class=${verdict.tone} aria-labelledby="verdict">
      ${this.#verdict(verdict)}
      ${result.verification ? html`<sb-checks .verification=${result.verification}></sb-checks>` : nothing}
      ${
        notes.length > 0
          ? html`<ul class="caveats">
              ${notes.map((note) => html`<li>${note}</li>`)}
            </ul>`
          : nothing
      }
      ${
        leading.length > 0
          ? html`<div class="leading">
              ${leading.map((figure) => html`<sb-figure size="large" .figure=${figure}></sb-figure>`)}
            </div>`
          : nothing
      }
      ${
        result.timing
          ? html`<sb-samples-plot class="plot" .timing=${result.timing}></sb-samples-plot>`
          : nothing
      }
      <div class="sheet">
        ${sheetFigures(result, environment).map((figure) => html`<sb-figure .figure=${figure}></sb-figure>`)}
      </div>
      ${
        result.status === 'unsupported'
          ? nothing
          : html`<sb-wgsl .lab=${this.lab} .spec=${result.spec}></sb-wgsl>`
      }
      <p class="about small">
        ${this.stale ? html`<strong>For the settings before you changed them:</strong> ` : 'For '}${wordSpec(result.spec)}.
      </p>
    </section>`;
  }

  #verdict({ tone, headline, details }: VerdictWording): TemplateResult {
    return html`<div class="verdict">
      <span class="mark" aria-hidden="true">${MARKS[tone]}</span>
      <h2 id="verdict">${headline}</h2>
      <div class="details">
        ${details.map((detail) => html`<p>${detail}</p>`)}
        ${
          tone === 'failed' || tone === 'wrong'
            ? html`<button
                type="button"
                @click=${(): void => {
                  this.dispatchEvent(new CustomEvent('sb-retry'));
                }}
              >
                Try again
              </button>`
            : nothing
        }
      </div>
    </div>`;
  }
}

const CROSS = html`<svg viewBox="0 0 24 24"><path d="M5 5 19 19M19 5 5 19" /></svg>`;
const MARKS: Readonly<Record<VerdictWording['tone'], TemplateResult>> = {
  right: html`<svg viewBox="0 0 24 24"><path d="M3 13 9.5 19.5 21 5.5" /></svg>`,
  wrong: CROSS,
  failed: CROSS,
  refused: html`<svg viewBox="0 0 24 24"><path d="M12 3v11M12 20.5v.01" /></svg>`,
};

declare global {
  interface HTMLElementTagNameMap {
    'sb-result': SbResult;
  }
}
