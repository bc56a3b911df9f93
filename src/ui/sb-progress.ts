import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Progress } from '../lab/lab.ts';
import { overallFraction, phaseLabel } from './progress-wording.ts';
import { sharedStyles } from './shared-styles.ts';

/** How far a run is: a bar, the phase, its detail. The page's own live region speaks the phases. */
@customElement('sb-progress')
export class SbProgress extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .words {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.75rem;
        align-items: baseline;
        margin-bottom: 0.35rem;
      }
      .detail {
        color: var(--ink-soft);
        font-variant-numeric: tabular-nums;
      }
      progress {
        display: block;
        width: 100%;
        height: 6px;
        border: 0;
        border-radius: 3px;
        overflow: hidden;
        appearance: none;
        background: var(--line);
        color: var(--accent);
      }
      progress::-webkit-progress-bar {
        background: var(--line);
      }
      progress::-webkit-progress-value {
        border-radius: 3px;
        background: var(--accent);
        transition: inline-size 160ms linear;
      }
      progress::-moz-progress-bar {
        background: var(--accent);
      }
    `,
  ];

  /** The last step told; `undefined` until the GPU is open. */
  @property({ attribute: false }) progress: Progress | undefined;

  override render(): TemplateResult {
    const percent = Math.round(overallFraction(this.progress) * 100);
    return html`
      <p class="words">
        <strong>${phaseLabel(this.progress)}</strong>
        <span class="detail">${this.progress?.detail ?? ''}</span>
      </p>
      <progress max="100" .value=${percent} aria-label="Progress of the run"></progress>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-progress': SbProgress;
  }
}
