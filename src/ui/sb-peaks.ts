import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Peaks } from '../io/peaks.ts';
import type { Environment } from '../io/record.ts';
import type { Lab } from '../lab/lab.ts';
import { adapterName } from './adapter-name.ts';
import type { Gate } from './gate.ts';
import { Job } from './job.ts';
import { measurementStyles } from './measurement-styles.ts';
import { peakRows } from './peak-rows.ts';
import { plainTable } from './plain-table.ts';
import { sharedStyles } from './shared-styles.ts';
import './sb-job.ts';

/** What the adapter can do at best. The lab keeps it, and results from then on say how near they came. */
@customElement('sb-peaks')
export class SbPeaks extends LitElement {
  static override styles = [sharedStyles, measurementStyles];

  @property({ attribute: false }) lab!: Lab;
  @property({ attribute: false }) gate!: Gate;
  @property({ attribute: false }) environment: Environment | undefined;
  @property({ type: Boolean }) busy = false;
  @state() private measured: Peaks | undefined;
  readonly #job = new Job(this);

  override render(): TemplateResult {
    const peaks = this.measured ?? this.environment?.peaks;
    return html`<details>
      <summary>What this adapter can do at best</summary>
      <p class="about">
        Measures how fast the adapter moves memory and multiplies, with programs that do nothing else. It is
        kept in this browser, and results from then on say how near they came.
      </p>
      <sb-job
        .label=${peaks ? 'Measure again' : 'Measure this adapter’s peaks'}
        .state=${this.#job.state}
        .blocked=${this.busy && !this.#job.running ? 'Something else is being measured.' : ''}
        .cancelled=${peaks ? 'Cancelled; the peaks are those from before.' : 'Cancelled; nothing was kept.'}
        @sb-start=${this.#measure}
        @sb-stop=${this.#stop}
      ></sb-job>
      ${peaks ? this.#table(peaks) : nothing}
    </details>`;
  }

  #table(peaks: Peaks): TemplateResult {
    const of = this.environment ? ` of ${adapterName(this.environment)}` : '';
    return html`<div>
      ${plainTable(`Measured peaks${of}`, [`the best${of}`, 'measured'], peakRows(peaks))}
    </div>`;
  }

  readonly #measure = (): void => {
    void this.#job.start(this.gate, async (signal, tell) => {
      const peaks = await this.lab.peaks(undefined, signal, ({ detail, fraction }) => {
        tell({ label: 'Measuring what the GPU can do', detail, fraction });
      });
      signal.throwIfAborted();
      this.measured = peaks;
    });
  };

  readonly #stop = (): void => {
    this.#job.cancel();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-peaks': SbPeaks;
  }
}
