import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Environment } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { commandLine } from './command-line.ts';
import type { Draft, DraftReading } from './draft.ts';
import { EditEvent } from './events.ts';
import type { Activity } from './experiment.ts';
import { plural } from './figures.ts';
import { sharedStyles } from './shared-styles.ts';
import type { WinnerNote } from './sb-auto-winner.ts';
import './sb-auto-winner.ts';
import './sb-copy-button.ts';
import './sb-expert.ts';
import './sb-progress.ts';
import './sb-sentence.ts';

/**
 * The experiment: its sentence, what stands against it, and the buttons that start and stop it.
 *
 * @fires sb-edit - with a change of the draft
 * @fires sb-measure - to start
 * @fires sb-cancel - to stop
 * @fires sb-leave-out - to run `auto` without its winner, or with it again
 */
@customElement('sb-card')
export class SbCard extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      section {
        padding: calc(var(--gap) * 1.1) var(--gap);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
        box-shadow: var(--shadow);
      }
      .note {
        margin-top: 0.9rem;
        padding: 0.65rem 1rem;
        border-radius: 8px;
        background: var(--sunk);
        overflow-wrap: anywhere;
      }
      .note.against {
        background: var(--warn-soft);
        color: var(--warn);
      }
      .note.against button {
        color: inherit;
      }
      sb-expert {
        margin-top: 1.1rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.75rem 1rem;
        align-items: center;
        margin-top: 1.5rem;
      }
      .share {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        margin-left: auto;
      }
      sb-progress {
        flex: 1 1 16rem;
        min-width: min(16rem, 100%);
      }
      kbd {
        padding: 0.05em 0.4em;
        border: 1px solid var(--line);
        border-radius: 4px;
      }
      @media (max-width: 560px) {
        .share {
          margin-left: 0;
        }
        .keys {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) draft!: Draft;
  @property({ attribute: false }) reading!: DraftReading;
  @property({ attribute: false }) environment: Environment | undefined;
  @property({ attribute: false }) activity!: Activity;
  /** What runs in the place of the draft's spec: of `auto`, it may be a winner. */
  @property({ attribute: false }) runs: Spec | undefined;
  /** The winner that there is for the experiment. */
  @property({ attribute: false }) winner: WinnerNote | undefined;
  /** The constraint that the draft breaks, told before anything runs. */
  @property({ attribute: false }) broken: string | undefined;
  /** Whether anything is measured, this experiment or another measurement of the page. */
  @property({ type: Boolean }) busy = false;

  override render(): TemplateResult {
    const { draft, reading, runs, environment } = this;
    return html`<section aria-label="Experiment">
      <sb-sentence
        .draft=${draft}
        .reading=${reading}
        .runs=${runs}
        .environment=${environment}
      ></sb-sentence>
      <sb-auto-winner .note=${this.winner}></sb-auto-winner>
      ${this.#custom()} ${this.#emulatedHalf()}
      <div aria-live="polite">${this.#against()}</div>
      <sb-expert .draft=${draft} .reading=${reading} .environment=${environment}></sb-expert>
      ${this.#actions()}
    </section>`;
  }

  #actions(): TemplateResult {
    const { activity } = this;
    const running = activity.kind === 'running';
    return html`<div class="actions">
      <button
        class="primary"
        type="button"
        aria-disabled=${this.busy ? 'true' : 'false'}
        aria-keyshortcuts="Control+Enter Meta+Enter"
        @click=${(): void => {
          if (!this.busy) this.dispatchEvent(new CustomEvent('sb-measure'));
        }}
      >
        Measure
      </button>
      ${
        running
          ? html`<button
                type="button"
                aria-keyshortcuts="Escape"
                @click=${(): void => {
                  this.dispatchEvent(new CustomEvent('sb-cancel'));
                }}
              >
                Cancel
              </button>
              <sb-progress .progress=${activity.progress}></sb-progress>`
          : html`${activity.kind === 'cancelled' ? html`<p class="small">Cancelled; nothing was recorded.</p>` : html`<p class="small keys"><kbd>Ctrl</kbd> <kbd>Enter</kbd></p>`}
            ${this.#share()}`
      }
    </div>`;
  }

  #share(): TemplateResult | typeof nothing {
    const { runs } = this;
    if (!runs) return nothing;
    return html`<div class="share">
      <sb-copy-button label="Copy link" .text=${(): string => location.href}></sb-copy-button>
      <sb-copy-button label="Copy as command" .text=${(): string => commandLine(runs)}></sb-copy-button>
    </div>`;
  }

  #against(): TemplateResult | typeof nothing {
    if (this.broken === undefined) return nothing;
    const changed = Object.keys(this.reading.spec?.params ?? {}).length > 0;
    return html`<p class="note against">
      <strong>This cannot run:</strong> ${this.broken}.
      ${
        changed
          ? html`<button class="plain" @click=${this.#edits({ params: {} })}>
              Use the default parameters
            </button>`
          : nothing
      }
    </p>`;
  }

  #emulatedHalf(): TemplateResult | typeof nothing {
    const { environment } = this;
    if (
      this.draft.choices.activation !== 'f16' ||
      !environment ||
      environment.features.includes('shader-f16')
    ) {
      return nothing;
    }
    return html`<p class="note">
      This adapter lacks <code>shader-f16</code>. The f16 activations are read as 32-bit words and unpacked to
      f32 instead: same values, same result, another speed.
    </p>`;
  }

  #custom(): TemplateResult | typeof nothing {
    const { custom } = this.draft;
    if (!custom) return nothing;
    const lines = custom.wgsl.split('\n').length;
    return custom.used
      ? html`<p class="note">
          Your own WGSL (${plural(lines, 'line')}) runs in place of the kernel’s text, with its buffers and
          dispatch.
          <button class="plain" @click=${this.#edits({ useCustom: false })}>
            Run the kernel’s own instead
          </button>
        </p>`
      : html`<p class="note">
          Your own WGSL is set aside.
          <button class="plain" @click=${this.#edits({ useCustom: true })}>Run it again</button>
        </p>`;
  }

  #edits(edit: ConstructorParameters<typeof EditEvent>[0]): () => void {
    return () => {
      this.dispatchEvent(new EditEvent(edit));
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-card': SbCard;
  }
}
