import type { Timing } from '../io/record.ts';
import type { Protocol } from './protocol.ts';
import type { RoundFate, RoundTimes } from './round-times.ts';
import { medianInterval } from './median-interval.ts';
import { median, quantile, relativeHalfWidth, tukeyOutliers } from './statistics.ts';

/** How the rounds of one variant were taken. */
export interface Sampled {
  /** A time a round [ns per dispatch]; `undefined` where the timer gave no positive one. */
  readonly times: RoundTimes;
  readonly fates: readonly RoundFate[];
  readonly dispatchesPerSample: number;
  /** The smallest difference that the timer shows between two times [ns per dispatch]. */
  readonly resolutionNs: number;
}

/**
 * The record's summary of one variant's rounds. The interval is the median's, widened by half a step of the timer on
 * either side: samples of few steps all read the same, and their median may be off by as much. It has converged where
 * that is as narrow as the protocol asks for after as many rounds.
 *
 * @returns `undefined` if no round that counts has a positive time.
 */
export function summarize(
  { times, fates, dispatchesPerSample, resolutionNs }: Sampled,
  { minRounds, targetHalfWidth }: Protocol,
): Omit<Timing, 'throttledRounds' | 'sampling'> | undefined {
  const positive = times.flatMap((time, round) =>
    time === undefined ? [] : [{ time, fate: fates[round]! }],
  );
  const samplesNs = positive.map(({ time }) => time);
  const kept = positive.flatMap(({ time, fate }, i) => (fate === 'counted' ? [{ time, i }] : []));
  const counted = kept.map(({ time }) => time);
  if (counted.length === 0) return undefined;
  const placesOf = (wanted: RoundFate): number[] =>
    positive.flatMap(({ fate }, i) => (fate === wanted ? [i] : []));
  const throttled = placesOf('throttled');
  const hidden = placesOf('hidden');
  const medianNs = median(counted);
  const { low, high, effectiveSamples } = medianInterval(counted);
  const interval = {
    low: Math.max(0, low - resolutionNs / 2),
    high: high + resolutionNs / 2,
  };
  return {
    samplesNs,
    dispatchesPerSample,
    medianNs,
    ciLowNs: interval.low,
    ciHighNs: interval.high,
    p5Ns: quantile(counted, 0.05),
    p95Ns: quantile(counted, 0.95),
    cache: 'hot',
    converged: counted.length >= minRounds && relativeHalfWidth(interval, medianNs) <= targetHalfWidth,
    outliers: tukeyOutliers(counted).map((place) => kept[place]!.i),
    droppedSamples: times.length - samplesNs.length,
    ...(effectiveSamples === undefined
      ? { dependence: 'not judged' }
      : { dependence: 'judged', effectiveSamples }),
    ...(throttled.length > 0 ? { throttled } : {}),
    ...(hidden.length > 0 ? { hidden } : {}),
  };
}
