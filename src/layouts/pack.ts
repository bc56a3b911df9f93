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
  const stream = new Uint32Array(bits);
  for (let n = 0; n < paddedN; n++) {
    for (let chunk = 0; chunk < paddedK / CHUNK; chunk++) {
      streamChunk(weights, n, chunk * CHUNK, bits, stream);
      for (let i = 0; i < bits; i++) words[layout.wordIndex(geometry, n, chunk, i)] = stream[i]!;
    }
  }
  return { words, ...packGroups(weights, layout, geometry) };
}

/** Fills `stream` [bits] with the 32 codes from (n, k0) on, LSB-first. */
function streamChunk(
  weights: QuantizedWeights,
  n: number,
  k0: number,
  bits: number,
  stream: Uint32Array,
): void {
  const { N, K, codes } = weights;
  stream.fill(0);
  for (let j = 0; j < CHUNK; j++) {
    const k = k0 + j;
    const code = n < N && k < K ? codes[n * K + k]! : zeroOf(weights, n, k);
    const word = (j * bits) >>> 5;
    const shift = (j * bits) & 31;
    stream[word]! |= code << shift;
    if (shift + bits > 32) stream[word + 1]! |= code >>> (32 - shift);
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
      const chunk = Math.floor(k / CHUNK);
      const bit = (k % CHUNK) * bits;
      const shift = bit & 31;
      let code = words[layout.wordIndex(geometry, n, chunk, bit >>> 5)]! >>> shift;
      if (shift + bits > 32)
        code |= words[layout.wordIndex(geometry, n, chunk, (bit >>> 5) + 1)]! << (32 - shift);
      codes[n * K + k] = code & (2 ** bits - 1);
    }
  }
  return codes;
}
