import { roundToFloat16 } from '../../src/base/float16.ts';
import { hash32, normal, uniform } from '../../src/base/random.ts';
import { elementOf, groupCount, groupSize, type WeightFormat } from '../../src/formats/format.ts';
import { decodeRow, type QuantizedWeights } from '../../src/formats/quantized.ts';
import type { ProductInputs, Rounding } from '../../src/reference/request.ts';

/** Random inputs of a product as they occur: normal activations, all codes, scales of one binade in the format's type. */
export function randomInputs(
  format: WeightFormat,
  M: number,
  N: number,
  K: number,
  seed: number,
): ProductInputs {
  const levels = 2 ** elementOf(format).bits;
  const groups = N * groupCount(format, K);
  const scale = (i: number): number => {
    const value = (1 + uniform(seed + 1, i)) / 64;
    return format.scale === 'f16' ? roundToFloat16(value) : Math.fround(value);
  };
  const weights: QuantizedWeights = {
    format,
    N,
    K,
    codes: Uint8Array.from({ length: N * K }, (_, i) => (hash32(seed + 2, i) >>> 8) % levels),
    scales: Float32Array.from({ length: groups }, (_, i) => scale(i)),
    zeros: format.zeroPoint
      ? Uint8Array.from({ length: groups }, (_, i) => (hash32(seed + 3, i) >>> 8) % levels)
      : undefined,
  };
  return { M, activations: Float32Array.from({ length: M * K }, (_, i) => normal(seed, i)), weights };
}

/** All weights decoded in f64: [N, K]. */
export function decodeAll(weights: QuantizedWeights): Float64Array {
  const all = new Float64Array(weights.N * weights.K);
  for (let n = 0; n < weights.N; n++) {
    decodeRow(weights, n, all.subarray(n * weights.K, (n + 1) * weights.K));
  }
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
    parts[k % 7] = truncate(parts[k % 7]! + truncate(a[k]! * truncate(w[k]!)));
  }
  return parts.reduce((sum, part) => truncate(sum + part));
};

/** One rounding a product and a sum, k ascending, every operation truncated. */
export const truncating: Summation = (a, w) => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum = truncate(sum + truncate(a[k]! * truncate(w[k]!)));
  return sum;
};

/** The f32 next to `value` that is not larger in magnitude. */
function truncate(value: number): number {
  const near = f32(value);
  if (Math.abs(near) <= Math.abs(value)) return near;
  const bits = new Uint32Array(Float32Array.of(near).buffer);
  bits[0]!--;
  return new Float32Array(bits.buffer)[0]!;
}

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

/** What a plan with exact decode says of its rounding; f32 scales cost one rounding a weight. */
export const roundingOf = (format: WeightFormat, K: number): Rounding => ({
  terms: K,
  decodeRoundings: format.scale === 'f32' ? 1 : 0,
  offset: 0,
  span: 0,
});
