import type { WordStream } from '../../../src/layouts/foreign/bit-stream.ts';

/** Puts a code where `readCode` reads it; the stream's bits there must be 0. */
export function writeCode(stream: WordStream, bit: number, bits: number, code: number): void {
  const { words, base, stride } = stream;
  const at = base + (bit >>> 5) * stride;
  const shift = bit & 31;
  words[at]! |= code << shift;
  if (shift + bits > 32) words[at + stride]! |= code >>> (32 - shift);
}
