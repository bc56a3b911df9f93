import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Spec } from '../io/spec.ts';
import { Kept } from '../lab/kept.ts';
import type { Lab } from '../lab/lab.ts';
import { searchTiles } from '../lab/search-tiles.ts';
import { announcement } from './announce.ts';
import { appStyles } from './app-styles.ts';
import { AutoWinner } from './auto-winner.ts';
import { brokenConstraint } from './constraints.ts';
import {
  type Draft,
  type DraftEdit,
  type DraftReading,
  draftOf,
  editDraft,
  readDraft,
  sameSpec,
} from './draft.ts';
import type { EditEvent } from './events.ts';
import { Experiment } from './experiment.ts';
import { FIRST_SPEC } from './first-spec.ts';
import { Gate } from './gate.ts';
import { LinkWriter, readLink } from './page-link.ts';
import type { WinnerNote } from './sb-auto-winner.ts';
import { sharedStyles } from './shared-styles.ts';
import './sb-advice.ts';
import './sb-card.ts';
import './sb-how-checked.ts';
import './sb-more.ts';
import './sb-result.ts';

/** The page: one experiment, kept in the address, run on a lab that the composition root hands in. */
@customElement('sb-app')
export class SbApp extends LitElement {
  static override styles = [sharedStyles, appStyles];

  /** Where experiments run. The page opens it as soon as it is set. */
  @property({ attribute: false }) lab: Lab | undefined;
  /** What the browser keeps. */
  @property({ attribute: false }) kept = new Kept(() => localStorage, navigator.locks);
  /** Searches for tiles; on this thread unless a worker is handed in. */
  @property({ attribute: false }) search = searchTiles;
  @state() private draft: Draft = draftOf(FIRST_SPEC);
  @state() private linkProblem: string | undefined;

