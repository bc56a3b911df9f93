import type { Comparison } from '../io/record.ts';
import type { RoundTimes } from './sample-rounds.ts';
import { median, medianInterval } from './statistics.ts';

/** Differences below this are never called differences. */
const LEAST_MARGIN = 0.01;
/** A wider margin would call kernels the same that plainly differ: where there is more noise, it is UNCLEAR. */
const WIDEST_MARGIN = 0.05;
/** Differences must exceed the noise by this factor. */
const NOISE_FACTOR = 2;
/** Pairs below which no verdict is given: their interval would be far too narrow. */
const FEWEST_PAIRS = 6;

/**
 * Judges `b` against `a`, measured in the same rounds: the ratio of their times in each round, its median, and a
 * bootstrap interval. Wholly beyond the margin it is FASTER or SLOWER, wholly inside SAME, else UNCLEAR. The margin is
 * 1 %, or twice the noise of the two against themselves if that is more, up to 5 %.
 *
 * @returns `undefined` if no round has a time of both.
 */
export function compareTimes(
  a: RoundTimes,
  b: RoundTimes,
  seed: number,
): Omit<Comparison, 'a' | 'b' | 'tieGroup'> | undefined {
  const logRatios = pairLogRatios(a, b);
  if (logRatios.length === 0) return undefined;
  const interval = medianInterval(logRatios, seed);
  const noise = Math.max(selfNoise(a), selfNoise(b));
  const margin = Math.min(Math.max(LEAST_MARGIN, NOISE_FACTOR * noise), WIDEST_MARGIN);
  return {
    ratio: Math.exp(median(logRatios)),
    ciLow: Math.exp(interval.low),
    ciHigh: Math.exp(interval.high),
    marginPct: 100 * margin,
    verdict:
      logRatios.length < FEWEST_PAIRS ? 'UNCLEAR' : judge(interval.low, interval.high, Math.log1p(margin)),
  };
}

function judge(low: number, high: number, margin: number): Comparison['verdict'] {
  if (high < -margin) return 'FASTER';
  if (low > margin) return 'SLOWER';
  return low >= -margin && high <= margin ? 'SAME' : 'UNCLEAR';
}

function pairLogRatios(a: RoundTimes, b: RoundTimes): number[] {
  return a.flatMap((before, round) => {
    const after = b[round];
    return before === undefined || after === undefined ? [] : [Math.log(after / before)];
  });
}

/**
 * How far a variant seems to differ from itself: even rounds against the odd ones that follow them.
 *
 * @returns the median difference as a share, 0 for fewer than two rounds.
 */
export function selfNoise(times: RoundTimes): number {
  const even = times.filter((_, round) => round % 2 === 0);
  const odd = times.filter((_, round) => round % 2 === 1);
  const logRatios = pairLogRatios(odd, even);
  return logRatios.length === 0 ? 0 : Math.abs(Math.expm1(median(logRatios)));
}
