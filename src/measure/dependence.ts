/** Samples below which it cannot be judged whether neighbours resemble each other. */
export const FEWEST_TO_JUDGE = 20;
/** Samples from which on the correlations at longer distances are known well enough to be summed themselves. */
const FEWEST_TO_SUM = 100;
/** Of so many samples, the longest distance at which a correlation is looked at, as a share. */
const LONGEST_DISTANCE = 1 / 5;
/** A stronger resemblance of neighbours is taken for this one: it cannot be told from a drift. */
const STRONGEST = 0.98;

/**
 * What is summed over the samples, by how the scores of two samples correlate whose normal scores correlate by `rho`: of the
 * median the signs of their distances from it (Sheppard's formula), of RankCentre its scores, whose expansion in Hermite's
 * polynomials has 86 % of its square in the first and next to all else in the third and fifth.
 */
export const SCORES = {
  sign: { correlation: (rho: number): number => (2 / Math.PI) * Math.asin(rho) },
  rank: { correlation: (rho: number): number => 0.865 * rho + 0.135 * rho ** 3 },
} as const;

/**
 * By how much dependence widens the distribution of a sum of scores: its variance ÷ that of as many independent samples, so
 * that n samples are as good as n ÷ it. The larger of two estimates, neither of which says anything of fewer than 20 samples:
 *
 * - an autoregression of the first order, by the correlation of the ranks of neighbours, freed of its bias (Marriott and Pope,
 *   "Bias in the estimation of autocorrelations", Biometrika 41, 1954);
 * - from 100 samples on, the correlations at all distances, summed as long as pairs of them are positive and do not rise
 *   (Geyer, "Practical Markov chain Monte Carlo", Statist. Sci. 7, 1992, §3.3): noise that only in part depends on what was
 *   before, but on what was long before, has neighbours that resemble each other little.
 *
 * @param samples in the order in which they were taken.
 * @param caution is added to the correlation of neighbours, where too little is worse than too much.
 * @returns at least 1.
 */
export function varianceInflation(
  samples: readonly number[],
  { correlation }: (typeof SCORES)[keyof typeof SCORES],
  caution = 0,
): number {
  const correlate = rankCorrelations(samples);
  if (!correlate) return 1;
  const { length } = samples;
  const unbiased = (length * correlate(1) + 1) / (length - 3);
  const rho = Math.min(Math.max(unbiased + caution, 0), STRONGEST);
  let inflation = 1;
  for (let power = rho; power > 1e-6; power *= rho) inflation += 2 * correlation(power);
  if (length < FEWEST_TO_SUM) return inflation;
  return Math.max(
    inflation,
    initialSequence(Math.floor(LONGEST_DISTANCE * length), (distance) =>
      correlation(Math.min(correlate(distance) + 1 / length, 1)),
    ),
  );
}

/** 1 + twice the sum of correlations, pair after pair while their sum is positive, none larger than the one before. */
function initialSequence(longest: number, correlation: (distance: number) => number): number {
  let sum = -1;
  let last = Infinity;
  for (let distance = 0; distance < longest; distance += 2) {
    const pair = (distance === 0 ? 1 : correlation(distance)) + correlation(distance + 1);
    if (pair <= 0) break;
    last = Math.min(last, pair);
    sum += 2 * last;
  }
  return sum;
}

/**
 * How samples a distance apart correlate, as normal scores of the same ranks would: it takes no notice of how far an
 * outlier lies out.
 *
 * @returns `undefined` where all are equal.
 */
function rankCorrelations(samples: readonly number[]): ((distance: number) => number) | undefined {
  const ranks = centredRanks(samples);
  const squares = ranks.reduce((sum, rank) => sum + rank ** 2, 0);
  if (squares === 0) return undefined;
  return (distance) => {
    let products = 0;
    for (let i = distance; i < ranks.length; i++) products += ranks[i]! * ranks[i - distance]!;
    return 2 * Math.sin((Math.PI / 6) * (products / squares));
  };
}

/** The rank of each sample less the mean rank; equal samples share theirs. */
function centredRanks(samples: readonly number[]): Float64Array {
  const order = samples.map((_, i) => i).sort((i, j) => samples[i]! - samples[j]!);
  const ranks = new Float64Array(samples.length);
  for (let first = 0; first < order.length;) {
    let last = first;
    while (last + 1 < order.length && samples[order[last + 1]!] === samples[order[first]!]) last++;
    for (let i = first; i <= last; i++) ranks[order[i]!] = (first + last - order.length + 1) / 2;
    first = last + 1;
  }
  return ranks;
}
