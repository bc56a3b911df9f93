import type { RoundTimes } from './round-times.ts';

/**
 * The logarithm of time of `b` ÷ time of `a` in each round, in order. A round is the pair: what slows the GPU down for a while
 * slows down both.
 *
 * @returns an entry for each round that has a time of both.
 */
export function pairLogRatios(a: RoundTimes, b: RoundTimes): number[] {
  return a.flatMap((before, round) => {
    const after = b[round];
    return before === undefined || after === undefined ? [] : [Math.log(after / before)];
  });
}
