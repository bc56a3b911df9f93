import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Kept } from '../lab/kept.ts';
import { keepWinners, keptWinners } from '../lab/kept-winners.ts';
import { Winners, WinnersError } from '../tune/winners.ts';
import { plural } from './figures.ts';
import { measurementStyles } from './measurement-styles.ts';
import { saveFile } from './save-file.ts';
import { sharedStyles } from './shared-styles.ts';

/**
 * The winners of searches that this browser keeps: written to a file, and merged with those of other machines.
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
      [role='alert'] {
        margin: 0.4rem 0;
      }
    `,
  ];

  @property({ attribute: false }) kept!: Kept;
  /** Whatever changes when the store may have. */
  @property({ attribute: false }) changed: unknown;
  @state() private said = '';
  @state() private problem = '';

  override render(): TemplateResult {
    const count = keptWinners(this.kept).export().winners.length;
    return html`
      <p>
        ${count === 0 ? 'This browser keeps no winners yet.' : `This browser keeps ${plural(count, 'winner')}.`}
      </p>
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
      <div role="alert">${this.problem === '' ? nothing : html`<p class="problem">${this.problem}</p>`}</div>
    `;
  }

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
        store.merge(Winners.parse(JSON.parse(await file.text())));
      } catch (error) {
        problems.push(`${file.name} is no store of winners. ${reasonOf(error)}`);
      }
    }
    // So that the same file can be chosen again.
    input.value = '';
    const merged = files.length - problems.length;
    const isKept = merged === 0 || keepWinners(this.kept, store);
    if (merged > 0 && isKept)
      this.dispatchEvent(new CustomEvent('sb-kept', { bubbles: true, composed: true }));
    if (!isKept) problems.push('This browser has no room for them, or refuses to keep anything.');
    this.problem = problems.join(' ');
    this.said = merged > 0 && isKept ? `${plural(merged, 'file')} merged.` : '';
  };
}

const reasonOf = (error: unknown): string =>
  error instanceof WinnersError ? error.message : `It is not JSON: ${String(error)}.`;

declare global {
  interface HTMLElementTagNameMap {
    'sb-winners': SbWinners;
  }
}
