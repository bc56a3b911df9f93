import { FEWEST_TO_JUDGE, SCORES, varianceInflation } from './dependence.ts';
import { ascending, atRank, type Interval } from './statistics.ts';

/** The chance that an interval ends short of what it is for, at either end. */
const TAIL = 0.025;

/** An interval of the median, and what it knows of the samples. */
export interface MedianInterval extends Interval {
  /**
   * How many independent samples would tell the median as well; `undefined` of fewer than 20, of which it cannot be judged whether
   * they depend on each other: the interval takes them as independent.
   */
  readonly effectiveSamples: number | undefined;
}

/**
 * The 95 % interval of the median. Of independent samples of any distribution it is that of order statistics: the median
 * lies below the k-th with the binomial chance of fewer than k heads in n tosses (Conover, Practical Nonparametric Statistics,
 * §3.2), which from 6 samples on is at most 2.5 % for some k. Fewer have their range, which holds the median with a chance of 1 − 2¹⁻ⁿ.
 * From 20 samples on it is known how much samples depend on those before them: the ends lie further out, in ranks, by as
 * much as the signs of their distances from the median vary more, beyond the least and the greatest sample as far in
 * proportion; and between two samples where none leaves out 2.5 %.
 *
 * It held the median in so many of 4,000 draws (test/measure/median-interval.test.ts): 96 to 99 % of independent samples, log-normal, of
 * two clock rates or by a coarse timer, of 7, 10, 20 and 40; of an autoregression of 0.7 74 % of 10, where no dependence can be
 * judged, 90 % of 20, 92 % of 40, 94 % of 100. What changes slowly under as much independent noise, no estimate sees in so few:
 * of halves of 0 and 0.9 it held in 71 % of 40, 84 % of 100, 92 % of 400.
 *
 * @param samples at least one, in the order in which they were taken.
 */
export function medianInterval(samples: readonly number[]): MedianInterval {
  const { length } = samples;
  const sorted = ascending(samples);
  const middle = (length - 1) / 2;
  if (length < FEWEST_TO_JUDGE) {
    const left = ranksLeftOut(length);
    return { low: sorted[left]!, high: sorted[length - 1 - left]!, effectiveSamples: undefined };
  }
  const inflation = varianceInflation(samples, SCORES.sign);
  const reach = (middle - ranksLeftOutEvenly(length)) * Math.sqrt(inflation);
  const at = (rank: number): number => {
    if (rank >= 0 && rank <= length - 1) return atRank(sorted, rank);
    const centre = atRank(sorted, middle);
    return centre + (reach / middle) * (sorted[rank < 0 ? 0 : length - 1]! - centre);
  };
  return { low: at(middle - reach), high: at(middle + reach), effectiveSamples: length / inflation };
}

/** The most samples at either end that an interval of order statistics may leave out: it has at least its chance. */
const ranksLeftOut = (length: number): number => Math.max(0, tails(length).left);

/** As many, and a share of the next: where its tail would be passed if it grew evenly from rank to rank. */
function ranksLeftOutEvenly(length: number): number {
  const { left, within, beyond } = tails(length);
  return Math.max(0, left + (TAIL - within) / (beyond - within));
}

/**
 * How many samples may be left out at one end, with the chance that the median lies beyond them and beyond one more: that of as
 * few heads in as many tosses.
 *
 * @returns −1 of fewer than 6.
 */
function tails(length: number): { readonly left: number; readonly within: number; readonly beyond: number } {
  let logTerm = -length * Math.LN2;
  let within = 0;
  let beyond = Math.exp(logTerm);
  let left = -1;
  while (beyond <= TAIL) {
    left++;
    logTerm += Math.log((length - left) / (left + 1));
    within = beyond;
    beyond += Math.exp(logTerm);
  }
  return { left, within, beyond };
}
