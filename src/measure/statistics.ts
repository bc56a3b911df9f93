import { hash32 } from '../base/random.ts';

/** An interval and what it is for. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Resamples that a bootstrap interval is made from. */
const RESAMPLES = 2000;

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

function quantileOfSorted(sorted: Float64Array, p: number): number {
  const position = p * (sorted.length - 1);
  const lower = sorted[Math.floor(position)]!;
  const upper = sorted[Math.ceil(position)]!;
  return lower + (position % 1) * (upper - lower);
}

const ascending = (samples: readonly number[]): Float64Array => Float64Array.from(samples).sort();

/**
 * The 95 % percentile-bootstrap interval of the median (Efron and Tibshirani, An Introduction to the Bootstrap, §13.3).
 *
 * @param samples at least one.
 * @param seed gives the same interval for the same samples.
 */
export function medianInterval(samples: readonly number[], seed: number): Interval {
  const sorted = ascending(samples);
  const counts = new Uint32Array(sorted.length);
  const medians = new Float64Array(RESAMPLES);
  for (let r = 0; r < RESAMPLES; r++) {
    counts.fill(0);
    const stream = hash32(seed, r);
    for (let i = 0; i < sorted.length; i++) {
      counts[Math.floor((hash32(stream, i) / 2 ** 32) * sorted.length)]!++;
    }
    medians[r] = medianOfCounts(sorted, counts);
  }
  medians.sort();
  return { low: quantileOfSorted(medians, 0.025), high: quantileOfSorted(medians, 0.975) };
}

/** The median of a multiset: `counts[i]` copies of `sorted[i]`, `sorted.length` in all; without sorting it again. */
function medianOfCounts(sorted: Float64Array, counts: Uint32Array): number {
  const lowerRank = Math.floor((sorted.length - 1) / 2);
  const upperRank = Math.floor(sorted.length / 2);
  let index = 0;
  let seen = counts[0]!;
  while (seen <= lowerRank) seen += counts[++index]!;
  const lower = sorted[index]!;
  while (seen <= upperRank) seen += counts[++index]!;
  return (lower + sorted[index]!) / 2;
}

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
