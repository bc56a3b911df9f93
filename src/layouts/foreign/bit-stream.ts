import { ceilDiv } from '../../base/integers.ts';
import { FormatError } from '../../formats/element-names.ts';
import { expectSize } from './tensor-check.ts';

type Words = Int32Array | Uint32Array;

function expectBits(bits: number): void {
  if (!Number.isInteger(bits) || bits < 1 || bits > 8) {
    throw new FormatError(`Codes of ${bits} bits cannot be packed: 1 to 8 can.`);
  }
}

function expectCodes(codes: Uint8Array, bits: number): void {
  const wrong = codes.findIndex((code) => code >> bits !== 0);
  if (wrong >= 0) {
    throw new FormatError(
      `Code ${wrong} is ${codes[wrong]!}: ${bits} bits hold 0 to ${String(2 ** bits - 1)}.`,
    );
  }
}

/**
 * Packs codes one after the other from the low bit of the first byte up: Tilus, GPTQ, ONNX Runtime. Bits that the last
 * byte has left are 0.
 *
 * @param codes [count], each below 2^bits.
 * @param bits 1 … 8.
 * @returns [⌈count · bits / 8⌉].
 * @throws FormatError if a code does not fit or there are no such bits.
 */
export function packLsbFirst(codes: Uint8Array, bits: number): Uint8Array<ArrayBuffer> {
  expectBits(bits);
  expectCodes(codes, bits);
  const bytes = new Uint8Array(ceilDiv(codes.length * bits, 8));
  let [held, heldBits, at] = [0, 0, 0];
  for (const code of codes) {
    held |= code << heldBits;
    heldBits += bits;
    if (heldBits < 8) continue;
    bytes[at++] = held;
    held >>>= 8;
    heldBits -= 8;
  }
  if (heldBits > 0) bytes[at] = held;
  return bytes;
}

/**
 * The inverse of {@link packLsbFirst}; what the last byte has left is not looked at.
 *
 * @param bytes [⌈count · bits / 8⌉].
 * @returns [count].
 * @throws FormatError if there are more or fewer bytes or no such bits.
 */
export function unpackLsbFirst(bytes: Uint8Array, bits: number, count: number): Uint8Array<ArrayBuffer> {
  expectBits(bits);
  expectSize('The LSB-first stream', bytes, [ceilDiv(count * bits, 8)]);
  const codes = new Uint8Array(count);
  const mask = 2 ** bits - 1;
  let [held, heldBits, at] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    if (heldBits < bits) {
      held |= bytes[at++]! << heldBits;
      heldBits += 8;
    }
    codes[i] = held & mask;
    held >>>= bits;
    heldBits -= bits;
  }
  return codes;
}

/**
 * Packs codes one after the other from the top bit of the first byte down: QuantLLM's source order. Bits that the last byte
 * has left, its low ones, are 0.
 *
 * @param codes [count], each below 2^bits.
 * @param bits 1 … 8.
 * @returns [⌈count · bits / 8⌉].
 * @throws FormatError if a code does not fit or there are no such bits.
 */
export function packMsbFirst(codes: Uint8Array, bits: number): Uint8Array<ArrayBuffer> {
  expectBits(bits);
  expectCodes(codes, bits);
  const bytes = new Uint8Array(ceilDiv(codes.length * bits, 8));
  let [held, heldBits, at] = [0, 0, 0];
  for (const code of codes) {
    held = (held << bits) | code;
    heldBits += bits;
    if (heldBits < 8) continue;
    heldBits -= 8;
    bytes[at++] = held >>> heldBits;
    held &= 2 ** heldBits - 1;
  }
  if (heldBits > 0) bytes[at] = held << (8 - heldBits);
  return bytes;
}

/**
 * The inverse of {@link packMsbFirst}; what the last byte has left is not looked at.
 *
 * @param bytes [⌈count · bits / 8⌉].
 * @returns [count].
 * @throws FormatError if there are more or fewer bytes or no such bits.
 */
export function unpackMsbFirst(bytes: Uint8Array, bits: number, count: number): Uint8Array<ArrayBuffer> {
  expectBits(bits);
  expectSize('The MSB-first stream', bytes, [ceilDiv(count * bits, 8)]);
  const codes = new Uint8Array(count);
  let [held, heldBits, at] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    if (heldBits < bits) {
      held = (held << 8) | bytes[at++]!;
      heldBits += 8;
    }
    heldBits -= bits;
    codes[i] = held >>> heldBits;
    held &= 2 ** heldBits - 1;
  }
  return codes;
}

/** An LSB-first stream of 32-bit words, word `i` of which is `words[base + i · stride]`. */
export interface WordStream<T extends Words = Words> {
  readonly words: T;
  readonly base: number;
  readonly stride: number;
}

/** The code of `bits` bits, at most 8, that begins at bit `bit` of a stream; it may lie in two words. */
export function readCode({ words, base, stride }: WordStream, bit: number, bits: number): number {
  const at = base + (bit >>> 5) * stride;
  const shift = bit & 31;
  const low = words[at]! >>> shift;
  const high = shift + bits > 32 ? words[at + stride]! << (32 - shift) : 0;
  return (low | high) & ((1 << bits) - 1);
}

/** Puts a code where {@link readCode} reads it; the stream's bits there must be 0. */
export function writeCode(stream: WordStream, bit: number, bits: number, code: number): void {
  const { words, base, stride } = stream;
  const at = base + (bit >>> 5) * stride;
  const shift = bit & 31;
  words[at]! |= code << shift;
  if (shift + bits > 32) words[at + stride]! |= code >>> (32 - shift);
}
