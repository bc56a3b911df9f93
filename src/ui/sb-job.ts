import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Advice } from './advice.ts';
import type { JobState } from './job.ts';
import { sharedStyles } from './shared-styles.ts';

/**
 * The button that starts a job, how far the job is, the button that stops it, and why it failed.
 *
 * @fires sb-start - when the user wants it to start
 * @fires sb-stop - when the user wants it to stop
 */
@customElement('sb-job')
export class SbJob extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem 1rem;
        align-items: center;
      }
      .progress {
        flex: 1 1 14rem;
        min-width: min(14rem, 100%);
      }
      .detail {
        color: var(--ink-soft);
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
      }
      progress {
        display: block;
        width: 100%;
        height: 6px;
        accent-color: var(--accent);
      }
      .failure {
        margin-top: 0.75rem;
        padding: 0.65rem 1rem;
        border-radius: 8px;
        background: var(--bad-soft);
        color: var(--bad);
        overflow-wrap: anywhere;
      }
      .failure p {
        white-space: pre-line;
      }
      ul {
        padding-left: 1.25rem;
      }
    `,
  ];

  @property({ attribute: false }) state: JobState = { kind: 'idle' };
  /** What the button says. */
  @property() label = 'Start';
  /** Why the job cannot start now, as a sentence; empty where it can. */
  @property() blocked = '';
  /** Said of a job that was cancelled. */
  @property() cancelled = 'Cancelled; nothing was kept.';

  override render(): TemplateResult {
    const { state } = this;
    const running = state.kind === 'running';
    return html`
      <div class="row">
        <button
          type="button"
          aria-disabled=${running || this.blocked !== '' ? 'true' : 'false'}
          aria-describedby=${this.blocked === '' ? nothing : 'blocked'}
          @click=${this.#start}
        >
          ${this.label}
        </button>
        ${
          running
            ? html`<button type="button" aria-keyshortcuts="Escape" @click=${this.#stop}>Cancel</button>
                <div class="progress">
                  <p>
                    <strong>${state.progress.label}</strong>
                    <span class="detail">${state.progress.detail}</span>
                  </p>
                  <progress
                    max="1"
                    .value=${Math.min(1, state.progress.fraction)}
                    aria-label=${`Progress: ${this.label}`}
                  ></progress>
                </div>`
            : html`<p class="small" id="blocked">${this.blocked}</p>`
        }
      </div>
      <div role="status">
        ${state.kind === 'cancelled' ? html`<p class="small">${this.cancelled}</p>` : nothing}
      </div>
      <div role="alert">${state.kind === 'failed' ? failure(state.advice) : nothing}</div>
    `;
  }

  readonly #start = (): void => {
    if (this.state.kind !== 'running' && this.blocked === '') this.dispatchEvent(new CustomEvent('sb-start'));
  };

  readonly #stop = (): void => {
    this.dispatchEvent(new CustomEvent('sb-stop'));
  };
}

const failure = ({ title, explanation, steps }: Advice): TemplateResult =>
  html`<div class="failure">
    <p><strong>${title}.</strong> ${explanation}</p>
    ${list(steps)}
  </div>`;

const list = (steps: readonly string[]): TemplateResult | typeof nothing =>
  steps.length === 0
    ? nothing
    : html`<ul>
        ${steps.map((step) => html`<li>${step.replaceAll('`', '')}</li>`)}
      </ul>`;

declare global {
  interface HTMLElementTagNameMap {
    'sb-job': SbJob;
  }
}