  readonly #auto = new AutoWinner(() => {
    this.requestUpdate();
  });
  readonly #gate = new Gate(() => {
    // What ended may have been a search.
    if (!this.#gate.isTaken) this.#readWinners();
    this.requestUpdate();
  });
  readonly #experiment = new Experiment(this, this.#gate);
  readonly #link = new LinkWriter();
  #reading: DraftReading = readDraft(this.draft);
  /** What runs in the place of what is read: of `auto`, it may be a winner. */
  #runs: Spec | undefined;
  #winner: WinnerNote | undefined;
  #broken: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#onKey);
    window.addEventListener('hashchange', this.#onHashChange);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#onKey);
    window.removeEventListener('hashchange', this.#onHashChange);
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { lab, kept } = this;
    if (lab && (changed.has('lab') || changed.has('kept'))) this.#auto.sources = { lab, kept };
    if (changed.has('lab') && lab) {
      this.#experiment.lab = lab;
      this.#experiment.chooser = (environment) => this.#auto.chooser(environment);
      void this.#begin();
    }
    if (changed.has('draft')) this.#reading = readDraft(this.draft);
    const { spec } = this.#reading;
    const winner = spec && this.#auto.found(spec);
    this.#winner = winner && { spec: winner, isLeftOut: this.#auto.isLeftOut };
    this.#runs = spec && this.#auto.runs(spec);
    this.#broken = this.#runs && brokenConstraint(this.#runs, this.#experiment.environment);
  }

  override render(): TemplateResult {
    const { activity, environment, finished } = this.#experiment;
    return html`
      <div class="page">
        <header>
          <h1>Subbyte</h1>
          <p>
            Multiplies a matrix by quantized weights on your GPU, checks every result, then says how fast it
            was.
          </p>
        </header>
        <main @sb-edit=${this.#onEdit} @sb-kept=${this.#readWinners} @sb-leave-out=${this.#leaveOut}>
          ${this.#linkNotice()}
          ${
            activity.kind === 'stopped'
              ? html`<sb-advice .advice=${activity.advice} @sb-retry=${this.#retry}></sb-advice>`
              : nothing
          }
          <sb-card
            .draft=${this.draft}
            .reading=${this.#reading}
            .environment=${environment}
            .activity=${activity}
            .runs=${this.#runs}
            .winner=${this.#winner}
            .broken=${this.#broken}
            ?busy=${this.#gate.isTaken}
            @sb-measure=${this.#measure}
            @sb-cancel=${this.#cancel}
          ></sb-card>
          ${
            finished && this.lab
              ? html`<sb-result
                  .finished=${finished}
                  .lab=${this.lab}
                  .stale=${!this.#isCurrent()}
                  @sb-retry=${this.#measure}
                  @sb-measure=${this.#measure}
                ></sb-result>`
              : nothing
          }
          ${
            this.lab
              ? html`<sb-more
                  .lab=${this.lab}
                  .kept=${this.kept}
                  .search=${this.search}
                  .gate=${this.#gate}
                  .spec=${this.#reading.spec}
                  .runs=${this.#runs}
                  .auto=${this.#auto}
                  .environment=${environment}
                  ?leavesOut=${this.#auto.isLeftOut}
                  ?busy=${this.#gate.isTaken}
                ></sb-more>`
              : nothing
          }
        </main>
        <footer class="small">
          <sb-how-checked></sb-how-checked>
          <span>Runs in this page alone: nothing is sent anywhere.</span>
        </footer>
        <p class="visually-hidden" role="status">${announcement(activity, finished)}</p>
      </div>
    `;
  }

  #linkNotice(): TemplateResult | typeof nothing {
    if (this.linkProblem === undefined) return nothing;
    return html`<div class="notice" role="alert">
      <p><strong>The address does not hold this experiment.</strong> ${this.linkProblem}</p>
      <button type="button" @click=${this.#clearLink}>Clear the address</button>
    </div>`;
  }

  /** Whether the result on show is of the experiment on the card. */
  #isCurrent(): boolean {
    const ran = this.#experiment.finished?.spec;
    return this.#runs !== undefined && ran !== undefined && sameSpec(this.#runs, ran);
  }

  /** Opens the lab; the default experiment starts by itself, any other waits: a link may name a costly one. */
  async #begin(): Promise<void> {
    const [untouched, opened] = await Promise.all([this.#readAddress(), this.#experiment.open()]);
    this.#readWinners();
    if (!untouched || !opened) return;
    await becameVisible();
    const { spec } = this.#reading;
    if (spec && sameSpec(spec, FIRST_SPEC)) await this.#experiment.start(spec);
  }

  /** Shows what the address names. @returns whether it names the default experiment. */
  async #readAddress(): Promise<boolean> {
    const reading = await readLink(location.hash);
    this.linkProblem = reading.kind === 'broken' ? reading.message : undefined;
    if (reading.kind === 'spec') this.draft = draftOf(reading.spec);
    return reading.kind === 'none' || (reading.kind === 'spec' && sameSpec(reading.spec, FIRST_SPEC));
  }

  readonly #onHashChange = (): void => {
    if (location.hash === '') this.draft = draftOf(FIRST_SPEC);
    void this.#readAddress();
  };

  readonly #onEdit = async (event: EditEvent): Promise<void> => {
    this.draft = editDraft(this.draft, this.#named(event.detail));
    const { spec } = readDraft(this.draft);
    if (spec) this.linkProblem = await this.#link.write(spec);
  };

  /** The user's own WGSL began as the text of what ran, and needs the buffers and the dispatch of that. */
  #named(edit: DraftEdit): DraftEdit {
    if (edit.customWgsl === undefined || !this.#runs) return edit;
    return { ...edit, choices: { kernel: this.#runs.kernel }, params: this.#runs.params };
  }

  readonly #readWinners = (): void => {
    void this.#auto.refresh(this.#experiment.environment);
  };

  readonly #leaveOut = (event: CustomEvent<boolean>): void => {
    this.#auto.isLeftOut = event.detail;
  };

  readonly #clearLink = async (): Promise<void> => {
    this.linkProblem = undefined;
    history.replaceState(null, '', location.pathname + location.search);
    const { spec } = this.#reading;
    if (spec) this.linkProblem = await this.#link.write(spec);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#measure();
    }
    const inDialog = event.composedPath().some((target) => target instanceof HTMLDialogElement);
    if (event.key === 'Escape' && !inDialog) this.#gate.cancel();
  };

  readonly #measure = (): void => {
    // Read anew: the event may follow an edit that is not drawn yet.
    const { spec } = readDraft(this.draft);
    if (spec) void this.#experiment.start(spec);
  };

  /** After an advice: runs again, or at least opens again where what is typed names no experiment. */
  readonly #retry = (): void => {
    if (this.#reading.spec) this.#measure();
    else void this.#experiment.open();
  };

  readonly #cancel = (): void => {
    this.#experiment.cancel();
  };
}

/** Resolves once the page is seen: times taken in a hidden tab say little. */
async function becameVisible(): Promise<void> {
  while (document.visibilityState === 'hidden') {
    await new Promise((seen) => {
      document.addEventListener('visibilitychange', seen, { once: true });
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-app': SbApp;
  }
}
