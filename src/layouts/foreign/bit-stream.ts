import { ceilDiv } from '../../base/integers.ts';
import { FormatError } from '../../formats/element-names.ts';

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
