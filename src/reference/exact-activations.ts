import { gcd, roundUp } from '../base/integers.ts';
import { hash32, uniformInteger } from '../base/random.ts';
import { LARGEST_BIAS } from './exact-offsets.ts';
import { type ExactProblem, type ExactRange, livesTogether } from './exact-range.ts';
import { ACTIVATION_BLOCK, LARGEST_CODE } from './quantized-activations.ts';

/**
 * Magnitudes 1 … largest with random signs, of every stride-th activation: a zero would hide what is wrong with its k. Of
 * int8 activations one in each block that is not zero is ±127, which makes its scale 1.
 *
 * @returns [M, K]
 */
export function integerActivations(
  { M, K, activation }: ExactProblem,
  { largest, stride }: ExactRange,
  seed: number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(M * K);
  const together = livesTogether(activation);
  for (let m = 0; m < M; m++) {
    for (let first = 0; first < K; first += together) {
      if ((first / together + m) % stride !== 0) continue;
      const end = Math.min(K, first + together);
      for (let k = first; k < end; k++) values[m * K + k] = signedInteger(seed, m * K + k, largest);
      if (activation !== 'i8') continue;
      const peak = uniformInteger(hash32(seed, 2 ** 31), m * K + first, first, end - 1);
      values[m * K + peak] = Math.sign(values[m * K + peak]!) * LARGEST_CODE;
    }
  }
  return values;
}

/** Of K a quarter, whole blocks of int8, and not less than one nor more than four. */
const STRETCH = { part: 4, least: ACTIVATION_BLOCK, most: 4 * ACTIVATION_BLOCK };

/**
 * Makes all of a stretch of one row as large as they may be, and positive: with codes to match (see `exactWeights`) its sums come
 * near the largest that the kernel has to hold.
 *
 * @param values [M, K] integer activations, changed in place.
 * @returns [K] the row.
 */
export function alignRow(
  values: Float32Array<ArrayBuffer>,
  { M, K }: ExactProblem,
  { largest }: ExactRange,
  seed: number,
): Float32Array<ArrayBuffer> {
  const m = uniformInteger(hash32(seed, 14), 0, 0, M - 1);
  const row = values.subarray(m * K, (m + 1) * K);
  const length = Math.min(STRETCH.most, Math.max(STRETCH.least, roundUp(K / STRETCH.part, ACTIVATION_BLOCK)));
  const first = uniformInteger(
    hash32(seed, 14),
    1,
    0,
    Math.max(0, Math.floor((K - length) / ACTIVATION_BLOCK)),
  );
  for (let k = first * ACTIVATION_BLOCK; k < Math.min(K, first * ACTIVATION_BLOCK + length); k++) {
    // A peak of int8 stays one, and what is not there stays away.
    if (row[k] !== 0) row[k] = Math.max(Math.abs(row[k]!), largest);
  }
  return row;
}

/** Biases of 1 … {@link LARGEST_BIAS} units with random signs: none is zero. @returns [N] */
export const integerBias = (N: number, unit: number, seed: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: N }, (_, n) => signedInteger(seed, n, LARGEST_BIAS) * unit);

/** Magnitude 1 … largest and a random sign. */
function signedInteger(seed: number, index: number, largest: number): number {
  const bits = hash32(seed, index);
  const magnitude = 1 + Math.floor(((bits & 0x7fffffff) / 2 ** 31) * largest);
  return bits >>> 31 ? -magnitude : magnitude;
}

/** The one activation of a row of one-hot data: `base` times a power of two. */
export interface HotRange {
  /** 127 for int8 activations, whose scale then is the power; else 1. */
  readonly base: number;
  readonly leastExponent: number;
  readonly largestExponent: number;
}

/**
 * Row m has its activation at start + m·step mod K, step being coprime to K: K rows visit every k.
 *
 * @returns [M, K]
 */
export function oneHotActivations(
  M: number,
  K: number,
  { base, leastExponent, largestExponent }: HotRange,
  seed: number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(M * K);
  const start = uniformInteger(hash32(seed, 3), 0, 0, K - 1);
  const step = coprimeStep(K);
  for (let m = 0; m < M; m++) {
    const exponent = uniformInteger(hash32(seed, 4), m, leastExponent, largestExponent);
    values[m * K + ((start + m * step) % K)] = base * 2 ** exponent;
  }
  return values;
}

/** A number coprime to K near K divided by the golden ratio, so that few steps already spread over all of K. */
export function coprimeStep(K: number): number {
  let step = Math.max(1, Math.round(K * 0.618));
  while (gcd(step, K) !== 1) step++;
  return step;
}
