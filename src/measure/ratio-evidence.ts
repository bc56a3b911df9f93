import { boundAtAnyTime, pValueAtAnyTime } from './always-valid.ts';
import { FEWEST_TO_JUDGE, SCORES, varianceInflation } from './dependence.ts';
import { RankCentre } from './rank-centre.ts';
import type { Interval } from './statistics.ts';

/** The chance that the interval of a ratio ever leaves the ratio out. */
const ALPHA = 0.05;
/** Standard deviations to either side that an interval of 95 % has which is looked at once. */
const SINGLE_LOOK = 1.96;
/**
 * Ratios of which it cannot be judged how they depend on each other are taken for an autoregression of 0.7, where the sums
 * of scores vary this much more: 1 + 2 Σ (0.865 · 0.7ᵏ + 0.135 · 0.7³ᵏ).
 */
const UNJUDGED_INFLATION = 5.2;
/**
 * Added to the correlation of neighbours of 20 rounds, and as the square of their number grows less: dependence that is overlooked
 * makes false verdicts, most of them early.
 */
const CAUTION = 0.35;

/**
 * What the ratios of rounds say of how two variants compare. The evidence is that of signed ranks (RankCentre), which for a variant against
 * itself has the same distribution whatever that of the times: what is one's in a round might as well be the other's, so that the
 * logarithms of the ratios scatter alike to either side of 0. As rounds come, the statistic goes on like a sum of independent
 * scores (Sen and Ghosh, "On bounded length sequential confidence intervals based on one-sample rank order statistics", Ann.
 * Math. Statist. 42, 1971), so that bounds hold for it at any time: whoever takes more rounds because a verdict is open, or
 * takes twenty more by hand, or stops as soon as it pleases, errs no more often.
 */
export class RatioEvidence {
  readonly #centre: RankCentre;
  /** The standard deviation of its statistic, dependence included. */
  readonly #deviation: number;
  readonly rounds: number;

  /** @param logRatios of at least one round, in the order in which they were taken. */
  constructor(logRatios: readonly number[]) {
    const { length } = logRatios;
    const inflation =
      length < FEWEST_TO_JUDGE
        ? UNJUDGED_INFLATION
        : varianceInflation(logRatios, SCORES.rank, CAUTION * (FEWEST_TO_JUDGE / length) ** 2);
    this.#centre = new RankCentre(logRatios);
    this.#deviation = this.#centre.deviation * Math.sqrt(inflation);
    this.rounds = length;
  }

  /** The logarithm of the ratio. */
  get centre(): number {
    return this.#centre.centre;
  }

  /** Where the logarithm of the ratio lies, with a chance of 95 % at any time. */
  get interval(): Interval {
    return this.#within(boundAtAnyTime(this.rounds, ALPHA));
  }

  /** The noise of the ratio: half of the 95 % interval that these rounds would give had their number been fixed before. */
  get noise(): number {
    const { low, high } = this.#within(SINGLE_LOOK);
    return (high - low) / 2;
  }

  /** How surprising the rounds are if the logarithm of the ratio lies within ±`margin`: a p-value that holds at any time. */
  pValue(margin: number): number {
    if (Math.abs(this.centre) <= margin) return 1;
    const departure = this.#centre.departure(margin * Math.sign(this.centre));
    return pValueAtAnyTime(this.rounds, departure / this.#deviation);
  }

  #within(deviations: number): Interval {
    return this.#centre.within(deviations * this.#deviation);
  }
}
