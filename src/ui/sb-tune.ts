import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { RecordFile } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { Kept } from '../lab/kept.ts';
import { KeptJournal } from '../lab/kept-journal.ts';
import type { Lab } from '../lab/lab.ts';
import type { Learnt } from '../lab/learn-tiles.ts';
import type { SearchTiles } from '../lab/search-tiles.ts';
import { DefaultTileError } from '../lab/tile-bench.ts';
import { JournalError } from '../tune/journal.ts';
import { model } from '../tune/strategies/model.ts';
import { STRATEGIES } from '../tune/strategies/registry.ts';
import type { Advice } from './advice.ts';
import { plural } from './figures.ts';
import type { Gate } from './gate.ts';
import { Job } from './job.ts';
import { beginningText, judgementText } from './judgement-wording.ts';
import { measurementStyles } from './measurement-styles.ts';
import { runSearch, type SearchFinding, SearchRefused, type SearchWish } from './run-search.ts';
import type { RecordsEvent } from './sb-learn.ts';
import { sharedStyles } from './shared-styles.ts';
import { wordSpec } from './spec-wording.ts';
import './sb-finding.ts';
import './sb-job.ts';
import './sb-learn.ts';
import './sb-winners.ts';

/** Seconds where nothing is said. */
const DEFAULT_BUDGET = 120;
const MOST_SECONDS = 86_400;

/** A search that did not end, or has not yet. */
interface Interrupted {
  readonly journal: KeptJournal;
  readonly samples: number;
  /** Whether it is running in another tab. */
  readonly isElsewhere: boolean;
}

/** A search for the tile that is fastest for the card's product, kept so that a reload loses nothing of it. */
@customElement('sb-tune')
export class SbTune extends LitElement {
  static override styles = [sharedStyles, measurementStyles];

