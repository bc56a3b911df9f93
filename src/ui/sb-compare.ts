import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { RecordFile } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { Lab } from '../lab/lab.ts';
import { comparisonTable } from './comparison-rows.ts';
import type { Gate } from './gate.ts';
import { Job } from './job.ts';
import { measurementStyles } from './measurement-styles.ts';
import { plainTable } from './plain-table.ts';
import { overallFraction, phaseLabel } from './progress-wording.ts';
import { recordButton } from './record-button.ts';
import { sharedStyles } from './shared-styles.ts';
import { differingFields, letter, shownField, wordSpec } from './spec-wording.ts';
import './sb-job.ts';

/** As many as one table of interleaved rounds keeps fair. */
const MOST = 8;

/** Experiments measured side by side, each judged against the first. */
@customElement('sb-compare')
export class SbCompare extends LitElement {
  static override styles = [sharedStyles, measurementStyles];

  @property({ attribute: false }) lab!: Lab;
  @property({ attribute: false }) gate!: Gate;
  /** The experiment on the card. */
  @property({ attribute: false }) spec: Spec | undefined;
  @property({ type: Boolean }) busy = false;
  @state() private specs: readonly Spec[] = [];
  @state() private record: RecordFile | undefined;
  readonly #job = new Job(this);

  override render(): TemplateResult {
    return html`<details>
      <summary>Compare experiments</summary>
      <p class="about">
        Times two to ${MOST} experiments in the same rounds, in changing order, and judges each against the
        first. Set the card above to an experiment, add it, change the card, and add the next. One against
        itself shows how large the noise is here and now.
      </p>
      ${this.#list()}
      <div class="row">
        <button type="button" aria-disabled=${this.#addable === '' ? 'false' : 'true'} @click=${this.#add}>
          Add this experiment
        </button>
        <button type="button" aria-disabled=${this.#isIdle ? 'false' : 'true'} @click=${this.#selfTest}>
          Compare this experiment with itself
        </button>
        <p class="small">${this.#addable}</p>
      </div>
      <sb-job
        label="Compare"
        .state=${this.#job.state}
        .blocked=${this.#blocked}
        @sb-start=${this.#compare}
        @sb-stop=${this.#stop}
      ></sb-job>
      ${this.record ? this.#result(this.record) : nothing}
    </details>`;
  }

  /** Why the card's experiment cannot be added; empty where it can. */
  get #addable(): string {
    if (!this.spec) return 'The card names no experiment: see there what is wrong.';
    return this.specs.length < MOST ? '' : `${MOST} are the most.`;
  }

  get #isIdle(): boolean {
    return this.spec !== undefined && !this.busy;
  }

  get #blocked(): string {
    if (this.specs.length < 2) return 'Add at least two experiments.';
    return this.busy && !this.#job.running ? 'Something else is being measured.' : '';
  }

  #list(): TemplateResult | typeof nothing {
    const [first] = this.specs;
    if (!first) return nothing;
    const fields = differingFields(this.specs);
    const rows = this.specs.map((spec, index) => [
      letter(index),
      ...fields.map((field) => shownField(spec, field)),
      html`<button
        type="button"
        class="plain"
        aria-label=${`Remove experiment ${letter(index)}`}
        @click=${(): void => {
          this.specs = this.specs.filter((_, i) => i !== index);
        }}
      >
        Remove
      </button>`,
    ]);
    return html`<p>A is ${wordSpec(first)}.</p>
      ${plainTable('Experiments to compare', ['', ...fields, ''], rows)}`;
  }

  #result(record: RecordFile): TemplateResult {
    const { head, rows, notes } = comparisonTable(record);
    return html`<div>
      <p>A is ${wordSpec(record.results[0]!.spec)}.</p>
      ${plainTable('The comparison', head, rows)} ${notes.map((note) => html`<p class="warning">${note}</p>`)}
      <p class="row">${recordButton('subbyte-comparison.json', () => record)}</p>
    </div>`;
  }

  readonly #add = (): void => {
    if (this.spec && this.#addable === '') this.specs = [...this.specs, this.spec];
  };

  readonly #selfTest = (): void => {
    if (this.spec && this.#isIdle) this.#run([this.spec, this.spec]);
  };

  readonly #compare = (): void => {
    this.#run(this.specs);
  };

  #run(specs: readonly Spec[]): void {
    let reached = 0;
    void this.#job.start(this.gate, async (signal, tell) => {
      // Tells the lab the peaks that are kept, if it does not have them.
      await this.lab.environment();
      signal.throwIfAborted();
      const record = await this.lab.compare(specs, signal, (progress) => {
        reached = Math.max(reached, overallFraction(progress));
        tell({ label: phaseLabel(progress), detail: progress.detail, fraction: reached });
      });
      signal.throwIfAborted();
      this.record = record;
    });
  }

  readonly #stop = (): void => {
    this.#job.cancel();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-compare': SbCompare;
  }
}
