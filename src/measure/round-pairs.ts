import type { RoundTimes } from './round-times.ts';
import { median } from './statistics.ts';

/** The smallest differences that a timer shows between times of one dispatch [ns]: its step ÷ the dispatches of a sample. */
export interface Resolutions {
  readonly a: number;
  readonly b: number;
}

/** Two variants in the same rounds. A round is the pair: what slows the GPU down for a while slows down both. */
export interface RoundPairs {
  /** The logarithm of time of `b` ÷ time of `a`, of each round that has both, in order; all finite. */
  readonly logRatios: readonly number[];
  /** What the half steps of the timer may make of a ratio, as a logarithm. */
  readonly blur: number;
}

/** What is left where the timer's steps are far finer than the noise. */
const FINE: Resolutions = { a: 0, b: 0 };

/** Pairs the times of two variants. */
export function pairRounds(a: RoundTimes, b: RoundTimes, resolutions = FINE): RoundPairs {
  const both = a.flatMap((before, round) => {
    const after = b[round];
    if (before === undefined || after === undefined) return [];
    const logRatio = Math.log(after / before);
    // What no timer gives would be no number, and nothing is above or below that.
    return Number.isFinite(logRatio) ? [{ before, after, logRatio }] : [];
  });
  if (both.length === 0) return { logRatios: [], blur: 0 };
  return {
    logRatios: both.map(({ logRatio }) => logRatio),
    blur:
      halfStep(
        both.map(({ before }) => before),
        resolutions.a,
      ) +
      halfStep(
        both.map(({ after }) => after),
        resolutions.b,
      ),
  };
}

/** Half a step of the timer as a share of the median time. */
const halfStep = (times: readonly number[], resolution: number): number => resolution / 2 / median(times);
