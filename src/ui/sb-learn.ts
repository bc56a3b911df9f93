import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { RecordFile } from '../io/record.ts';
import { formatCount, plural } from './figures.ts';
import { measurementStyles } from './measurement-styles.ts';
import { type LoadedRecord, readRecordFiles } from './record-files.ts';
import { sharedStyles } from './shared-styles.ts';

/** Sent up when the records to learn from are others than before. */
export class RecordsEvent extends CustomEvent<readonly RecordFile[]> {
  static readonly type = 'sb-records';

  constructor(detail: readonly RecordFile[]) {
    super(RecordsEvent.type, { detail });
  }
}

/**
 * The records of sweeps that a search learns from.
 *
 * @fires sb-records - with all of them, when files are added or removed
 */
@customElement('sb-learn')
export class SbLearn extends LitElement {
  static override styles = [
    sharedStyles,
    measurementStyles,
    css`
      :host {
        display: block;
      }
      p {
        margin-top: 0.5rem;
      }
    `,
  ];

  /** Whether the strategy that is chosen learns nothing. */
  @property({ type: Boolean }) disabled = false;
  @state() private loaded: readonly LoadedRecord[] = [];
  @state() private problems: readonly string[] = [];

  override render(): TemplateResult {
    return html`<p class="row">
        <label
          >Learn from a sweep’s record
          <input
            type="file"
            accept=".json,application/json"
            multiple
            aria-describedby="about"
            ?disabled=${this.disabled}
            @change=${this.#read}
        /></label>
      </p>
      <p class="small" id="about">
        ${
          this.disabled
            ? 'Only the strategy model learns from sweeps.'
            : 'A sweep of this kernel on this adapter, over three or more shapes and several tiles. Where a regression on it predicts shapes that were left out better than bytes ÷ bandwidth + launch does, the search begins with the tiles that it expects to be fastest. No file leaves this page.'
        }
      </p>
      <div role="alert">${this.problems.map((problem) => html`<p class="problem">${problem}</p>`)}</div>
      ${this.loaded.length > 0 ? this.#files() : nothing}`;
  }

  #files(): TemplateResult {
    const results = this.loaded.reduce((sum, { record }) => sum + record.results.length, 0);
    return html`<p class="row">
      <span
        >${plural(this.loaded.length, 'record')} with ${formatCount(results)}
        ${results === 1 ? 'result' : 'results'}: ${this.loaded.map(({ name }) => name).join(', ')}.</span
      >
      <button
        type="button"
        @click=${(): void => {
          this.#keep([], []);
        }}
      >
        Remove these records
      </button>
    </p>`;
  }

  /** Adds files to those that were read before; a file that is no record changes nothing of them. */
  readonly #read = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const { loaded, problems } = await readRecordFiles([...(input.files ?? [])]);
    // So that the same file can be chosen again.
    input.value = '';
    this.#keep([...this.loaded, ...loaded], problems);
  };

  #keep(loaded: readonly LoadedRecord[], problems: readonly string[]): void {
    this.loaded = loaded;
    this.problems = problems;
    this.dispatchEvent(new RecordsEvent(loaded.map(({ record }) => record)));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-learn': SbLearn;
  }
}