  @property({ attribute: false }) lab!: Lab;
  @property({ attribute: false }) gate!: Gate;
  @property({ attribute: false }) kept!: Kept;
  @property({ attribute: false }) search!: SearchTiles;
  /** The experiment on the card. */
  @property({ attribute: false }) spec: Spec | undefined;
  @property({ type: Boolean }) busy = false;
  @state() private strategy = STRATEGIES[0].id;
  @state() private budget = String(DEFAULT_BUDGET);
  @state() private finding: SearchFinding | undefined;
  /** Whether winners were removed or merged since. */
  @state() private isOvertaken = false;
  /** Sweeps to learn from, and what the last search learnt. */
  @state() private sweeps: readonly RecordFile[] = [];
  @state() private learnt: Learnt | undefined;
  /** Searches that did not end. */
  @state() private interrupted: readonly Interrupted[] = [];
  /** Until a search that was cancelled has let go of its journal as well. */
  @state() private isSearching = false;
  readonly #job = new Job(this);

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('focus', this.#onReturn);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('focus', this.#onReturn);
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('kept')) void this.#listInterrupted();
  }

  override render(): TemplateResult {
    return html`<details @toggle=${this.#onReturn}>
      <summary>Search for the best tile</summary>
      <p class="about">
        Tries parameters of the card’s kernel on its product: each is checked, then timed; the best are
        measured in the same rounds as the default, and the winner once more. Parameters that are set under
        “Expert settings” stay as they are; its protocol is that of the last measurements.
      </p>
      ${this.#settings()}
      <sb-learn
        ?disabled=${this.strategy !== model.id}
        @sb-records=${(event: RecordsEvent): void => {
          this.sweeps = event.detail;
          this.learnt = undefined;
        }}
      ></sb-learn>
      ${this.learnt ? html`<p role="status">${judgementText(this.learnt.judgement)} ${beginningText(this.learnt)}</p>` : nothing}
      <sb-job
        label="Search"
        .state=${this.#job.state}
        .blocked=${this.#blocked}
        cancelled="Cancelled; what was learnt is kept."
        @sb-start=${this.#begin}
        @sb-stop=${this.#stop}
      ></sb-job>
      ${this.isSearching ? nothing : this.interrupted.map((one) => this.#draw(one))}
      ${this.finding ? html`<sb-finding .finding=${this.finding} ?overtaken=${this.isOvertaken}></sb-finding>` : nothing}
      <sb-winners
        .kept=${this.kept}
        .changed=${this.finding}
        @sb-kept=${(): void => {
          this.isOvertaken = true;
        }}
      ></sb-winners>
    </details>`;
  }

  #settings(): TemplateResult {
    const problem = this.#seconds === undefined;
    return html`<div class="row">
        <label
          >Strategy
          <select
            aria-label="Strategy of the search"
            @change=${(event: Event): void => {
              this.strategy = (event.target as HTMLSelectElement).value;
            }}
          >
            ${STRATEGIES.map(({ id }) => html`<option value=${id} ?selected=${id === this.strategy}>${id}</option>`)}
          </select></label
        >
        <label
          >Budget
          <input
            inputmode="numeric"
            size="6"
            aria-label="Budget in seconds"
            aria-invalid=${problem ? 'true' : 'false'}
            aria-describedby=${problem ? 'budget-problem' : nothing}
            .value=${this.budget}
            @input=${(event: Event): void => {
              this.budget = (event.target as HTMLInputElement).value;
            }}
          />
          seconds, over all runs</label
        >
      </div>
      <p class="small">${this.strategy}: ${STRATEGIES.find(({ id }) => id === this.strategy)?.summary}.</p>
      ${
        problem
          ? html`<p class="problem" id="budget-problem">
              The budget is “${this.budget}”; it must be a whole number of seconds from 1 to ${MOST_SECONDS}.
            </p>`
          : nothing
      }`;
  }

  #draw({ journal, samples, isElsewhere }: Interrupted): TemplateResult {
    const { question } = journal.search;
    const about = wordSpec(question.spec);
    if (isElsewhere) {
      return html`<p>
        A ${question.strategy} search is running in another tab of this browser, with
        ${plural(samples, 'sample')} so far: ${about}. Once it has ended or was cancelled there, it can be
        gone on with here.
      </p>`;
    }
    const blocked = this.busy || this.#seconds === undefined;
    return html`<div>
      <p>
        An interrupted ${question.strategy} search is kept, with ${plural(samples, 'sample')}: ${about}.
        ${question.likely ? 'It goes on with what it learnt from a sweep.' : ''}
      </p>
      <p class="row">
        <button
          type="button"
          aria-disabled=${blocked ? 'true' : 'false'}
          @click=${(): void => {
            if (!blocked) this.#run(question.spec, question.strategy, journal);
          }}
        >
          Go on with the interrupted search
        </button>
        <button
          type="button"
          @click=${(): void => {
            void this.#discard(journal);
          }}
        >
          Discard it
        </button>
      </p>
    </div>`;
  }

  get #seconds(): number | undefined {
    const seconds = /^\s*\d+\s*$/.test(this.budget) ? Number(this.budget) : 0;
    return seconds >= 1 && seconds <= MOST_SECONDS ? seconds : undefined;
  }

  get #blocked(): string {
    if (!this.spec) return 'The card names no experiment: see there what is wrong.';
    if (this.spec.wgsl !== undefined) return 'Your own WGSL has no parameters: run the kernel’s own instead.';
    if (this.#seconds === undefined) return 'The budget is no number of seconds.';
    return this.busy && !this.#job.running ? 'Something else is being measured.' : '';
  }

  readonly #begin = (): void => {
    if (this.spec) this.#run(this.spec, this.strategy, undefined);
  };

  #run(spec: Spec, strategy: string, journal: KeptJournal | undefined): void {
    const { lab, kept, search } = this;
    const wish: SearchWish = {
      ...{ spec, strategy, budget: this.#seconds ?? DEFAULT_BUDGET, journal },
      ...(strategy === model.id && !journal && this.sweeps.length > 0 ? { learn: this.sweeps } : {}),
      onLearnt: (learnt) => {
        this.learnt = learnt;
      },
    };
    this.learnt = undefined;
    const ended = this.#job.start(
      this.gate,
      async (signal, tell) => {
        this.finding = await runSearch({ lab, kept, search }, wish, signal, tell);
        this.isOvertaken = false;
      },
      explain,
    );
    this.isSearching = true;
    void ended.then(() => {
      this.isSearching = false;
      return this.#listInterrupted();
    });
  }

  /** A search that another tab has begun to go on with meanwhile stays. */
  async #discard(journal: KeptJournal): Promise<void> {
    const letGo = await journal.hold();
    if (letGo) {
      journal.discard();
      await letGo();
    }
    await this.#listInterrupted();
  }

  /** What another tab does is not told. */
  readonly #onReturn = (): void => {
    void this.#listInterrupted();
  };

  async #listInterrupted(): Promise<void> {
    if (this.isSearching) return;
    const held = await this.kept.held();
    this.interrupted = KeptJournal.list(this.kept, held).map((journal) => ({
      journal,
      samples: journal.samples,
      isElsewhere: journal.isAmong(held),
    }));
  }

  readonly #stop = (): void => {
    this.#job.cancel();
  };
}

function explain(cause: unknown): Advice | undefined {
  if (cause instanceof SearchRefused) {
    return { title: 'This cannot be searched', explanation: cause.message, steps: [] };
  }
  if (cause instanceof JournalError) {
    return {
      title: 'The interrupted search cannot be read',
      explanation: cause.message,
      steps: ['Discard it.'],
    };
  }
  if (!(cause instanceof DefaultTileError)) return undefined;
  return {
    title: 'The default could not be measured',
    explanation: `Nothing can be compared with it: ${cause.message}`,
    steps: ['Measure the card’s experiment by itself to see what is wrong with it.'],
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-tune': SbTune;
  }
}
