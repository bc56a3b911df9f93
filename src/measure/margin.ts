/** Differences below this are never called differences. */
const LEAST_MARGIN = 0.01;
/** Differences must exceed the noise by this factor. */
const NOISE_FACTOR = 2;

/**
 * What a difference between variants must exceed, as a share: 1 %, or twice the noise of the noisiest.
 *
 * @param noises of each against itself, as shares.
 */
export const marginOf = (...noises: readonly number[]): number =>
  Math.max(LEAST_MARGIN, NOISE_FACTOR * Math.max(...noises));
