/** An interval and what it is for. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The value that a share `p` of the samples lies below, interpolated between neighbours (Hyndman and Fan's seventh
 * definition, as R and NumPy have it).
 *
 * @param samples at least one, in any order.
 */
export function quantile(samples: readonly number[], p: number): number {
  return quantileOfSorted(ascending(samples), p);
}

/** The middle sample, or the mean of the middle two. */
export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

const quantileOfSorted = (sorted: Float64Array, p: number): number => atRank(sorted, p * (sorted.length - 1));

/** The sample of a rank, counted from 0; between two of them for one that is not whole. */
export function atRank(sorted: Float64Array, rank: number): number {
  const lower = sorted[Math.floor(rank)]!;
  const upper = sorted[Math.ceil(rank)]!;
  return lower + (rank % 1) * (upper - lower);
}

/** A copy in rising order. */
export const ascending = (samples: readonly number[]): Float64Array => Float64Array.from(samples).sort();

/** Half of an interval's width as a share of the median. */
export const relativeHalfWidth = (interval: Interval, centre: number): number =>
  (interval.high - interval.low) / 2 / centre;

/** The distance between the quartiles as a share of the median. */
export function relativeSpread(samples: readonly number[]): number {
  const sorted = ascending(samples);
  const quartiles = quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25);
  return quartiles / quantileOfSorted(sorted, 0.5);
}

/**
 * Samples beyond Tukey's inner fences: more than 1.5 interquartile ranges outside the quartiles.
 *
 * @returns their indices, in order.
 */
export function tukeyOutliers(samples: readonly number[]): number[] {
  const [low, high] = [quantile(samples, 0.25), quantile(samples, 0.75)];
  const reach = 1.5 * (high - low);
  return samples.flatMap((sample, i) => (sample < low - reach || sample > high + reach ? [i] : []));
}
