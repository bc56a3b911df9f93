import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Environment, RecordFile } from '../io/record.ts';
import { type Axis, placeText } from '../lab/axes.ts';
import { formatPoints } from '../lab/format-points.ts';
import type { SweepOutcome } from '../lab/sweep.ts';
import type { Judgement } from '../tune/predictor.ts';
import { formatTime, plural } from './figures.ts';
import { heatLegend, heatStyles, heatTable } from './heat-table.ts';
import { judgementText } from './judgement-wording.ts';
import { measurementStyles } from './measurement-styles.ts';
import { plainTable } from './plain-table.ts';
import { pointsTable } from './points-table.ts';
import { recordButton } from './record-button.ts';
import { sharedStyles } from './shared-styles.ts';
import { heatGrid } from './sweep-heat.ts';
import {
  cacheText,
  FRONT_ABOUT,
  FRONT_HEAD,
  frontRows,
  reasonLines,
  sweepTally,
  timeOf,
} from './sweep-wording.ts';

/** Points that the list shows. */
const MOST_ROWS = 300;
/** Cells that are drawn with colours. */
const MOST_CELLS = 1000;

/** A sweep that ended, or was cancelled. */
export interface Swept {
  readonly axes: readonly Axis[];
  readonly outcomes: readonly SweepOutcome[];
  /** Points of the axes. */
  readonly planned: number;
  readonly environment: Environment;
  /** The winners that took the place of `auto`, in words, each once. */
  readonly winners: readonly string[];
  /** How well its times predict each other, where it is of shapes enough. */
  readonly judgement: Judgement | undefined;
}

/** What a sweep found: times by its axes where there are two, formats by time, bytes and error, every point, and why some failed. */
@customElement('sb-swept')
export class SbSwept extends LitElement {
  static override styles = [
    sharedStyles,
    measurementStyles,
    heatStyles,
    css`
      .stack > * + * {
        margin-top: 0.9rem;
      }
      .stack > div > .scroll {
        margin-top: 0.25rem;
      }
    `,
  ];

  @property({ attribute: false }) swept!: Swept;

  override render(): TemplateResult {
    const { outcomes, planned, environment, judgement } = this.swept;
    const points = pointsTable(outcomes.slice(0, MOST_ROWS));
    const least = Math.min(...outcomes.map(timeOf));
    const fastest = outcomes.find((outcome) => timeOf(outcome) === least);
    return html`<div class="stack">
      <p>
        <strong>${sweepTally(outcomes)}</strong>${outcomes.length < planned ? `, of ${planned} planned` : ''}.
        ${fastest && least < Infinity ? `Fastest: ${placeText(fastest.at)}, ${formatTime(least)}.` : ''}
      </p>
      ${this.#heat()} ${this.#front()} ${plainTable('Points of the sweep', points.head, points.rows)}
      ${outcomes.length > MOST_ROWS ? html`<p class="small">… and ${plural(outcomes.length - MOST_ROWS, 'more point')}: the saved record has all.</p>` : nothing}
      ${judgement ? html`<p class="small">${judgementText(judgement)}</p>` : nothing}
      ${reasonLines(outcomes).map((line) => html`<p class="warning">${line}</p>`)}
      <p class="small">
        Each point was measured by itself: differences of a few per cent are for a comparison to judge.
      </p>
      ${recordButton('subbyte-sweep.json', () => recordOf(outcomes, environment))}
    </div>`;
  }

  /** Of more axes than two a table would hide which point a time is of. */
  #heat(): TemplateResult | typeof nothing {
    const { axes, outcomes } = this.swept;
    const grid = heatGrid(axes, outcomes);
    if (!grid || grid.others.length > 0) return nothing;
    if (grid.rows.values.length * grid.columns.values.length > MOST_CELLS) return nothing;
    const fixed = axes.filter(({ values }) => values.length === 1);
    return html`<div>
      ${heatTable(grid, fixed.map(({ name, values }) => `${name}=${values[0]!}`).join(' '))}
      <p class="small">${heatLegend(grid)} ${cacheText(outcomes)}</p>
    </div>`;
  }

  #front(): TemplateResult | typeof nothing {
    const formats = formatPoints(this.swept.outcomes);
    if (formats.length === 0) return nothing;
    return html`<div>
      <p>${FRONT_ABOUT}</p>
      ${plainTable('Formats by time, bytes and error', FRONT_HEAD, frontRows(formats, this.swept.outcomes))}
    </div>`;
  }
}

const recordOf = (outcomes: readonly SweepOutcome[], environment: Environment): RecordFile => ({
  schemaVersion: 1,
  environments: [environment],
  results: outcomes.flatMap(({ outcome }) => ('rejected' in outcome ? [] : [{ ...outcome, environment: 0 }])),
  comparisons: [],
});

declare global {
  interface HTMLElementTagNameMap {
    'sb-swept': SbSwept;
  }
}
