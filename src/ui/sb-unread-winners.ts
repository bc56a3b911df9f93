import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Kept } from '../lab/kept.ts';
import { type UnreadWinners, unreadWinners } from '../lab/kept-winners.ts';
import { measurementStyles } from './measurement-styles.ts';
import { saveText } from './save-file.ts';
import { sharedStyles } from './shared-styles.ts';

/** The stores of winners in this browser that the page cannot read: saved as files, or discarded. */
@customElement('sb-unread-winners')
export class SbUnreadWinners extends LitElement {
  static override styles = [
    sharedStyles,
    measurementStyles,
    css`
      p {
        margin: 0.4rem 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) kept!: Kept;
  /** Whatever changes when what is kept may have. */
  @property({ attribute: false }) changed: unknown;

  override render(): TemplateResult {
    const all = unreadWinners(this.kept);
    return html`<div role="status">
      ${all.map((unread, index) => this.#draw(unread, all.length > 1 ? ` ${index + 1}` : ''))}
    </div>`;
  }

  /** @param number tells several apart. */
  #draw({ name, text, reason }: UnreadWinners, number: string): TemplateResult {
    return html`<p class="warning">
        ${
          reason === undefined
            ? `Kept aside${number}: winners that this page could not read before. It can now: save and merge them.`
            : `Kept aside${number}: winners that this page cannot read and does not use. ${reason}`
        }
      </p>
      <p class="row">
        <button
          type="button"
          @click=${(): void => {
            saveText('subbyte-winners-unread.json', text);
          }}
        >
          Save the unread winners${number}
        </button>
        <button
          type="button"
          @click=${(): void => {
            this.kept.remove([name]);
            this.requestUpdate();
          }}
        >
          Discard the unread winners${number}
        </button>
      </p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-unread-winners': SbUnreadWinners;
  }
}
