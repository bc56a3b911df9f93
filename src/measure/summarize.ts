import type { Timing } from '../io/record.ts';
import type { Protocol } from './protocol.ts';
import type { RoundTimes } from './sample-rounds.ts';
import { median, medianInterval, quantile, relativeHalfWidth, tukeyOutliers } from './statistics.ts';

/**
 * The record's summary of one variant's rounds. It has converged where its own interval is as narrow as the protocol
 * asks for after as many rounds.
 *
 * @param seed the bootstrap's.
 * @returns `undefined` if no round has a positive time.
 */
export function summarize(
  times: RoundTimes,
  dispatchesPerSample: number,
  protocol: Protocol,
  seed: number,
): Timing | undefined {
  const samplesNs = times.filter((time) => time !== undefined);
  if (samplesNs.length === 0) return undefined;
  const medianNs = median(samplesNs);
  const interval = medianInterval(samplesNs, seed);
  return {
    samplesNs,
    dispatchesPerSample,
    medianNs,
    ciLowNs: interval.low,
    ciHighNs: interval.high,
    p5Ns: quantile(samplesNs, 0.05),
    p95Ns: quantile(samplesNs, 0.95),
    cache: 'hot',
    converged:
      samplesNs.length >= protocol.minRounds &&
      relativeHalfWidth(interval, medianNs) <= protocol.targetHalfWidth,
    throttledRounds: 0,
    outliers: tukeyOutliers(samplesNs),
    droppedSamples: times.length - samplesNs.length,
  };
}
