/**
 * A counter-based hash: a random u32 for each (seed, counter), in any order and without state. PCG's output function
 * (Jarzynski & Olano, "Hash Functions for GPU Rendering", JCGT 9(3), 2020), which costs a few integer operations in
 * WGSL as well.
 */
export function hash32(seed: number, counter: number): number {
  return pcg(pcg(seed >>> 0) ^ (counter >>> 0));
}

function pcg(input: number): number {
  const state = (Math.imul(input, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** A random number in [0, 1), a multiple of 2⁻²⁴ (exact in f32). */
export const uniform = (seed: number, counter: number): number => (hash32(seed, counter) >>> 8) * 2 ** -24;

/** A random integer in [low, high], both included. */
export const uniformInteger = (seed: number, counter: number, low: number, high: number): number =>
  low + Math.floor((hash32(seed, counter) / 2 ** 32) * (high - low + 1));

/** A standard normal number by Box and Muller's transform; uses counters 2·counter and 2·counter + 1. */
export function normal(seed: number, counter: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, 2 * counter)));
  return radius * Math.cos(2 * Math.PI * uniform(seed, 2 * counter + 1));
}
