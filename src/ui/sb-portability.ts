import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { RecordFile } from '../io/record.ts';
import { portability, type PortabilityMatrix } from '../tune/portability.ts';
import { portabilityInput } from '../tune/records.ts';
import { bestTwoWayRule } from '../tune/two-way-rule.ts';
import { plural } from './figures.ts';
import { measurementStyles } from './measurement-styles.ts';
import { plainTable } from './plain-table.ts';
import { columnName, percent, ruleText, singleText, summary } from './portability-wording.ts';
import { type LoadedRecord, readRecordFiles } from './record-files.ts';
import { sharedStyles } from './shared-styles.ts';

/** Configurations that are shown. */
const MOST_ROWS = 50;

/** A matrix and what to take of it. */
interface Answer {
  readonly matrix: PortabilityMatrix;
  readonly lines: readonly string[];
}

/** Configurations × adapters, from records of several machines; measures nothing. */
@customElement('sb-portability')
export class SbPortability extends LitElement {
  static override styles = [sharedStyles, measurementStyles];

  @state() private loaded: readonly LoadedRecord[] = [];
  @state() private problems: readonly string[] = [];
  @state() private answer: Answer | undefined;

  override render(): TemplateResult {
    return html`<details>
      <summary>Compare machines</summary>
      <p class="about">
        Reads records of several machines, as a sweep or a comparison saves them, and shows which
        configuration does well on all: each time as a share of the best of its own case. Nothing is measured,
        and no file leaves this page.
      </p>
      <p class="row">
        <label
          >Record files <input type="file" accept=".json,application/json" multiple @change=${this.#read}
        /></label>
      </p>
      <div role="alert">${this.problems.map((problem) => html`<p class="problem">${problem}</p>`)}</div>
      ${this.loaded.length > 0 ? this.#files() : nothing} ${this.answer ? matrixOf(this.answer) : nothing}
    </details>`;
  }

  #files(): TemplateResult {
    return html`<div>
      <p>${plural(this.loaded.length, 'record')}: ${this.loaded.map(({ name }) => name).join(', ')}.</p>
      <p class="row">
        <button
          type="button"
          @click=${(): void => {
            this.loaded = [];
            this.problems = [];
            this.answer = undefined;
          }}
        >
          Remove all records
        </button>
      </p>
    </div>`;
  }

  /** Adds files to those that were read before; a file that is no record changes nothing of them. */
  readonly #read = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const { loaded, problems } = await readRecordFiles([...(input.files ?? [])]);
    // So that the same file can be chosen again.
    input.value = '';
    this.loaded = [...this.loaded, ...loaded];
    const answer = answerOf(this.loaded.map(({ record }) => record));
    const isEmpty = this.loaded.length > 0 && !answer;
    this.problems = isEmpty ? [...problems, NO_TIME] : problems;
    this.answer = answer;
  };
}

const NO_TIME = 'There is no time of a right result in these records: take those of a sweep or a comparison.';

function answerOf(records: readonly RecordFile[]): Answer | undefined {
  const { times, features } = portabilityInput(records);
  const matrix = portability(times);
  if (matrix.cases.length === 0) return undefined;
  const rule = bestTwoWayRule(
    matrix,
    matrix.cases.map((name) => features.get(name) ?? {}),
  );
  const lines = [singleText(matrix), ruleText(rule, matrix)].filter((line) => line !== undefined);
  return { matrix, lines };
}

function matrixOf({ matrix: { cases, rows }, lines }: Answer): TemplateResult {
  const names = cases.map((_, index) => columnName(index));
  return html`<div>
    ${lines.map((line) => html`<p><strong>${line}</strong></p>`)}
    <ul>
      ${cases.map((name, index) => html`<li>${names[index]}: ${name}</li>`)}
    </ul>
    <p class="small">100 % is the fastest there, 0 % did not run right, empty was not measured.</p>
    ${plainTable(
      'Shares of the best time of each case',
      ['configuration', ...names, 'average', 'worst', 'geometric mean'],
      rows
        .slice(0, MOST_ROWS)
        .map((row) => [row.configuration, ...[...row.shares, ...summary(row)].map(percent)]),
    )}
    ${rows.length > MOST_ROWS ? html`<p class="small">… and ${plural(rows.length - MOST_ROWS, 'more configuration')}.</p>` : nothing}
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-portability': SbPortability;
  }
}
