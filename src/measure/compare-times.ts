import type { Comparison } from '../io/record.ts';
import { judgeRatio } from './judge-ratio.ts';
import { pairRounds, type Resolutions } from './round-pairs.ts';
import type { RoundTimes } from './round-times.ts';

/**
 * Judges `b` against `a`, measured in the same rounds: the middle of the ratios of their times in each round, with the interval
 * that holds it in 95 of 100 comparisons however long each went on, widened by the half steps of the timer. Wholly beyond the
 * margin it is FASTER or SLOWER, wholly inside SAME, else UNCLEAR. The margin is 1 %, or the noise of the ratio if that is more; then
 * nothing is the same, for the interval is wider than the noise.
 *
 * Rounds that are taken later are put behind the others and all are judged as one: that may be done as often as one likes.
 *
 * @returns `undefined` if no round has a time of both.
 */
export function compareTimes(
  a: RoundTimes,
  b: RoundTimes,
  resolutions?: Resolutions,
): Omit<Comparison, 'a' | 'b' | 'tieGroup'> | undefined {
  const pairs = pairRounds(a, b, resolutions);
  if (pairs.logRatios.length === 0) return undefined;
  const { centre, low, high, margin, verdict } = judgeRatio(pairs);
  return {
    ratio: Math.exp(centre),
    ciLow: Math.exp(low),
    ciHigh: Math.exp(high),
    marginPct: 100 * Math.expm1(margin),
    verdict,
  };
}
