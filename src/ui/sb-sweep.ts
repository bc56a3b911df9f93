import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Spec } from '../io/spec.ts';
import { tileText } from '../kernels/tile.ts';
import { type Axis, AxisError, countOf, placeText, readAxes } from '../lab/axes.ts';
import type { Lab } from '../lab/lab.ts';
import { planTimeOf } from '../lab/plan-time.ts';
import { sweep, type SweepOutcome } from '../lab/sweep.ts';
import { fitPredictor, type Judgement, type PlanTime } from '../tune/predictor.ts';
import type { Advice } from './advice.ts';
import type { AutoWinner } from './auto-winner.ts';
import { breather } from './breather.ts';
import { plural } from './figures.ts';
import type { Gate } from './gate.ts';
import { Job } from './job.ts';
import { measurementStyles } from './measurement-styles.ts';
import { phaseLabel } from './progress-wording.ts';
import type { Swept } from './sb-swept.ts';
import { sharedStyles } from './shared-styles.ts';
import { sweepPoints } from './sweep-points.ts';
import './sb-job.ts';
import './sb-swept.ts';

/** Winners that are named. */
const MOST_WINNERS = 8;

/**
 * A grid of experiments around the card's, each verified and measured by itself.
 *
 * @fires sb-leave-out - with whether `auto` shall leave out winners
 */
@customElement('sb-sweep')
export class SbSweep extends LitElement {
  static override styles = [sharedStyles, measurementStyles];

  @property({ attribute: false }) lab!: Lab;
  @property({ attribute: false }) gate!: Gate;
  /** The experiment on the card. */
  @property({ attribute: false }) spec: Spec | undefined;
  /** Puts winners in the place of `auto`. */
  @property({ attribute: false }) auto!: AutoWinner;
  /** Whether it leaves them out. */
  @property({ type: Boolean }) leavesOut = false;
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
      ${this.swept ? html`${this.#winners(this.swept)}<sb-swept .swept=${this.swept}></sb-swept>` : nothing}
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

  /** Says which winners ran; the card offers to leave one out for its own product alone. */
  #winners({ winners }: Swept): TemplateResult | typeof nothing {
    if (winners.length === 0 && !this.leavesOut) return nothing;
    const more = winners.length - MOST_WINNERS;
    const named = [...winners.slice(0, MOST_WINNERS), ...(more > 0 ? [`and ${plural(more, 'other')}`] : [])];
    return html`<p>
      ${winners.length === 0 ? nothing : html`In the place of <code>auto</code> ran what searches on this adapter found: ${named.join('; ')}.`}
      ${this.leavesOut ? html`From now on <code>auto</code> chooses by its rules.` : nothing}
      <button type="button" class="plain" @click=${this.#leaveOut}>
        ${this.leavesOut ? 'Run auto with winners' : 'Run auto without winners'}
      </button>
    </p>`;
  }

  readonly #leaveOut = (): void => {
    const detail = !this.leavesOut;
    this.dispatchEvent(new CustomEvent<boolean>('sb-leave-out', { detail, bubbles: true, composed: true }));
  };

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
        const chosen = await this.auto.chooser(environment);
        const winners = new Set<string>();
        const choose = (asked: Spec): Spec => {
          const runs = chosen(asked);
          if (runs !== asked) winners.add(`${runs.kernel} with ${tileText(runs.params, ' ')}`);
          return runs;
        };
        const outcomes: SweepOutcome[] = [];
        const show = (judgement?: Judgement): void => {
          this.swept = { axes, outcomes, planned, environment, winners: [...winners], judgement };
        };
        await sweep(sweepPoints(axes, spec, choose), this.lab, signal, {
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
          onOutcome: (outcome) => outcomes.push(outcome),
          breathe: breather(),
        }).catch((cause: unknown) => {
          if (outcomes.length > 0) show();
          throw cause;
        });
        show();
        show(await this.#judge(outcomes));
      },
      explain,
    );
  };

  /** How well the times predict each other; planning every point at once would hold the page. */
  async #judge(outcomes: readonly SweepOutcome[]): Promise<Judgement | undefined> {
    const caps = await this.lab.caps();
    const breathe = breather();
    const times: PlanTime[] = [];
    for (const { outcome } of outcomes) {
      const time = 'rejected' in outcome ? undefined : planTimeOf(outcome, caps);
      if (time) times.push(time);
      await breathe();
    }
    return fitPredictor(times);
  }

  readonly #stop = (): void => {
    this.#job.cancel();
  };
}

const explain = (cause: unknown): Advice | undefined =>
  cause instanceof AxisError
    ? { title: 'The axes cannot be read', explanation: cause.message, steps: [] }
    : undefined;

declare global {
  interface HTMLElementTagNameMap {
    'sb-sweep': SbSweep;
  }
}
