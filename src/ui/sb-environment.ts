import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { Environment } from '../io/record.ts';
import { adapterName } from './adapter-name.ts';
import { formatCount, formatTime } from './figures.ts';
import { dialogStyles } from './dialog-styles.ts';
import { sharedStyles } from './shared-styles.ts';

/** The adapter by name, as a button that opens what it says of itself. Set in the flow of a sentence. */
@customElement('sb-environment')
export class SbEnvironment extends LitElement {
  static override styles = [
    sharedStyles,
    dialogStyles,
    css`
      :host {
        display: inline;
      }
      button.plain {
        color: inherit;
        font-weight: 500;
        text-align: left;
        text-decoration-style: dotted;
        text-decoration-color: var(--line-strong);
        text-decoration-thickness: 2px;
      }
      dialog {
        width: min(40rem, calc(100vw - 2rem));
        font: 400 1rem/1.5 var(--sans);
        letter-spacing: normal;
        white-space: normal;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(6rem, auto) 1fr;
        gap: 0.35rem 1.25rem;
        margin: 1rem 0;
      }
      dt {
        color: var(--ink-soft);
      }
      dd {
        overflow-wrap: anywhere;
      }
      h3 {
        margin: 1.25rem 0 0.5rem;
        font-size: 1rem;
      }
      .limits {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0.15rem 1rem;
        font-family: var(--mono);
        font-size: var(--text-small);
      }
      .limits dd {
        text-align: right;
      }
    `,
  ];

  /** The machine, once it is known. */
  @property({ attribute: false }) environment: Environment | undefined;
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  override render(): TemplateResult {
    const { environment } = this;
    if (!environment) return html`<span>this machine</span>`;
    const name = adapterName(environment);
    const button = html`<button
      class="plain"
      type="button"
      aria-haspopup="dialog"
      aria-label="Adapter: ${name}. Show its limits and features"
      @click=${(): void => {
        this.dialog.showModal();
      }}
    >
      ${name}
    </button>`;
    // One expression after the other: a blank between them would show before the full stop of the sentence.
    return html`${button}${html`<dialog aria-labelledby="title">${details(environment)}</dialog>`}`;
  }
}

function details(environment: Environment): TemplateResult {
  const { adapter, features, limits, timer, versions } = environment;
  const source = timer.source === 'timestamp-query' ? 'GPU timestamps' : 'the wall clock';
  return html`
    <h2 id="title">${adapterName(environment)}</h2>
    <dl>
      <dt>Vendor</dt>
      <dd>${adapter.vendor || 'not told'}</dd>
      <dt>Architecture</dt>
      <dd>${adapter.architecture || 'not told'}</dd>
      <dt>Description</dt>
      <dd>${adapter.description || 'not told'}</dd>
      <dt>Timer</dt>
      <dd>${source}, in steps of ${formatTime(timer.stepNs)}</dd>
      <dt>Features</dt>
      <dd>${features.length > 0 ? features.join(', ') : 'none'}</dd>
      ${Object.entries(versions).map(
        ([name, version]) =>
          html`<dt>${name}</dt>
            <dd>${version}</dd>`,
      )}
    </dl>
    <form method="dialog"><button>Close</button></form>
    <h3>Limits</h3>
    <dl class="limits">
      ${Object.entries(limits).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${formatCount(value)}</dd>`,
      )}
    </dl>
  `;
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-environment': SbEnvironment;
  }
}
