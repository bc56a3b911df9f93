import { css, html, LitElement, svg, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Timing } from '../io/record.ts';
import { formatTime, plural, significant, type TimeUnit, timeUnit } from './figures.ts';
import { type PlotScale, plotScale } from './plot-scale.ts';
import { sharedStyles } from './shared-styles.ts';

const TOP = 10;
const DOTS = 64;
const AXIS = TOP + DOTS + 10;

/** Each sample a dot along time, the first at the top, over the interval of the median; with the same as text. */
@customElement('sb-samples-plot')
export class SbSamplesPlot extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      svg {
        display: block;
        width: 100%;
        height: 112px;
        overflow: visible;
      }
      circle {
        fill: var(--accent);
        fill-opacity: 0.62;
      }
      .interval {
        fill: var(--accent-soft);
      }
      .median {
        stroke: var(--accent);
        stroke-width: 2;
      }
      .axis {
        stroke: var(--line-strong);
      }
      text {
        fill: var(--ink-soft);
        font: 0.75rem var(--mono);
      }
      details {
        margin-top: 0.5rem;
        font-size: var(--text-small);
      }
      .values {
        margin-top: 0.35rem;
        color: var(--ink-soft);
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) timing!: Timing;

  override render(): TemplateResult {
    const { samplesNs, medianNs, ciLowNs, ciHighNs } = this.timing;
    const unit = timeUnit(medianNs);
    const scale = plotScale([...samplesNs, ciLowNs, ciHighNs]);
    const low = scale.place(ciLowNs);
    const dotGap = samplesNs.length > 1 ? DOTS / (samplesNs.length - 1) : 0;
    const percent = (value: number): string => `${value.toFixed(3)}%`;
    return html`
      <svg role="img" aria-label=${summary(this.timing, unit)}>
        <rect
          class="interval"
          x=${percent(low)}
          width=${percent(Math.max(0.2, scale.place(ciHighNs) - low))}
          y="0"
          height=${AXIS}
        ></rect>
        <line
          class="median"
          x1=${percent(scale.place(medianNs))}
          x2=${percent(scale.place(medianNs))}
          y1="0"
          y2=${AXIS}
        ></line>
        ${samplesNs.map((ns, i) => svg`<circle r="3.5" cx=${percent(scale.place(ns))} cy=${TOP + i * dotGap}></circle>`)}
        <line class="axis" x1="0" x2="100%" y1=${AXIS} y2=${AXIS}></line>
        ${ticks(scale, unit, percent)}
      </svg>
      <details>
        <summary>${plural(samplesNs.length, 'sample')} as text</summary>
        <p class="values mono">${samplesNs.map((ns) => significant(ns / unit.ns)).join(', ')} ${unit.unit}</p>
      </details>
    `;
  }
}

const summary = ({ samplesNs, medianNs, ciLowNs, ciHighNs }: Timing, unit: TimeUnit): string =>
  `${plural(samplesNs.length, 'sample')} from ${formatTime(Math.min(...samplesNs), unit)} to ` +
  `${formatTime(Math.max(...samplesNs), unit)}; median ${formatTime(medianNs, unit)}, ` +
  `95 % interval ${formatTime(ciLowNs, unit)} to ${formatTime(ciHighNs, unit)}.`;

function ticks(
  scale: PlotScale,
  unit: TimeUnit,
  percent: (value: number) => string,
): readonly TemplateResult<2>[] {
  return scale.ticks.map((tick) => {
    const place = scale.place(tick);
    const anchor = place < 8 ? 'start' : place > 92 ? 'end' : 'middle';
    return svg`
      <line class="axis" x1=${percent(place)} x2=${percent(place)} y1=${AXIS} y2=${AXIS + 4}></line>
      <text x=${percent(place)} y=${AXIS + 18} text-anchor=${anchor}>${formatTime(tick, unit)}</text>`;
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'sb-samples-plot': SbSamplesPlot;
  }
}
