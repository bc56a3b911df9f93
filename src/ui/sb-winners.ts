import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Kept } from '../lab/kept.ts';
import { keepWinners, keptWinners, parseWinners } from '../lab/kept-winners.ts';
import { type Winner, type Winners, WinnersError } from '../tune/winners.ts';
import { plural } from './figures.ts';
import { measurementStyles } from './measurement-styles.ts';
import { plainTable } from './plain-table.ts';
import { saveFile } from './save-file.ts';
import { sharedStyles } from './shared-styles.ts';
import { ratioText } from './tune-wording.ts';
import { wonFor, wonOn, wonWith } from './winner-wording.ts';
import './sb-unread-winners.ts';

/**
 * The winners of searches that this browser keeps: removed one by one, written to a file, and merged with those of other machines.
 *
 * @fires sb-kept - once others are kept
 */
@customElement('sb-winners')
export class SbWinners extends LitElement {
  static override styles = [
    sharedStyles,
    measurementStyles,
    css`
      .row,
      .scroll,
      [role='alert'] {
        margin: 0.4rem 0;
      }
      .scroll {
        max-height: 20rem;
      }
    `,
  ];

  @property({ attribute: false }) kept!: Kept;
  /** Whatever changes when the store may have. */
  @property({ attribute: false }) changed: unknown;
  @state() private said = '';
  @state() private problem = '';
  /** The last that was removed. */
  @state() private removed: Winner | undefined;

  override render(): TemplateResult {
    const { winners } = keptWinners(this.kept).export();
    const count = winners.length;
    return html`
      <p>
        ${count === 0 ? 'This browser keeps no winners yet.' : `This browser keeps ${plural(count, 'winner')}.`}
      </p>
      ${count === 0 ? nothing : this.#table(winners)}
      <p class="row">
        <button type="button" aria-disabled=${count === 0 ? 'true' : 'false'} @click=${this.#export}>
          Export the winners
        </button>
        <label
          >Merge winners from files
          <input type="file" accept=".json,application/json" multiple @change=${this.#import}
        /></label>
      </p>
      <p role="status">${this.said}</p>
      ${this.removed ? html`<button type="button" id="back" @click=${this.#takeBack}>Take it back</button>` : nothing}
      <div role="alert">${this.problem === '' ? nothing : html`<p class="problem">${this.problem}</p>`}</div>
      <sb-unread-winners .kept=${this.kept} .changed=${[this.changed, this.said]}></sb-unread-winners>
    `;
  }

  #table(winners: readonly Winner[]): TemplateResult {
    return plainTable(
      'The winners that this browser keeps',
      ['winner', 'for', 'on', 'time ÷ its default’s [95 % interval]', ''],
      winners.map((winner) => [
        wonWith(winner),
        wonFor(winner),
        wonOn(winner),
        ratioText(winner),
        html`<button
          type="button"
          class="plain"
          aria-label=${`Remove ${wonWith(winner)} for ${wonFor(winner)} on ${wonOn(winner)}`}
          @click=${(): void => {
            void this.#remove(winner);
          }}
        >
          Remove
        </button>`,
      ]),
    );
  }

  async #remove(winner: Winner): Promise<void> {
    const store = keptWinners(this.kept);
    store.remove(winner);
    if (!this.#keep(store, `${wonWith(winner)} is removed.`)) return;
    this.removed = winner;
    await this.updateComplete;
    // The button that was pressed is gone.
    this.renderRoot.querySelector<HTMLElement>('#back')?.focus();
  }

  readonly #takeBack = async (): Promise<void> => {
    if (!this.removed) return;
    const store = keptWinners(this.kept);
    store.add(this.removed);
    if (!this.#keep(store, `${wonWith(this.removed)} is kept again.`)) return;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('.scroll')?.focus();
  };

  readonly #export = (): void => {
    const store = keptWinners(this.kept).export();
    if (store.winners.length > 0) saveFile('subbyte-winners.json', store);
  };

  readonly #import = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    const problems: string[] = [];
    const store = keptWinners(this.kept);
    for (const file of files) {
      try {
        store.merge(parseWinners(await file.text()));
      } catch (error) {
        if (!(error instanceof WinnersError)) throw error;
        problems.push(`${file.name} is no store of winners. ${error.message}`);
      }
    }
    // So that the same file can be chosen again.
    input.value = '';
    const merged = files.length - problems.length;
    if (merged > 0) this.#keep(store, `${plural(merged, 'file')} merged.`);
    else this.said = this.problem = '';
    this.problem = [...problems, this.problem].join(' ').trim();
  };

  /** Keeps a store and says so, or why not. @returns whether it is kept. */
  #keep(store: Winners, said: string): boolean {
    const isKept = keepWinners(this.kept, store);
    this.removed = undefined;
    this.said = isKept ? said : '';
    this.problem = isKept ? '' : 'This browser has no room for them, or refuses to keep anything.';
    if (isKept) this.dispatchEvent(new CustomEvent('sb-kept', { bubbles: true, composed: true }));
    return isKept;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-winners': SbWinners;
  }
}
