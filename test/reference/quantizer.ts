import { ceilDiv, range, roundUp } from '../../src/base/integers.ts';
import type { QuantizedBuffers } from '../../src/reference/quantized-activations.ts';

/** A scale of 12 bits that is at least `value`. */
function roundedUp(value: number): number {
  const step = 2 ** (Math.floor(Math.log2(value)) - 11);
  return Math.ceil(value / step) * step;
}

/** In order along K. */
export const NATURAL = range(32);

/**
 * Activations [M, K] quantized as a kernel's pass would: blocks of 32 along K, scales rounded up to 12 bits and at least
 * 2⁻¹⁰⁰, codes to the nearest.
 *
 * @param order byte p of a block has its k = order[p].
 */
export function quantizeActivations(
  activations: Float32Array,
  M: number,
  K: number,
  paddedM = M,
  order: readonly number[] = NATURAL,
): QuantizedBuffers {
  const paddedK = roundUp(K, 32);
  const blocks = ceilDiv(K, 32);
  const quantized = new Int8Array(paddedM * paddedK);
  const words = new ArrayBuffer(8 * paddedM * blocks);
  const [scales, sums] = [new Float32Array(words), new Int32Array(words)];
  for (let i = 0; i < paddedM * blocks; i++) {
    const [m, b] = [Math.floor(i / blocks), i % blocks];
    const values = NATURAL.map((k) => (m < M && 32 * b + k < K ? activations[m * K + 32 * b + k]! : 0));
    const scale = Math.max(roundedUp(Math.max(...values.map(Math.abs)) / 127 || 2 ** -100), 2 ** -100);
    const codes = values.map((value) => Math.round(value / scale));
    scales[2 * i] = scale;
    sums[2 * i + 1] = codes.reduce((sum, code) => sum + code, 0);
    order.forEach((k, p) => (quantized[32 * i + p] = codes[k]!));
  }
  return { quantized: quantized.buffer, blocks: words, paddedM, paddedK, order };
}
