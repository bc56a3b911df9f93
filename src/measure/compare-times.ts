import type { Comparison } from '../io/record.ts';
import { marginOf } from './margin.ts';
import { pairLogRatios } from './pair-log-ratios.ts';
import type { RoundTimes } from './round-times.ts';
import { selfNoise } from './self-noise.ts';
import { median, medianInterval } from './statistics.ts';

/** Where the noise makes for a wider margin, two that differ by more than this are not called the same. */
const WIDEST_SAME = 0.03;
/** Pairs below which no verdict is given: their interval would be far too narrow. */
export const FEWEST_PAIRS = 6;

/** The smallest differences that a timer shows between times of one dispatch [ns]: its step ÷ the dispatches of a sample. */
export interface Resolutions {
  readonly a: number;
  readonly b: number;
}

/** What is left where the timer's steps are far finer than the noise. */
const FINE: Resolutions = { a: 0, b: 0 };

/**
 * Judges `b` against `a`, measured in the same rounds: the ratio of their times in each round, its median, and a
 * bootstrap 95 % interval, widened by the half steps of the timer. Wholly beyond the margin it is FASTER or SLOWER, wholly
 * inside SAME (of a margin up to 3 %), else UNCLEAR. The margin is 1 %, or twice the noise of the two against themselves
 * if that is more.
 *
 * @returns `undefined` if no round has a time of both.
 */
export function compareTimes(
  a: RoundTimes,
  b: RoundTimes,
  seed: number,
  resolutions: Resolutions = FINE,
): Omit<Comparison, 'a' | 'b' | 'tieGroup'> | undefined {
  const logRatios = pairLogRatios(a, b);
  if (logRatios.length === 0) return undefined;
  const interval = medianInterval(logRatios, seed);
  const blur = halfStep(a, resolutions.a) + halfStep(b, resolutions.b);
  const [low, high] = [interval.low - blur, interval.high + blur];
  const margin = marginOf(selfNoise(a), selfNoise(b));
  return {
    ratio: Math.exp(median(logRatios)),
    ciLow: Math.exp(low),
    ciHigh: Math.exp(high),
    marginPct: 100 * margin,
    verdict: logRatios.length < FEWEST_PAIRS ? 'UNCLEAR' : judge(low, high, margin),
  };
}

/** Half a step of the timer as a share of the median time. */
const halfStep = (times: RoundTimes, resolution: number): number =>
  resolution / 2 / median(times.filter((time) => time !== undefined));

function judge(low: number, high: number, margin: number): Comparison['verdict'] {
  const beyond = Math.log1p(margin);
  if (high < -beyond) return 'FASTER';
  if (low > beyond) return 'SLOWER';
  const inside = Math.min(beyond, Math.log1p(WIDEST_SAME));
  return low >= -inside && high <= inside ? 'SAME' : 'UNCLEAR';
}
