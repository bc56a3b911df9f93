import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Spec } from '../io/spec.ts';
import { tileText } from '../kernels/tile.ts';
import { sharedStyles } from './shared-styles.ts';

/** The winner that `auto` runs as, or would. */
export interface WinnerNote {
  /** Its kernel and parameters are the winner's. */
  readonly spec: Spec;
  readonly isLeftOut: boolean;
}

/**
 * Says that a winner takes the place of `auto`, and leaves it out or takes it in again.
 *
 * @fires sb-leave-out - with whether to leave it out
 */
@customElement('sb-auto-winner')
export class SbAutoWinner extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      p {
        margin-top: 0.9rem;
        padding: 0.65rem 1rem;
        border-radius: 8px;
        background: var(--sunk);
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** `undefined` where there is none for the experiment. */
  @property({ attribute: false }) note: WinnerNote | undefined;

  override render(): TemplateResult {
    return html`<div role="status">${this.note ? this.#say(this.note) : nothing}</div>`;
  }

  #say({ spec: { kernel, params }, isLeftOut }: WinnerNote): TemplateResult {
    const winner = html`<code>${kernel}</code> with <code>${tileText(params, ' ')}</code>`;
    return isLeftOut
      ? html`<p>
          The winner that a search on this adapter found for products like this one, ${winner}, is left out:
          <code>auto</code> chooses by its rules.
          <button class="plain" type="button" @click=${this.#leaves(false)}>Run auto with the winner</button>
        </p>`
      : html`<p>
          <code>auto</code> runs ${winner}: a search on this adapter found it for products like this one.
          <button class="plain" type="button" @click=${this.#leaves(true)}>Run auto without it</button>
        </p>`;
  }

  #leaves(isLeftOut: boolean): () => void {
    return () => {
      this.dispatchEvent(
        new CustomEvent<boolean>('sb-leave-out', { detail: isLeftOut, bubbles: true, composed: true }),
      );
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-auto-winner': SbAutoWinner;
  }
}
