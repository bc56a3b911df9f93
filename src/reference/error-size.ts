import type { Findings } from './findings.ts';
import { alongProportions, type ByProportion, PROPORTIONS } from './signed-sums.ts';

/** How many times the predicted variance a squared error may be: see {@link errorSize}. */
const MARGIN = 16;

/** Of so many outputs an error that goes one way shows; of fewer it may be chance that it does not. */
const MANY = 512;

/** How many times what chance puts along the proportions an error has there where it shows that it goes one way. */
const SHOWN = 5;

/** The size of the error of the outputs that were compared. */
export interface ErrorSize {
  /** The largest Σ(got − expected)² that the declared roundings explain. */
  readonly largest: number;
  /** Share of the squared error that goes one way, 0 … 1. */
  readonly oneWay: number;
}

/**
 * Judges the error of all compared outputs together: Σe² against 16·V + D, V the variance that {@link roundingMoments} predicts for
 * them and D what roundings that go one way may add.
 *
 * **Margin.** An error that goes either way is about normal, so that for n outputs Σe²/V is chi-squared with n degrees of freedom,
 * divided by n, times 0.54 (binades), or times 2.2 where neighbours are drawn by lot. V takes the longest sum that a plan may
 * have, and most are shorter. For one output 16 is then 5.4 standard deviations, one in 10⁷; outputs of equal columns, or whose
 * activations are all in one channel, count as one, and the margin does not fall with n for that reason. CALIBRATION
 *
 * **One way.** Where a device truncates, the error is nearly in proportion to the sums ({@link alongProportions}), and may be
 * thousands of times V. That part may be twice what the plan's roundings come to when all go one way, and brings with it a
 * third of itself, by which orders of summation differ: 2·along, and half of that drift (and more of few outputs, whose
 * sums may happen to be small). None of it is granted where it would show and does not: where of 512 outputs or more the part along
 * the proportions is less than 5 times what chance puts there, 3/n of the rest. So on devices that round to the nearest less precision
 * is seen down to 16·V, and a bias, such as a rounding of operands that only goes down, at twice what the sums may have.
 *
 * **What it cannot see**: a loss that is smaller than the declared roundings, as bf16 activations are beside f16 sums; for fewer than
 * 512 outputs, less than truncating sums would lose, NMSE (u·T)²/24 for T terms (1·10⁻⁸ at 4096); one that leaves only few or small
 * outputs less precise, for the sums are over all. Single terms show the first ('precision').
 */
export function errorSize(findings: Findings): ErrorSize {
  const { compared, squaredError, variance, drift, signedSums } = findings;
  const along = alongProportions(signedSums);
  const oneWay = total(along);
  const few = compared < MANY;
  const shows = oneWay * compared > SHOWN * PROPORTIONS.length * (squaredError - oneWay);
  const granted = few ? Math.min(oneWay, total(drift)) : total(smaller(along, drift));
  const beside = (1 / 2 + 4 / compared) * drift.sum;
  return {
    largest: MARGIN * variance + (shows || few ? 2 * granted + beside : 0),
    oneWay: oneWay > 0 ? Math.min(1, oneWay / squaredError) : 0,
  };
}

const total = ({ left, sum, bound }: ByProportion): number => left + sum + bound;

const smaller = (a: ByProportion, b: ByProportion): ByProportion => ({
  left: Math.min(a.left, b.left),
  sum: Math.min(a.sum, b.sum),
  bound: Math.min(a.bound, b.bound),
});
