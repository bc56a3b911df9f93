import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Environment, RecordFile } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { type Axis, AxisError, placeText, readAxes } from '../lab/axes.ts';
import type { Lab } from '../lab/lab.ts';
import { sweep, type SweepOutcome } from '../lab/sweep.ts';
import type { Advice } from './advice.ts';
import { breather } from './breather.ts';
import { formatInterval, formatTime, plural, significant } from './figures.ts';
import type { Gate } from './gate.ts';
import { Job } from './job.ts';
import { measurementStyles } from './measurement-styles.ts';
import { plainTable } from './plain-table.ts';
import { phaseLabel } from './progress-wording.ts';
import { saveFile } from './save-file.ts';
import { sharedStyles } from './shared-styles.ts';
import { sweepPoints } from './sweep-points.ts';
import { reasonLines, STATUS_WORDS, statusOf, sweepTally, timeOf } from './sweep-wording.ts';
import './sb-job.ts';

/** Points that the table shows. */
const MOST_ROWS = 300;

/** A sweep that ended, or was cancelled. */
interface Swept {
  readonly outcomes: readonly SweepOutcome[];
  readonly planned: number;
  readonly environment: Environment;
}

/** A grid of experiments around the card's, each verified and measured by itself. */
@customElement('sb-sweep')
export class SbSweep extends LitElement {
  static override styles = [sharedStyles, measurementStyles];

  @property({ attribute: false }) lab!: Lab;
  @property({ attribute: false }) gate!: Gate;
  /** The experiment on the card. */
  @property({ attribute: false }) spec: Spec | undefined;
  @property({ type: Boolean }) busy = false;
  @state() private text = 'm=1..8*2\nformat=int4,mxfp4';
  @state() private swept: Swept | undefined;
  readonly #job = new Job(this);

  override render(): TemplateResult {
    const axes = this.#axes();
    const problem = typeof axes === 'string' ? axes : '';
    return html`<details>
      <summary>Sweep a grid</summary>
      <p class="about">
        Measures the card’s experiment at every point of the axes, one a line: values between commas, or
        ranges like <code>1..8</code>, <code>64..512+64</code>, <code>1..64*2</code>. An axis is m, n, k,
        shape, format, group, layout, kernel or another option of the command line, bits, or a parameter in
        capitals. Points that no plan allows cost nothing.
      </p>
      <label
        >Axes, one a line
        <textarea
          rows="4"
          cols="48"
          spellcheck="false"
          autocapitalize="off"
          aria-invalid=${problem === '' ? 'false' : 'true'}
          aria-describedby="axes-said"
          .value=${this.text}
          @input=${(event: Event): void => {
            this.text = (event.target as HTMLTextAreaElement).value;
          }}
        ></textarea>
      </label>
      <p class=${problem === '' ? 'small' : 'problem'} id="axes-said" aria-live="polite">
        ${problem === '' ? plural(countOf(axes as readonly Axis[]), 'point') : problem}
      </p>
      <sb-job
        label="Sweep"
        .state=${this.#job.state}
        .blocked=${this.#blocked(problem)}
        cancelled="Cancelled; the points that were reached are kept."
        @sb-start=${this.#sweep}
        @sb-stop=${this.#stop}
      ></sb-job>
      ${this.swept ? this.#outcome(this.swept) : nothing}
    </details>`;
  }

  /** The axes, or the sentence that says what is wrong with them. */
  #axes(): readonly Axis[] | string {
    const lines = this.text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length === 0) return 'There is no axis: for instance m=1..64*2.';
    try {
      return readAxes(lines, this.spec?.kernel ?? 'auto');
    } catch (error) {
      if (error instanceof AxisError) return error.message;
      throw error;
    }
  }

  #blocked(problem: string): string {
    if (problem !== '') return 'See what is wrong with the axes.';
    if (!this.spec) return 'The card names no experiment: see there what is wrong.';
    if (this.spec.wgsl !== undefined)
      return 'Your own WGSL fits one point alone: run the kernel’s own instead.';
    return this.busy && !this.#job.running ? 'Something else is being measured.' : '';
  }

  #outcome({ outcomes, planned, environment }: Swept): TemplateResult {
    const least = Math.min(...outcomes.map(timeOf));
    const fastest = outcomes.find((outcome) => timeOf(outcome) === least);
    return html`<div>
      <p>
        <strong>${sweepTally(outcomes)}</strong>${outcomes.length < planned ? `, of ${planned} planned` : ''}.
        ${fastest && least < Infinity ? `Fastest: ${placeText(fastest.at)}, ${formatTime(least)}.` : ''}
      </p>
      ${plainTable(
        'Points of the sweep',
        ['point', 'status', 'time [95 % interval]', 'arithmetic', 'kernel'],
        outcomes.slice(0, MOST_ROWS).map(rowOf),
      )}
      ${outcomes.length > MOST_ROWS ? html`<p class="small">… and ${plural(outcomes.length - MOST_ROWS, 'more point')}: the saved record has all.</p>` : nothing}
      ${reasonLines(outcomes).map((line) => html`<p class="warning">${line}</p>`)}
      <p class="small">
        Each point was measured by itself: differences of a few per cent are for a comparison to judge.
      </p>
      <button
        type="button"
        @click=${(): void => {
          saveFile('subbyte-sweep.json', recordOf(outcomes, environment));
        }}
      >
        Save as a record
      </button>
    </div>`;
  }

  readonly #sweep = (): void => {
    const { spec } = this;
    const axes = this.#axes();
    if (!spec || typeof axes === 'string') return;
    const planned = countOf(axes);
    void this.#job.start(
      this.gate,
      async (signal, tell) => {
        const environment = await this.lab.environment();
        let told = { label: 'Starting', fraction: 0, detail: '' };
        const outcomes = await sweep(sweepPoints(axes, spec), this.lab, signal, {
          onPoint: (index, at) => {
            told = {
              ...told,
              fraction: index / planned,
              detail: `${index + 1} of ${planned}: ${placeText(at)}`,
            };
            tell(told);
          },
          onProgress: (progress) => {
            told = { ...told, label: phaseLabel(progress) };
            tell(told);
          },
          breathe: breather(),
        });
        this.swept = { outcomes, planned, environment };
      },
      explain,
    );
  };

  readonly #stop = (): void => {
    this.#job.cancel();
  };
}

const countOf = (axes: readonly Axis[]): number =>
  axes.reduce((product, { values }) => product * values.length, 1);

function rowOf({ at, outcome }: SweepOutcome): readonly string[] {
  const status = STATUS_WORDS[statusOf({ at, outcome })];
  if ('rejected' in outcome || outcome.status !== 'ok' || !outcome.timing) {
    return [placeText(at), status, '', '', ''];
  }
  const { timing, derived, kernel } = outcome;
  const rate = derived ? `${significant(derived.gflops.value)} GFLOP/s` : '';
  return [placeText(at), status, formatInterval(timing), rate, kernel?.variant ?? ''];
}

const recordOf = (outcomes: readonly SweepOutcome[], environment: Environment): RecordFile => ({
  schemaVersion: 1,
  environments: [environment],
  results: outcomes.flatMap(({ outcome }) => ('rejected' in outcome ? [] : [{ ...outcome, environment: 0 }])),
  comparisons: [],
});

const explain = (cause: unknown): Advice | undefined =>
  cause instanceof AxisError
    ? { title: 'The axes cannot be read', explanation: cause.message, steps: [] }
    : undefined;

declare global {
  interface HTMLElementTagNameMap {
    'sb-sweep': SbSweep;
  }
}
