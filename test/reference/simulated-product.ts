import { decodeRoundings, groupCount, groupSize, type WeightFormat } from '../../src/formats/format.ts';
import { type QuantizedWeights, RowDecoder } from '../../src/formats/quantized.ts';
import { towardsZero } from './f32-rounding.ts';
import type { ProductInputs, Rounding } from '../../src/reference/request.ts';

/** All weights decoded in f64: [N, K]. */
export function decodeAll(weights: QuantizedWeights): Float64Array {
  const { N, K, format } = weights;
  const all = new Float64Array(N * K);
  const decoder = new RowDecoder(format, K);
  for (let n = 0; n < N; n++) decoder.decode(weights, n, all.subarray(n * K, (n + 1) * K));
  return all;
}

/** Sums the products of one output element as some kernel would. */
export type Summation = (a: Float64Array, w: Float64Array) => number;

const f32 = Math.fround;

/** One rounding a product and a sum, k ascending: what the simplest kernel does. */
const sequential: Summation = (a, w) => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum = f32(sum + f32(a[k]! * f32(w[k]!)));
  return sum;
};

/** k descending, the product fused. (Rounding twice, to f64 and f32, is not quite an fma, and close enough to one.) */
const fusedBackwards: Summation = (a, w) => {
  let sum = 0;
  for (let k = a.length - 1; k >= 0; k--) sum = f32(sum + a[k]! * f32(w[k]!));
  return sum;
};

/** Halves summed apart, down to single products. */
const pairwise: Summation = (a, w) => {
  const sum = (from: number, end: number): number => {
    if (end - from === 1) return f32(a[from]! * f32(w[from]!));
    const middle = (from + end) >> 1;
    return f32(sum(from, middle) + sum(middle, end));
  };
  return sum(0, a.length);
};

/** Seven interleaved partial sums, then a chain of them, every operation truncated towards zero as WGSL allows. */
const stridedTruncated: Summation = (a, w) => {
  const parts = [0, 0, 0, 0, 0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    parts[k % 7] = towardsZero(parts[k % 7]! + towardsZero(a[k]! * towardsZero(w[k]!)));
  }
  return parts.reduce((sum, part) => towardsZero(sum + part));
};

/** One rounding a product and a sum, k ascending, every operation truncated. */
export const truncating: Summation = (a, w) => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum = towardsZero(sum + towardsZero(a[k]! * towardsZero(w[k]!)));
  return sum;
};

/** Ways to sum that WGSL allows. */
export const SUMMATIONS: Readonly<Record<string, Summation>> = {
  sequential,
  fusedBackwards,
  pairwise,
  stridedTruncated,
};

/** [M, N]: the product of `activations` [M, K] and decoded `weights` [N, K], each element by `sum`. */
export function productBy(
  sum: Summation,
  activations: ArrayLike<number>,
  weights: Float64Array,
  M: number,
  N: number,
): Float32Array<ArrayBuffer> {
  const K = weights.length / N;
  const a = Float64Array.from(activations);
  const out = new Float32Array(M * N);
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) {
      out[m * N + n] = sum(a.subarray(m * K, (m + 1) * K), weights.subarray(n * K, (n + 1) * K));
    }
  }
  return out;
}

/** [M, N]: what a right kernel could put out. */
export const rightOutput = (
  { M, activations, weights }: ProductInputs,
  sum = sequential,
): Float32Array<ArrayBuffer> => productBy(sum, activations, decodeAll(weights), M, weights.N);

/**
 * [M, N]: a kernel that sums (code − zero + offset)·a in f32 over each span and takes offset·Σa off again before it
 * scales.
 */
export function outputWithOffset(
  { M, activations, weights }: ProductInputs,
  { offset, span }: Rounding,
): Float32Array<ArrayBuffer> {
  const { N, K, format, scales } = weights;
  const groups = groupCount(format, K);
  const decoded = decodeAll(weights);
  const out = new Float32Array(M * N);
  for (let i = 0; i < out.length; i++) {
    const m = Math.floor(i / N);
    const n = i % N;
    for (let from = 0; from < K; from += span) {
      const scale = scales[n * groups + Math.floor(from / groupSize(format, K))]!;
      let sum = 0;
      let activationSum = 0;
      for (let k = from; k < Math.min(K, from + span); k++) {
        const a = activations[m * K + k]!;
        sum = f32(sum + f32((decoded[n * K + k]! / scale + offset) * a));
        activationSum = f32(activationSum + a);
      }
      out[i] = f32(out[i]! + f32(scale * f32(sum - f32(offset * activationSum))));
    }
  }
  return out;
}

/** What a plan that decodes each weight says of its rounding. */
export const roundingOf = (format: WeightFormat, K: number): Rounding => ({
  terms: K,
  decodeRoundings: decodeRoundings(format),
  offset: 0,
  span: 0,
});
