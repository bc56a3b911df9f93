import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { t4File } from '../tune/t4.ts';
import { EditEvent } from './events.ts';
import { formatCount, formatTime, plural } from './figures.ts';
import { measurementStyles } from './measurement-styles.ts';
import { plainTable } from './plain-table.ts';
import { recordButton } from './record-button.ts';
import type { SearchFinding } from './run-search.ts';
import { saveFile } from './save-file.ts';
import { sharedStyles } from './shared-styles.ts';
import { wordSpec } from './spec-wording.ts';
import {
  betterText,
  CAUSES,
  changedText,
  OVERTAKEN,
  ratioText,
  takenText,
  tuneHeadline,
  UNCLEAR_FINALIST,
} from './tune-wording.ts';

/** Reasons of failures that are shown. */
const MOST_REASONS = 8;

/**
 * What a search found: the winner against the default, the finalists, and why tiles failed.
 *
 * @fires sb-edit - to set the card to the winner
 */
@customElement('sb-finding')
export class SbFinding extends LitElement {
  static override styles = [sharedStyles, measurementStyles];

  @property({ attribute: false }) finding!: SearchFinding;
  /** Whether what the browser keeps has changed since. */
  @property({ type: Boolean }) overtaken = false;

  override render(): TemplateResult {
    const { question, tuned, samples, entries, record, isKept } = this.finding;
    const { spec, standard, legalTiles, strategy } = question;
    return html`
      <p>
        <strong>${tuneHeadline(tuned, spec.kernel, 'go on with the search and a larger budget')}</strong>
      </p>
      <p class="small">
        For ${wordSpec(spec)}: ${formatCount(tuned.tried)} of ${formatCount(legalTiles)} legal tiles,
        ${strategy} search, ${plural(samples, 'sample')}.
      </p>
      ${tuned.confirmed ? this.#winner() : nothing}
      ${
        tuned.finalists.length > 0
          ? plainTable(
              'Finalists against the default',
              ['differs from the default in', 'time', 'time ÷ the default’s [95 % interval]', 'verdict'],
              tuned.finalists.map((finalist) => [
                changedText(finalist.tile, standard),
                formatTime(finalist.medianNs),
                ratioText(finalist),
                finalist.verdict,
              ]),
            )
          : nothing
      }
      ${tuned.finalists.some(({ verdict }) => verdict === 'UNCLEAR') ? html`<p class="small">${UNCLEAR_FINALIST}</p>` : nothing}
      ${this.#failures()}
      ${isKept ? nothing : html`<p class="problem">This browser did not keep all of it: it has no room, or refuses to keep anything. Note the tile down.</p>`}
      <p class="row">
        ${record.results.length > 0 ? recordButton('subbyte-search.json', () => record) : nothing}
        <button
          type="button"
          @click=${(): void => {
            saveFile('subbyte-search.t4.json', t4File(entries));
          }}
        >
          Save as Kernel Tuner’s T4 results
        </button>
      </p>
    `;
  }

  #winner(): TemplateResult {
    const { question, tuned, withAuto, better, taken } = this.finding;
    const found = { kernel: question.spec.kernel, params: tuned.winner };
    const compared = withAuto?.comparisons[0];
    return html`<p>
        <code>${found.kernel}</code> with ${changedText(tuned.winner, question.standard)}
        <button
          type="button"
          @click=${(): void => {
            const { kernel, params } = found;
            this.dispatchEvent(new EditEvent({ choices: { kernel }, params }));
          }}
        >
          Use this tile
        </button>
      </p>
      ${better && !this.overtaken ? html`<p>${betterText(better)}</p>` : nothing}
      ${
        Object.keys(question.spec.params).length > 0
          ? html`<p class="small">
              auto does not take it: parameters were fixed, and a tile that they leave out may be faster.
            </p>`
          : nothing
      }
      ${
        compared
          ? html`<p>
              Against ${question.auto}, which auto stands for, it takes ${ratioText(compared)} of the time:
              ${compared.verdict}.
            </p>`
          : nothing
      }
      <p>${this.overtaken ? OVERTAKEN : takenText(taken, found)}</p>`;
  }

  #failures(): TemplateResult | typeof nothing {
    const { failures } = this.finding.tuned;
    if (failures.length === 0) return nothing;
    return html`<div>
      <p>
        ${plural(
          failures.reduce((sum, { count }) => sum + count, 0),
          'tile',
        )}
        failed:
      </p>
      <ul>
        ${failures
          .slice(0, MOST_REASONS)
          .map(
            ({ cause, reason, count }) =>
              html`<li>${CAUSES[cause]}, ${plural(count, 'tile')}: ${reason}</li>`,
          )}
        ${failures.length > MOST_REASONS ? html`<li>… and ${plural(failures.length - MOST_REASONS, 'more reason')}</li>` : nothing}
      </ul>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-finding': SbFinding;
  }
}
