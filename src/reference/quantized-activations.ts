import { FLOAT32_MIN_NORMAL } from '../base/float32.ts';

/** Activations along K that share a scale. */
export const ACTIVATION_BLOCK = 32;

/** Codes are −127 … 127. */
export const LARGEST_CODE = 127;

/** How far a code may be from the quotient that it is rounded from: a half, and what dividing in f32 and a tie may add. */
const LARGEST_STEP = 0.5 + 2 ** -8;

/** A scale is rounded up to few significant bits. */
const SCALE_GROWTH = 1 + 2 ** -10;

/** No scale need be smaller: blocks of smaller values may be zeros. */
const SMALLEST_SCALE = 2 ** -99;

/** Activations as a GPU quantized them. */
export interface QuantizedBuffers {
  /** int8, four a word, byte 0 lowest: [paddedM, paddedK / 32, 32] in the order of `order`. */
  readonly quantized: ArrayBuffer;
  /** The f32 scale and the i32 sum of the codes of each block: [paddedM, paddedK / 32, 2] words. */
  readonly blocks: ArrayBuffer;
  readonly paddedM: number;
  /** A multiple of 32. */
  readonly paddedK: number;
  /** Byte p of a block has its k = order[p], [32]. */
  readonly order: readonly number[];
}

/** What quantized activations stand for. */
export interface DecodedActivations {
  /** code · scale, [M, K]; exact, where there is no fault. */
  readonly activations: Float32Array<ArrayBuffer>;
  /** The first way in which they are not the activations quantized, as a part of a sentence. */
  readonly fault: string | undefined;
}

/**
 * Decodes activations that a GPU quantized and judges the quantization itself, free of any choice of rounding: with a the
 * activations of a block, q the codes and s the scale,
 *
 * - |a − q·s| ≤ s·(½ + 2⁻⁸), so that each code is the nearest or, by a hair, the other one;
 * - |q| ≤ 127, and q·s is an f32;
 * - s ≤ (max|a| / 127)·(1 + 2⁻¹⁰), so that no bit is given away; 2⁻⁹⁹ will do for smaller values, and 1 for none but zeros;
 * - the block's sum is Σq; padding is 0.
 *
 * @param activations [M, K], as they were uploaded.
 */
export function decodeQuantized(
  activations: Float32Array,
  M: number,
  K: number,
  buffers: QuantizedBuffers,
): DecodedActivations {
  const { paddedM, paddedK } = buffers;
  const blocks = paddedK / ACTIVATION_BLOCK;
  const decoded = new Float32Array(M * K);
  const given = new Float32Array(ACTIVATION_BLOCK);
  let fault: string | undefined;
  for (let m = 0; m < paddedM; m++) {
    for (let b = 0; b < blocks; b++) {
      const first = b * ACTIVATION_BLOCK;
      const end = m < M ? Math.min(K, first + ACTIVATION_BLOCK) : first;
      given.fill(0);
      if (end > first) given.set(activations.subarray(m * K + first, m * K + end));
      const block = readBlock(buffers, m * blocks + b);
      fault ??= faultOf(block, given, `at m = ${m}, k = ${first}`);
      for (let k = first; k < end; k++) decoded[m * K + k] = block.codes[k - first]! * block.scale;
    }
  }
  return { activations: decoded, fault };
}

interface Block {
  readonly scale: number;
  readonly sum: number;
  /** By k, [32]. */
  readonly codes: Int8Array;
}

function readBlock({ quantized, blocks, order }: QuantizedBuffers, index: number): Block {
  const bytes = new Int8Array(quantized, index * ACTIVATION_BLOCK, ACTIVATION_BLOCK);
  const codes = new Int8Array(ACTIVATION_BLOCK);
  for (let p = 0; p < ACTIVATION_BLOCK; p++) codes[order[p]!] = bytes[p]!;
  const [scale] = new Float32Array(blocks, 8 * index, 1);
  const [sum] = new Int32Array(blocks, 8 * index + 4, 1);
  return { scale: scale!, sum: sum!, codes };
}

/** @param given the activations of the block, zeros in its padding. @param where names the block. */
function faultOf({ scale, sum, codes }: Block, given: Float32Array, where: string): string | undefined {
  if (!(scale >= 0 && scale < Infinity)) return `the scale of the block ${where} is ${scale}`;
  let total = 0;
  let largest = 0;
  for (let k = 0; k < ACTIVATION_BLOCK; k++) {
    const code = codes[k]!;
    const value = given[k]!;
    total += code;
    largest = Math.max(largest, Math.abs(value));
    if (code < -LARGEST_CODE) return `a code of the block ${where} is ${code}`;
    if (Math.fround(code * scale) !== code * scale) {
      return `the scale ${scale} of the block ${where} times ${code} is no f32`;
    }
    if (!isNear(value, code, scale)) {
      return `the block ${where} has ${code} · ${scale} for the activation ${value} at its place ${k}`;
    }
  }
  if (total !== sum) return `the block ${where} has the sum ${sum} for codes whose sum is ${total}`;
  if (scale > largestScale(largest)) {
    return `the block ${where} has the scale ${scale}, more than 1/127 of its largest value ${largest}`;
  }
  return undefined;
}

/** Whether a code stands for a value. What a device may read as 0, it may code as 0. */
const isNear = (value: number, code: number, scale: number): boolean =>
  (code === 0 && Math.abs(value) < FLOAT32_MIN_NORMAL) ||
  (scale > 0 && Math.abs(value - code * scale) <= scale * LARGEST_STEP);

const largestScale = (largest: number): number =>
  largest < FLOAT32_MIN_NORMAL ? 1 : Math.max((largest / LARGEST_CODE) * SCALE_GROWTH, SMALLEST_SCALE);
