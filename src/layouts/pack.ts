import { elementOf, groupSize, zeroBits } from '../formats/format.ts';
import { zeroCode } from '../formats/element.ts';
import { encodeFloat16 } from '../base/float16.ts';
import { ceilDiv } from '../base/integers.ts';
import type { QuantizedWeights } from '../formats/quantized.ts';
import { CHUNK, type Geometry, type Layout } from './layout.ts';

/** Weights as a kernel's buffers hold them. */
export interface PackedWeights {
  readonly words: Uint32Array<ArrayBuffer>;
  /** Scales: two f16 a word (the even index in the low half) or one f32 a word, as the format says. */
  readonly scales: Uint32Array<ArrayBuffer>;
  /** Zero points, LSB-first, `zeroBits(format)` each; absent where the format stores none. */
  readonly zeros: Uint32Array<ArrayBuffer> | undefined;
}

/**
 * Prepacks canonical codes for a kernel. Padding decodes to 0: along K its codes equal the zero point of the last group,
 * and groups and columns that lie in the padding have scale 0.
 *
 * @throws RangeError if the geometry is smaller than the matrix.
 */
export function packWeights(weights: QuantizedWeights, layout: Layout, geometry: Geometry): PackedWeights {
  const { paddedN, paddedK, bits } = geometry;
  if (paddedN < weights.N || paddedK < weights.K)
    throw new RangeError('the padded matrix is smaller than the matrix');
  const words = new Uint32Array((paddedN * paddedK * bits) / 32);
  for (let n = 0; n < paddedN; n++) {
    for (let chunk = 0; chunk < paddedK / CHUNK; chunk++) {
      packChunk(weights, n, chunk * CHUNK, bits, words, layout.chunkStart(geometry, n, chunk));
    }
  }
  return { words, ...packGroups(weights, layout, geometry) };
}

/** Writes the 32 codes from (n, k0) on as an LSB-first stream of `bits` words. */
function packChunk(
  weights: QuantizedWeights,
  n: number,
  k0: number,
  bits: number,
  words: Uint32Array,
  start: number,
): void {
  const { N, K, codes } = weights;
  for (let i = 0; i < CHUNK; i++) {
    const k = k0 + i;
    const code = n < N && k < K ? codes[n * K + k]! : zeroOf(weights, n, k);
    const bit = i * bits;
    const word = start + (bit >>> 5);
    const shift = bit & 31;
    words[word] = (words[word]! | (code << shift)) >>> 0;
    if (shift + bits > 32) words[word + 1] = code >>> (32 - shift);
  }
}

/** The code that decodes to 0 at (n, k), in the padding too: the zero point of k's group, or of the last one beyond K. */
function zeroOf({ format, N, K, zeros }: QuantizedWeights, n: number, k: number): number {
  if (!zeros) return zeroCode(elementOf(format));
  const size = groupSize(format, K);
  const groups = ceilDiv(K, size);
  const group = Math.min(Math.floor(k / size), groups - 1);
  return n < N ? zeros[n * groups + group]! : 0;
}

function packGroups(
  { format, N, K, scales, zeros }: QuantizedWeights,
  layout: Layout,
  geometry: Geometry,
): Pick<PackedWeights, 'scales' | 'zeros'> {
  const count = geometry.paddedN * geometry.groups;
  const groups = ceilDiv(K, groupSize(format, K));
  const half = format.scale === 'f16';
  const scaleWords = new Uint32Array(half ? ceilDiv(count, 2) : count);
  const scaleFloats = new Float32Array(scaleWords.buffer);
  const width = zeroBits(format);
  const zeroWords = zeros ? new Uint32Array(ceilDiv(count * width, 32)) : undefined;
  for (let n = 0; n < N; n++) {
    for (let group = 0; group < groups; group++) {
      const from = n * groups + group;
      const index = layout.groupIndex(geometry, n, group);
      if (half) scaleWords[index >>> 1]! |= encodeFloat16(scales[from]!) << ((index & 1) * 16);
      else scaleFloats[index] = scales[from]!;
      if (zeroWords) zeroWords[(index * width) >>> 5]! |= zeros![from]! << ((index * width) & 31);
    }
  }
  return { scales: scaleWords, zeros: zeroWords };
}

/**
 * Reads codes back out of packed words: the inverse of {@link packWeights} for the codes.
 *
 * @returns [N, K], one code a byte.
 */
export function unpackCodes(
  words: Uint32Array,
  layout: Layout,
  geometry: Geometry,
  N: number,
  K: number,
): Uint8Array<ArrayBuffer> {
  const { bits } = geometry;
  const codes = new Uint8Array(N * K);
  for (let n = 0; n < N; n++) {
    for (let k = 0; k < K; k++) {
      const start = layout.chunkStart(geometry, n, Math.floor(k / CHUNK));
      const bit = (k % CHUNK) * bits;
      const shift = bit & 31;
      let code = words[start + (bit >>> 5)]! >>> shift;
      if (shift + bits > 32) code |= words[start + (bit >>> 5) + 1]! << (32 - shift);
      codes[n * K + k] = code & (2 ** bits - 1);
    }
  }
  return codes;
}
