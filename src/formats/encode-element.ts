import {
  codesByValue,
  decodeElement,
  type CodebookElement,
  type Element,
  type LinearElement,
} from './element.ts';
import { encodeSmallFloat, largestFiniteCode, type FloatElement } from './float-element.ts';

/** Adding 1.5 · 2^52 leaves an f64 no bits for a fraction: the sum is rounded to an integer, ties to even. */
const ROUNDER = 1.5 * 2 ** 52;

/** `value` to the nearest integer, ties to even, for |value| < 2^51; branchless, for inner loops. */
export const roundToEven = (value: number): number => value + ROUNDER - ROUNDER;

/**
 * How a linear element counts its codes from its zero: `code = round(value / step + shift) + whole`. `whole` is the code of
 * zero, and 0 where zero lies between two codes (bipolar), which is `shift`.
 *
 * @param zero the place of zero in codes, a multiple of ½.
 */
export const splitZero = (zero: number): { readonly shift: number; readonly whole: number } =>
  Number.isInteger(zero) ? { shift: 0, whole: zero } : { shift: zero, whole: 0 };

/**
 * Finds the code of the value nearest to a value, ±Infinity included. Ties: of a linear element to the even multiple of its step,
 * where it has no multiples (bipolar) and for all others to the even code, and to the lower value where both codes are
 * even or both odd (tables). Of codes with equal values it is the lowest, but small floats keep the sign of a zero. NaN becomes
 * the element's NaN, or its largest value where it has none.
 */
export function elementEncoder(element: Element): (value: number) => number {
  switch (element.kind) {
    case 'linear':
      return linearEncoder(element);
    case 'float':
      return floatEncoder(element);
    case 'codebook':
      return codebookEncoder(element);
  }
}

function linearEncoder(element: LinearElement): (value: number) => number {
  const { step, offset, codes } = element;
  const { shift, whole } = splitZero(offset / step);
  if (shift !== 0) return oddEncoder(element);
  const [lowest, highest] = [-whole, codes - 1 - whole];
  return (value) => {
    if (Number.isNaN(value)) return codes - 1;
    return roundToEven(Math.min(Math.max(value / step, lowest), highest)) + whole;
  };
}

/** Where 0 lies half way between two codes, a value that is a multiple of the step does so as well. */
function oddEncoder({ step, offset, codes }: LinearElement): (value: number) => number {
  const aboveZero = Math.ceil(offset / step);
  return (value) => {
    if (Number.isNaN(value)) return codes - 1;
    const steps = Math.min(Math.max(value / step, -codes), codes);
    const floor = Math.floor(steps);
    const code = floor + aboveZero;
    const tieGoesDown = floor === steps && code % 2 !== 0;
    return Math.min(Math.max(tieGoesDown ? code - 1 : code, 0), codes - 1);
  };
}

/** Searches the magnitudes, which ascend with the code; the sign is a bit of its own. */
function floatEncoder(element: FloatElement): (value: number) => number {
  const { exponentBits, mantissaBits, saturates } = element;
  const largest = largestFiniteCode(element);
  const signBit = 2 ** (exponentBits + mantissaBits);
  const magnitudes = Array.from({ length: largest + 1 }, (_, code) => decodeElement(element, code));
  if (!saturates) {
    // What would be the next value, were there one: half way to it values begin to overflow.
    const step = magnitudes[largest]! - magnitudes[largest - 1]!;
    magnitudes.push(magnitudes[largest]! + step);
  }
  const search = nearestIndex(magnitudes, (index) => index);
  return (value) => {
    if (Number.isNaN(value)) return encodeSmallFloat(element, value);
    return value < 0 || Object.is(value, -0) ? signBit + search(-value) : search(value);
  };
}

function codebookEncoder(element: CodebookElement): (value: number) => number {
  const distinct = codesByValue(element).filter(({ value }, i, all) => value !== all[i - 1]?.value);
  const codes = Uint8Array.from(distinct, ({ code }) => code);
  const search = nearestIndex(
    distinct.map(({ value }) => value),
    (index) => codes[index]!,
  );
  const largest = codes[codes.length - 1]!;
  return (value) => (Number.isNaN(value) ? largest : codes[search(value)]!);
}

/**
 * The index of the nearest of ascending values by binary search; ties to the one of an even code, or else to the lower one.
 *
 * @param values at least 1, at most {@link codeCount}'s 256 and one more.
 */
function nearestIndex(
  values: readonly number[],
  codeAt: (index: number) => number,
): (value: number) => number {
  const half = 2 ** Math.max(Math.ceil(Math.log2(values.length)) - 1, 0);
  // thresholds[i]: the largest f64 that still belongs to values[i] or a lower one.
  const thresholds = new Float64Array(2 * half).fill(Infinity);
  for (let i = 0; i + 1 < values.length; i++) {
    const middle = values[i]! / 2 + values[i + 1]! / 2;
    const tieGoesUp = codeAt(i) % 2 === 1 && codeAt(i + 1) % 2 === 0;
    thresholds[i] = tieGoesUp ? nextBelow(middle) : middle;
  }
  return (value) => {
    let index = 0;
    for (let step = half; step > 0; step >>= 1) if (value > thresholds[index + step - 1]!) index += step;
    return index;
  };
}

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/** The largest f64 less than a finite one. */
function nextBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  float[0] = value;
  bits[0]! += value > 0 ? -1n : 1n;
  return float[0];
}
