/** Rounds that the mixture below weighs as much as what it was mixed from: the bound is narrowest at about eight times as many. */
const MIXTURE = 5;

/**
 * How many standard deviations a sum of as many independent, symmetric scores may be from 0, so that the chance that it ever is
 * further, at whatever number of rounds one looks and however often, is at most `alpha`: Robbins's normal mixture
 * ("Statistical methods related to the law of the iterated logarithm", Ann. Math. Statist. 41, 1970; Howard, Ramdas, McAuliffe and
 * Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Ann. Statist. 49, 2021, eq. 14). For each λ,
 * exp(λS − λ²n/2) is expected not to grow; so is its mean over λ of a normal distribution of variance 1/5, which is
 * √(5/(n+5)) · exp(S²/(2(n+5))), and by Ville's inequality the chance that it ever reaches 1/`alpha` is at most `alpha`.
 *
 * 3.0 at 40 rounds for 5 %, where a single look would ask for 1.96.
 */
export const boundAtAnyTime = (rounds: number, alpha: number): number =>
  Math.sqrt((1 + MIXTURE / rounds) * Math.log((rounds + MIXTURE) / (MIXTURE * alpha ** 2)));

/**
 * The other way round: a p-value that is at most `alpha` with a chance of at most `alpha`, at whatever number of rounds one looks and
 * however often.
 *
 * @param deviations of the sum from 0.
 */
export const pValueAtAnyTime = (rounds: number, deviations: number): number =>
  Math.min(
    1,
    Math.sqrt((rounds + MIXTURE) / MIXTURE) *
      Math.exp((-(deviations ** 2) * rounds) / (2 * (rounds + MIXTURE))),
  );
