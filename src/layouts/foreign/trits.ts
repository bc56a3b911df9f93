import { ceilDiv } from '../../base/integers.ts';
import { FormatError } from '../../formats/element-names.ts';
import { expectSize } from './tensor-check.ts';

/** Digits of base 3 in a byte: 3^5 = 243. */
const TRITS = 5;
const POWERS = [81, 27, 9, 3, 1] as const;
const NUMBERS = 243;

/** The numbers 0 … 242 whose base-3 digits, the most significant first, are five codes each; missing ones are 0. */
function numbersOf(codes: Uint8Array): Uint8Array<ArrayBuffer> {
  const numbers = new Uint8Array(ceilDiv(codes.length, TRITS));
  for (const [i, code] of codes.entries()) {
    if (code > 2) throw new FormatError(`Code ${i} is ${code}: a trit is 0, 1 or 2.`);
    numbers[Math.floor(i / TRITS)]! += code * POWERS[i % TRITS]!;
  }
  return numbers;
}

/**
 * Packs trits as ggml's TQ1_0 does: five to a byte, whose number d is stored as the fraction ⌈256 · d / 243⌉ / 256, so that
 * multiplying by 3 shifts the next digit out of the byte.
 *
 * @param codes [count], 0, 1, 2 for −1, 0, 1; the first of five is the most significant digit.
 * @returns [⌈count / 5⌉].
 * @throws FormatError if a code is larger.
 */
export const packTq1Trits = (codes: Uint8Array): Uint8Array<ArrayBuffer> =>
  numbersOf(codes).map((number) => ceilDiv(number * 256, NUMBERS));

/**
 * The inverse of {@link packTq1Trits}. The 13 bytes that it never makes (1, 20, 40, 60, 79, 99, 119, 138, 158, 178, 197, 217
 * and 237) decode as the byte before them, for both fractions lie in the same 243rd.
 *
 * @param bytes [⌈count / 5⌉].
 * @returns [count].
 * @throws FormatError if there are more or fewer bytes.
 */
export function unpackTq1Trits(bytes: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
  expectSize('The TQ1_0 trits', bytes, [ceilDiv(count, TRITS)]);
  const codes = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const shifted = (bytes[Math.floor(i / TRITS)]! * 3 ** (i % TRITS)) & 255;
    codes[i] = (shifted * 3) >> 8;
  }
  return codes;
}

/**
 * Packs trits as ONNX Runtime's operator BitLinear does: five to a byte, which is their number in base 3.
 *
 * @param codes [count], 0, 1, 2 for −1, 0, 1; the first of five is the most significant digit.
 * @returns [⌈count / 5⌉], each 0 … 242.
 * @throws FormatError if a code is larger.
 */
export const packBase3Trits = numbersOf;

/**
 * The inverse of {@link packBase3Trits}.
 *
 * @param bytes [⌈count / 5⌉].
 * @returns [count].
 * @throws FormatError if there are more or fewer bytes, or one is 243 or more: no five digits make it.
 */
export function unpackBase3Trits(bytes: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
  expectSize('The base-3 trits', bytes, [ceilDiv(count, TRITS)]);
  const wrong = bytes.findIndex((byte) => byte >= NUMBERS);
  if (wrong >= 0) {
    throw new FormatError(
      `Byte ${wrong} of the base-3 trits is ${bytes[wrong]!}: five trits make 0 to ${String(NUMBERS - 1)}.`,
    );
  }
  return Uint8Array.from(
    { length: count },
    (_, i) => Math.floor(bytes[Math.floor(i / TRITS)]! / POWERS[i % TRITS]!) % 3,
  );
}
