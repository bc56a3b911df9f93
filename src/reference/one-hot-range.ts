import { FLOAT16_MAX, FLOAT16_MIN_NORMAL } from '../base/float16.ts';
import { elementValues } from '../formats/element.ts';
import { elementOf, storesZeroCodes, valueSignificand } from '../formats/format.ts';
import { valueRange } from '../formats/value-range.ts';
import type { HotRange } from './exact-activations.ts';
import { finiteCodes } from './exact-codes.ts';
import { EXACT_INTEGERS, type ExactProblem } from './exact-range.ts';
import { usesHalf } from './half-bound.ts';
import { leftOnCodes } from './left-on-codes.ts';
import { LARGEST_CODE } from './quantized-activations.ts';

/** What one-hot data may be made of so that value, scale, activation and their product are held exactly. */
export interface OneHotRange {
  readonly kind: 'one-hot';
  readonly codes: Uint8Array<ArrayBuffer>;
  /** Scales have at most so many bits, and are multiplied by powers of two down to 2^−exponents. */
  readonly scales: { readonly bits: number; readonly exponents: number };
  readonly hot: HotRange;
}

/** One-hot scales are 1 … 15 times a power of two from 2⁻⁷ to 2⁰, activations 2⁻⁴ … 2⁴, as far as the product stays exact. */
const SCALE_BITS = 4;
const SCALE_EXPONENTS = 7;
const HOT_EXPONENTS = 4;

/**
 * The range of one-hot data, or why there is none. A product has the significant bits of value and scale, and the 7 of an
 * int8 activation: 24 in f32, 11 where operands or partial sums are f16. There, and where outputs are f16, all of them are
 * between 2⁻¹⁴ and 65504: values outside are left out, and no power of two is below 1.
 */
export function oneHotRange(
  problem: ExactProblem,
): OneHotRange | { readonly kind: 'none'; readonly reason: string } {
  const { format, activation, output, rounding } = problem;
  const type = usesHalf(rounding) ? 'f16' : 'f32';
  const left = leftOnCodes(rounding, format);
  if (left >= EXACT_INTEGERS[type]) {
    const reason = `the kernel leaves ${left} on the values, and ${type} does not hold every integer of that size`;
    return { kind: 'none', reason };
  }
  const base = activation === 'i8' ? LARGEST_CODE : 1;
  const spare = (type === 'f16' ? 11 : activation === 'i8' ? 24 - 7 : 24) - valueSignificand(format);
  if (spare < 0)
    return { kind: 'none', reason: `${type} does not hold products of values of ${format.element}` };
  if (type === 'f32' && output === 'f32') {
    return {
      kind: 'one-hot',
      codes: finiteCodes(elementValues(elementOf(format))),
      scales: { bits: Math.min(SCALE_BITS, spare), exponents: SCALE_EXPONENTS },
      hot: { base, leastExponent: -HOT_EXPONENTS, largestExponent: HOT_EXPONENTS },
    };
  }
  const { codes, largest } = codesInHalf(problem, FLOAT16_MAX / base);
  if (codes.length === 0) return { kind: 'none', reason: `f16 holds no value of ${format.element}` };
  const headroom = Math.floor(Math.log2(FLOAT16_MAX / (base * largest)));
  const bits = Math.min(SCALE_BITS, spare, headroom);
  return {
    kind: 'one-hot',
    codes,
    scales: { bits, exponents: 0 },
    hot: { base, leastExponent: 0, largestExponent: Math.max(0, Math.min(HOT_EXPONENTS, headroom - bits)) },
  };
}

/** The codes whose values are 0 or normal f16 up to `most`, and the largest of these. */
function codesInHalf(
  { format }: ExactProblem,
  most: number,
): { codes: Uint8Array<ArrayBuffer>; largest: number } {
  const values = elementValues(elementOf(format));
  const all = finiteCodes(values);
  if (storesZeroCodes(format)) return { codes: all, largest: valueRange(format).largest };
  const sizeOf = (code: number): number => Math.abs(values[code]!);
  const codes = all.filter((code) => {
    return sizeOf(code) === 0 || (sizeOf(code) >= FLOAT16_MIN_NORMAL && sizeOf(code) <= most);
  });
  return { codes, largest: Math.max(1, ...[...codes].map(sizeOf)) };
}
