import type { Environment, Result, Timing } from '../io/record.ts';
import { adapterName } from './adapter-name.ts';
import { wordEffective, wordUnjudged } from './dependence-wording.ts';
import {
  formatBytes,
  formatCount,
  formatPercent,
  formatTime,
  plural,
  significant,
  timeUnit,
} from './figures.ts';

/** How a number was got. */
export type FigureKind = 'measured' | 'exact' | 'modelled';

/** One number of a result as it is shown. */
export interface Figure {
  readonly label: string;
  readonly value: string;
  /** The unit of the value, if it has one. */
  readonly unit?: string;
  /** Said beside the value, smaller. */
  readonly detail?: string;
  /** Left out where the value is a name. */
  readonly kind?: FigureKind;
}

/** The three numbers that are shown large; none where nothing was timed. */
export function leadingFigures({ timing, derived }: Result): readonly Figure[] {
  if (!timing) return [];
  const unit = timeUnit(timing.medianNs);
  const time: Figure = {
    label: 'Time of one product',
    value: significant(timing.medianNs / unit.ns),
    unit: unit.unit,
    detail: `± ${formatPercent(halfWidth(timing))}, 95 % interval ${significant(timing.ciLowNs / unit.ns, 4)}–${significant(timing.ciHighNs / unit.ns, 4)} ${unit.unit}`,
    kind: 'measured',
  };
  if (!derived) return [time];
  const { flops, bytes, gflops, gbps } = derived;
  return [
    time,
    {
      label: 'Arithmetic',
      value: significant(gflops.value),
      unit: 'GFLOP/s',
      detail: `${formatCount(flops.value)} operations`,
      kind: gflops.kind,
    },
    {
      label: 'Traffic',
      value: significant(gbps.value),
      unit: 'GB/s',
      detail: `${formatBytes(bytes.value)} at least`,
      kind: gbps.kind,
    },
  ];
}

/** Half the width of the median's interval as a share of the median. */
const halfWidth = ({ medianNs, ciLowNs, ciHighNs }: Timing): number => (ciHighNs - ciLowNs) / 2 / medianNs;

/** The other numbers of a result, a row each. */
export function sheetFigures(result: Result, environment: Environment): readonly Figure[] {
  const { adapter, engine } = environment;
  return [
    ...weightFigures(result),
    ...activationFigures(result),
    ...peakFigures(result),
    ...timingFigures(result.timing, environment),
    ...kernelFigures(result),
    {
      label: 'Adapter',
      value: adapterName(environment),
      detail: [adapter.vendor, adapter.architecture, engine].filter(Boolean).join(', '),
    },
  ];
}

function weightFigures({ quantization }: Result): readonly Figure[] {
  if (!quantization) return [];
  return [
    {
      label: 'Weight size',
      value: significant(quantization.bitsPerWeight),
      unit: 'bits',
      detail: 'a weight, scales and zero points included',
      kind: 'exact',
    },
    {
      label: 'Quantization error',
      value: formatPercent(quantization.relRmse),
      detail: 'relative RMS difference from the original weights',
      kind: 'exact',
    },
  ];
}

function activationFigures({ verification }: Result): readonly Figure[] {
  const against = verification?.againstUnquantizedActivations;
  if (!against) return [];
  return [
    {
      label: 'Activation error',
      value: formatPercent(Math.sqrt(against.nmse)),
      detail: `relative RMS difference of the outputs from those of unquantized activations, at most ${significant(against.maxAbsError)}`,
      kind: 'exact',
    },
  ];
}

function peakFigures({ derived }: Result): readonly Figure[] {
  const { percentOfPeak, boundBy } = derived ?? {};
  if (!percentOfPeak) return [];
  return [
    {
      label: 'Share of the peak',
      value: significant(percentOfPeak.value),
      unit: '%',
      detail: `of what this adapter was measured to do at best${boundBy === undefined ? '' : `; bound by ${boundBy}`}`,
      kind: percentOfPeak.kind,
    },
  ];
}

function timingFigures(timing: Timing | undefined, { timer }: Environment): readonly Figure[] {
  if (!timing) return [];
  const unit = timeUnit(timing.medianNs);
  const source = timer.source === 'timestamp-query' ? 'GPU timestamps' : 'wall clock';
  return [
    {
      label: 'Samples',
      value: formatCount(timing.samplesNs.length),
      detail: samplesDetail(timing),
      kind: 'measured',
    },
    {
      label: '90 % of samples',
      value: `${formatTime(timing.p5Ns, unit)} – ${formatTime(timing.p95Ns, unit)}`,
      detail: 'from the 5th to the 95th percentile',
      kind: 'measured',
    },
    {
      label: 'Timer',
      value: source,
      detail: `in steps of ${formatTime(timer.stepNs)}`,
    },
  ];
}

function samplesDetail(timing: Timing): string {
  const { dispatchesPerSample, sampling, cache, converged, outliers = [] } = timing;
  const dispatches = plural(dispatchesPerSample, 'dispatch', 'dispatches');
  return [
    `${sampling === 'slope' ? `each the slope of time over up to ${dispatches}` : `of ${dispatches} each`}, ${cache} cache`,
    converged ? 'converged' : 'not converged',
    ...(outliers.length > 0 ? [`${plural(outliers.length, 'outlier')}, kept in every statistic`] : []),
    ...wordEffective(timing),
    ...wordUnjudged(timing),
  ].join('; ');
}

function kernelFigures({ kernel }: Result): readonly Figure[] {
  if (!kernel) return [];
  const params = Object.entries(kernel.params).map(([name, value]) => `${name} ${value}`);
  return [
    { label: 'Kernel', value: kernel.variant, detail: params.join(', ') },
    {
      label: 'Workgroups',
      value: `${formatCount(kernel.workgroups)} × ${formatCount(kernel.workgroupSize)}`,
      detail: `invocations; ${formatBytes(kernel.workgroupBytes)} of workgroup memory`,
      kind: 'exact',
    },
    ...(kernel.compileNs > 0
      ? [{ label: 'Compiling', value: formatTime(kernel.compileNs), kind: 'measured' } as const]
      : []),
    ...(kernel.firstRunNs === undefined
      ? []
      : [
          {
            label: 'First dispatch',
            value: formatTime(kernel.firstRunNs),
            detail: 'by the wall clock, with what the driver leaves until then; in no sample',
            kind: 'measured',
          } as const,
        ]),
  ];
}

/** What a reader must know before using the numbers. */
export function caveats({ timing, retries, warnings = [] }: Result): readonly string[] {
  const notes = [...warnings];
  if (timing && !timing.converged) {
    notes.push(
      'The time has not converged: its interval is still wider than the protocol asks. Choose a longer protocol under “Expert settings”, or close what else is busy, and measure again.',
    );
  }
  if (timing && timing.throttledRounds > 0) {
    const slow = `${plural(timing.throttledRounds, 'round')} ran while the GPU was slowed down`;
    notes.push(
      timing.throttled
        ? `${slow}: ${plural(timing.throttled.length, 'sample')} taken before it had recovered do not count, and others were taken after.`
        : `${slow}.`,
    );
  }
  if (timing?.hidden) {
    notes.push(
      `The tab was hidden meanwhile: ${plural(timing.hidden.length, 'sample')} taken then do not count, and others were taken in front.`,
    );
  }
  if (retries > 0) {
    const times = retries === 1 ? 'once' : plural(retries, 'time');
    notes.push(
      `The GPU was lost ${times} during the run, or the worker that drives it; it was started again, and the run began anew.`,
    );
  }
  return notes;
}
