import type { Timing } from '../io/record.ts';
import type { Protocol } from './protocol.ts';
import type { RoundTimes } from './sample-rounds.ts';
import { median, medianInterval, quantile, relativeHalfWidth, tukeyOutliers } from './statistics.ts';

/**
 * The record's summary of one variant's rounds. It has converged where its own interval is as narrow as the protocol
 * asks for after as many rounds, and half a step of the timer is no wider: samples of few steps all read the same.
 *
 * @param stepNs the timer's.
 * @param seed the bootstrap's.
 * @returns `undefined` if no round has a positive time.
 */
export function summarize(
  times: RoundTimes,
  dispatchesPerSample: number,
  { minRounds, targetHalfWidth }: Protocol,
  stepNs: number,
  seed: number,
): Omit<Timing, 'throttledRounds'> | undefined {
  const samplesNs = times.filter((time) => time !== undefined);
  if (samplesNs.length === 0) return undefined;
  const medianNs = median(samplesNs);
  const interval = medianInterval(samplesNs, seed);
  const halfStep = stepNs / dispatchesPerSample / 2 / medianNs;
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
      samplesNs.length >= minRounds &&
      Math.max(relativeHalfWidth(interval, medianNs), halfStep) <= targetHalfWidth,
    outliers: tukeyOutliers(samplesNs),
    droppedSamples: times.length - samplesNs.length,
  };
}
