/** Differences below this are never called differences: the logarithm of 1 %. */
export const LEAST_MARGIN = Math.log1p(0.01);

/**
 * What a difference between variants must exceed: 1 %, or the noise of their ratio if that is more.
 *
 * @param noise of the ratio, as a logarithm.
 */
export const marginOf = (noise: number): number => Math.max(LEAST_MARGIN, noise);
