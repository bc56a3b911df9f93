import { gcd } from '../base/integers.ts';
import { hash32, uniformInteger } from '../base/random.ts';
import { zeroCode } from '../formats/element.ts';
import { elementOf, groupCount, type WeightFormat } from '../formats/format.ts';
import type { QuantizedWeights } from '../formats/quantized.ts';
import type { ProductInputs, Rounding } from './request.ts';

/** What exact inputs depend on. */
export interface ExactProblem {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly format: WeightFormat;
  /** How activations are stored. */
  readonly activation: 'f32' | 'f16';
  /** What sums, and the outputs, are kept in. */
  readonly accumulator: 'f32';
  readonly rounding: Rounding;
}

/**
 * Inputs whose product is the same bit for bit in any order and tiling, or why there are none. `integer`: every partial
 * sum is an integer that the accumulator holds. `one-hot`: one power of two a row, so that no sum rounds.
 */
export type ExactInputs =
  | { readonly kind: 'integer' | 'one-hot'; readonly inputs: ProductInputs }
  | { readonly kind: 'none'; readonly reason: string };

/** Integers of smaller magnitude are all held exactly. */
const EXACT_INTEGERS = { f32: 2 ** 24, f16: 2 ** 11 };

/** The largest scale of integer data: scales are 1 or 2. */
const LARGEST_SCALE = 2;

/** One-hot scales are 1 … 15 times a power of two from 2⁻⁷ to 2⁰: normal f16 numbers, times any code exact in f32. */
const SCALE_MANTISSAS = 15;
const SCALE_EXPONENTS = 7;

/** One-hot activations are 2⁻⁴ … 2⁴. */
const HOT_EXPONENTS = 4;

/** The largest |code − zero| of a format. */
function largestDifference(format: WeightFormat): number {
  const element = elementOf(format);
  const levels = 2 ** element.bits;
  return format.zeroPoint ? levels - 1 : Math.max(zeroCode(element), levels - 1 - zeroCode(element));
}

/**
 * The largest integer activation with which every partial sum stays exact, whatever its order; below 1 there is none.
 *
 * A sum of terms a·w, |w| ≤ 2·|code − zero| ≤ 2·d, stays below K·A·2·d. A plan that leaves an offset o on the codes also
 * sums (code − zero + o)·a and o·a over a span, scaled or not, on top of that; o counts the zero point that it may leave on.
 */
export function largestExactActivation({
  K,
  format,
  activation,
  accumulator,
  rounding,
}: ExactProblem): number {
  const difference = largestDifference(format);
  const offset = rounding.offset + 2 ** elementOf(format).bits;
  const spans = rounding.offset > 0 ? rounding.span * (difference + 2 * offset) : 0;
  const perUnit = LARGEST_SCALE * (K * difference + spans);
  const bySums = Math.ceil(EXACT_INTEGERS[accumulator] / perUnit) - 1;
  return activation === 'f16' ? Math.min(bySums, EXACT_INTEGERS.f16) : bySums;
}

/**
 * Inputs for an exact check: random codes that cover every code (where there are as many weights), random zero points,
 * integer activations none of which is zero; or, where sums cannot stay exact, one-hot rows that visit different k.
 */
export function exactInputs(problem: ExactProblem, seed: number): ExactInputs {
  const { M, K, format, rounding, accumulator } = problem;
  const largest = largestExactActivation(problem);
  if (largest >= 1) {
    const activations = integerActivations(M * K, largest, hash32(seed, 1));
    const weights = randomWeights(problem, seed, (i) => 1 + (hash32(hash32(seed, 2), i) >>> 31));
    return { kind: 'integer', inputs: { M, activations, weights } };
  }
  if (largestDifference(format) + rounding.offset >= EXACT_INTEGERS[accumulator]) {
    return {
      kind: 'none',
      reason: `the kernel leaves ${rounding.offset} on the codes, and ${accumulator} does not hold every integer of that size`,
    };
  }
  const weights = randomWeights(problem, seed, (i) => oneHotScale(hash32(seed, 2), i));
  return { kind: 'one-hot', inputs: { M, activations: oneHotActivations(M, K, seed), weights } };
}

/** Magnitudes 1 … largest with random signs: a zero would hide what is wrong with its k. */
function integerActivations(count: number, largest: number, seed: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const bits = hash32(seed, i);
    const magnitude = 1 + Math.floor(((bits & 0x7fffffff) / 2 ** 31) * largest);
    values[i] = bits >>> 31 ? -magnitude : magnitude;
  }
  return values;
}

/** Row m has its power of two at start + m·step mod K, step being coprime to K: K rows visit every k. */
function oneHotActivations(M: number, K: number, seed: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(M * K);
  const start = uniformInteger(hash32(seed, 3), 0, 0, K - 1);
  const step = coprimeStep(K);
  for (let m = 0; m < M; m++) {
    const exponent = uniformInteger(hash32(seed, 4), m, -HOT_EXPONENTS, HOT_EXPONENTS);
    values[m * K + ((start + m * step) % K)] = 2 ** exponent;
  }
  return values;
}

/** A number coprime to K near K divided by the golden ratio, so that few rows already spread over all of K. */
function coprimeStep(K: number): number {
  let step = Math.max(1, Math.round(K * 0.618));
  while (gcd(step, K) !== 1) step++;
  return step;
}

const oneHotScale = (seed: number, i: number): number =>
  uniformInteger(seed, 2 * i, 1, SCALE_MANTISSAS) * 2 ** -uniformInteger(seed, 2 * i + 1, 0, SCALE_EXPONENTS);

function randomWeights(
  { N, K, format }: ExactProblem,
  seed: number,
  scaleOf: (index: number) => number,
): QuantizedWeights {
  const groups = N * groupCount(format, K);
  const levels = 2 ** elementOf(format).bits;
  const scales = new Float32Array(groups);
  for (let i = 0; i < groups; i++) scales[i] = scaleOf(i);
  const zeros = format.zeroPoint ? new Uint8Array(groups) : undefined;
  const zeroSeed = hash32(seed, 5);
  if (zeros) for (let i = 0; i < groups; i++) zeros[i] = (hash32(zeroSeed, i) >>> 8) & (levels - 1);
  return { format, N, K, codes: randomCodes(N * K, levels, hash32(seed, 6)), scales, zeros };
}

/** Random codes below `levels`; each occurs where `count` ≥ `levels`, at evenly spread places. */
function randomCodes(count: number, levels: number, seed: number): Uint8Array<ArrayBuffer> {
  const codes = new Uint8Array(count);
  for (let i = 0; i < count; i += 4) {
    const word = hash32(seed, i);
    for (let j = 0; j < 4 && i + j < count; j++) codes[i + j] = (word >>> (8 * j)) & (levels - 1);
  }
  const step = Math.floor(count / levels);
  if (step > 0) for (let code = 0; code < levels; code++) codes[code * step] = code;
  return codes;
}
