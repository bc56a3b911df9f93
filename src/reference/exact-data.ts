import { gcd } from '../base/integers.ts';
import { hash32, uniformInteger } from '../base/random.ts';
import type { WeightFormat } from '../formats/format.ts';
import { exactCodes, type ExactCodes } from './exact-codes.ts';
import { LARGEST_MIN } from './exact-min.ts';
import { exactWeights } from './exact-weights.ts';
import { leftOnCodes } from './left-on-codes.ts';
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
 * sum is a multiple of `unit` that the accumulator holds. `one-hot`: one power of two a row, so that no sum rounds.
 */
export type ExactInputs =
  | { readonly kind: 'integer' | 'one-hot'; readonly inputs: ProductInputs; readonly unit: number }
  | { readonly kind: 'none'; readonly reason: string };

/** Integers of smaller magnitude are all held exactly. */
const EXACT_INTEGERS = { f32: 2 ** 24, f16: 2 ** 11 };

/** The largest scale of integer data: scales are 1 or 2. */
const LARGEST_SCALE = 2;

/** One-hot activations are 2⁻⁴ … 2⁴. */
const HOT_EXPONENTS = 4;

/**
 * The largest integer activation with which every partial sum stays exact, whatever its order; below 1 there is none.
 *
 * A sum of terms a·w, |w| ≤ 2·d + min for the largest value d, all in units, stays below K·A·(2·d + min). A plan that sums
 * raw codes with an offset o on them also sums (value + o)·a and o·a over a span, scaled or not, on top of that; o counts
 * the zero point that it may leave on.
 */
export function largestExactActivation(problem: ExactProblem, codes: ExactCodes): number {
  const { K, format, activation, accumulator, rounding } = problem;
  const difference = codes.largest / codes.unit;
  const offset = leftOnCodes(rounding, format) / codes.unit;
  const min = format.zeroPoint === 'min' ? LARGEST_MIN : 0;
  const spans = offset > 0 ? LARGEST_SCALE * rounding.span * (difference + 2 * offset) : 0;
  const perUnit = K * (LARGEST_SCALE * difference + min) + spans;
  const bySums = Math.ceil(EXACT_INTEGERS[accumulator] / perUnit) - 1;
  return activation === 'f16' ? Math.min(bySums, EXACT_INTEGERS.f16) : bySums;
}

/**
 * Inputs for an exact check: random codes that cover every code (where there are as many weights), random zero points and
 * minima, integer activations none of which is zero. Small floats of so wide a range that sums of all their codes cannot
 * stay exact get a part of their codes, another for another seed. Where no part will do, one-hot rows that visit
 * different k.
 */
export function exactInputs(problem: ExactProblem, seed: number): ExactInputs {
  const { M, K, format, rounding, accumulator } = problem;
  const fits = (codes: ExactCodes): boolean => largestExactActivation(problem, codes) >= 1;
  const codes = exactCodes(format, fits, hash32(seed, 7));
  if (codes) {
    const largest = largestExactActivation(problem, codes);
    const activations = integerActivations(M * K, largest, hash32(seed, 1));
    const weights = exactWeights(problem, codes, seed, 'integer');
    return { kind: 'integer', inputs: { M, activations, weights }, unit: codes.unit };
  }
  const left = leftOnCodes(rounding, format);
  if (left >= EXACT_INTEGERS[accumulator]) {
    return {
      kind: 'none',
      reason: `the kernel leaves ${left} on the values, and ${accumulator} does not hold every integer of that size`,
    };
  }
  const all = exactCodes(format, () => true, seed)!;
  const weights = exactWeights(problem, all, seed, 'one-hot');
  return { kind: 'one-hot', inputs: { M, activations: oneHotActivations(M, K, seed), weights }, unit: 1 };
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
