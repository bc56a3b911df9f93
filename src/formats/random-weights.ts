import { hash32, normal } from '../base/random.ts';

/** Tells this stream of random numbers from others drawn with the same seed. */
const STREAM = 1;

/**
 * Normal weights of standard deviation 1/√K, as layers are initialized: a product with unit activations then has unit
 * variance at any depth.
 *
 * @returns [N, K]
 */
export function randomWeights(seed: number, N: number, K: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(N * K);
  const stream = hash32(seed, STREAM);
  const sigma = 1 / Math.sqrt(K);
  for (let i = 0; i < values.length; i++) values[i] = sigma * normal(stream, i);
  return values;
}
