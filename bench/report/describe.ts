import { formatName } from '../../src/formats/format.ts';
import type { Environment, Result, Timing, Verification } from '../../src/io/record.ts';
import { formatOf, type Spec } from '../../src/io/spec.ts';
import {
  formatBytes,
  formatCount,
  formatInterval,
  formatPercent,
  formatTime,
  plural,
  significant,
} from '../../src/ui/figures.ts';
import { wordEffective, wordUnjudged } from '../../src/ui/dependence-wording.ts';
import { wordFinish } from '../../src/ui/finish-wording.ts';

/** A spec in one line: `16 × 1536 × 512  int4-g32  tiled`. */
export const describeSpec = (spec: Spec): string =>
  [
    `${spec.m} × ${spec.n} × ${spec.k}`,
    formatName(formatOf(spec)),
    spec.kernel,
    ...Object.entries(spec.params).map(([name, value]) => `${name}=${value}`),
    `${spec.activation} activations`,
    spec.layout,
    spec.weights,
    ...wordFinish(spec),
    ...(spec.wgsl === undefined ? [] : ['own WGSL']),
  ].join('  ');

/** What quantizing the activations on the GPU cost. */
export const describeQuantizationErrors = ({
  maxAbsError,
  nmse,
}: NonNullable<Verification['againstUnquantizedActivations']>): string =>
  `int8 costs ${formatPercent(Math.sqrt(nmse))} (relative RMS), at most ${significant(maxAbsError)} an output`;

/** How a time was got. */
export const describeTiming = (timing: Timing): string =>
  [
    `${formatInterval(timing)} a product, median with 95 % interval`,
    `${plural(timing.samplesNs.length, 'sample')}${timing.sampling === 'slope' ? `, each ${slopeText(timing)}` : ` of ${dispatches(timing)}`}`,
    `${timing.cache} cache`,
    timing.converged ? 'converged' : 'NOT converged',
    ...describeSamples(timing),
    ...wordUnjudged(timing),
  ].join(', ');

/** What is peculiar about the samples of a time that a table shows: `B: 2 outliers kept`; nothing where nothing is. */
export function describeOddity(timing: Timing | undefined, name: string): string[] {
  if (!timing) return [];
  const odd = [
    ...(timing.sampling === 'slope' ? [`each sample is ${slopeText(timing)}`] : []),
    ...describeSamples(timing),
  ];
  return odd.length === 0 ? [] : [`${name}: ${odd.join(', ')}`];
}

const dispatches = ({ dispatchesPerSample }: Timing): string =>
  plural(dispatchesPerSample, 'dispatch', 'dispatches');

const slopeText = (timing: Timing): string => `the slope of time over up to ${dispatches(timing)}`;

/** Samples that are unlike the others, and those that do not count. */
function describeSamples(timing: Timing): string[] {
  const { outliers = [], droppedSamples = 0, throttledRounds, throttled, hidden } = timing;
  return [
    ...wordEffective(timing),
    ...(outliers.length > 0 ? [`${plural(outliers.length, 'outlier')} kept`] : []),
    ...(droppedSamples > 0 ? [`${plural(droppedSamples, 'sample')} without a time left out`] : []),
    ...(throttledRounds > 0 ? [`${plural(throttledRounds, 'round')} throttled`] : []),
    ...(throttled ? [`${plural(throttled.length, 'sample')} of a throttled GPU left out`] : []),
    ...(hidden ? [`${plural(hidden.length, 'sample')} in a hidden tab left out`] : []),
  ];
}

/** Rates, each with how it was got. */
export function describeRates(derived: NonNullable<Result['derived']>): string {
  const { gflops, gbps, percentOfPeak, boundBy } = derived;
  return [
    `${significant(gflops.value)} GFLOP/s (${gflops.kind})`,
    `${significant(gbps.value)} GB/s (${gbps.kind})`,
    ...(percentOfPeak ? [`${significant(percentOfPeak.value)} % of peak (${percentOfPeak.kind})`] : []),
    ...(boundBy === undefined ? [] : [`bound by ${boundBy}`]),
  ].join(', ');
}

/** A kernel as it ran. */
export function describeKernel(kernel: NonNullable<Result['kernel']>): string {
  const params = Object.entries(kernel.params).map(([name, value]) => `${name}=${value}`);
  return [
    [kernel.variant, ...params].join(' '),
    `${plural(kernel.workgroups, 'workgroup')} of ${formatCount(kernel.workgroupSize)}`,
    `${formatBytes(kernel.workgroupBytes)} of workgroup memory`,
    `compiled in ${formatTime(kernel.compileNs)}`,
    ...(kernel.firstRunNs === undefined ? [] : [`first dispatch ${formatTime(kernel.firstRunNs)}`]),
  ].join(', ');
}

/** What quantizing cost and what it saves. */
export const describeQuantization = ({
  bitsPerWeight,
  relRmse,
}: NonNullable<Result['quantization']>): string =>
  `${significant(bitsPerWeight)} bits a weight, quantization error ${formatPercent(relRmse)} (relative RMS)`;

/** Machine, engine and adapter in one line. */
export function describeEnvironment({ engine, adapter, timer }: Environment): string {
  const name = adapter.description || [adapter.vendor, adapter.architecture].filter(Boolean).join(' ');
  return [
    `${engine}: ${name}${adapter.software ? ' (software: its times say nothing about a GPU)' : ''}`,
    `${timer.source} in steps of ${formatTime(timer.stepNs)}`,
  ].join(', ');
}
