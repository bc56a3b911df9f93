import { FLOAT16_MAX, FLOAT16_MIN_NORMAL } from '../base/float16.ts';
import { ceilDiv } from '../base/integers.ts';
import type { WeightFormat } from '../formats/format.ts';
import type { ExactCodes } from './exact-codes.ts';
import { LARGEST_BIAS, LARGEST_MIN } from './exact-offsets.ts';
import { usesHalf } from './half-bound.ts';
import { leftOnCodes } from './left-on-codes.ts';
import { ACTIVATION_BLOCK, LARGEST_CODE } from './quantized-activations.ts';
import type { Epilogue, OutputType, Rounding } from './request.ts';

/** What exact inputs depend on. */
export interface ExactProblem {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly format: WeightFormat;
  /** How activations are multiplied. */
  readonly activation: 'f32' | 'f16' | 'i8';
  /** What partial sums are kept in; how many terms of them are in f16 is the rounding's to say. */
  readonly accumulator: 'f32' | 'f16';
  readonly epilogue: Epilogue;
  readonly output: OutputType;
  readonly rounding: Rounding;
}

/** Integers of smaller magnitude are all held exactly. */
export const EXACT_INTEGERS = { f32: 2 ** 24, f16: 2 ** 11 };

/** The largest scale of integer data: scales are 1 or 2. */
const LARGEST_SCALE = 2;

/** Integer activations for which nothing rounds. */
export interface ExactRange {
  /** The largest magnitude; below 1 there is none. Of int8 activations, beside the one of 127 in each block. */
  readonly largest: number;
  /** Of how many neighbours along K one is not zero; of int8 activations, of how many blocks. 1 but for f16 outputs of long sums. */
  readonly stride: number;
}

/**
 * The largest integer activations with which every partial sum stays exact, whatever its order.
 *
 * **Sums.** One of terms a·w, |w| ≤ c = 2·d + min for the largest value d, all in units, stays below c·Σ|a|. A plan that sums
 * raw codes with an offset o on them also sums (value + o)·a and o·a over a span, scaled or not, on top of that; o counts
 * the zero point that it may leave on. A bias comes on top. Together that is less than 2²⁴.
 *
 * **f16.** A partial sum of `halfTerms` terms, scaled or not, is at most 2¹¹ units, every one of which f16 holds, and no
 * more than 65504; so are activations and whole weights, which may be operands. A unit below the smallest normal f16 is
 * none that a device must hold.
 *
 * **int8 activations.** ±127 in each block makes its scale 1, so that integers up to 127 come out as they went in. They count
 * in the sums.
 *
 * **f16 outputs.** Outputs are at most 65504. Where sums may be larger, all but every stride-th activation are zero, other
 * ones in each row.
 */
export function exactRange(problem: ExactProblem, codes: ExactCodes): ExactRange {
  const { activation, output, rounding, K } = problem;
  const { perActivation, perSpan, bias } = largestTerms(problem, codes);
  const mostUnits = FLOAT16_MAX / codes.unit;
  const stride = output === 'f16' ? strideOf(activation, K, (mostUnits - bias) / perActivation) : 1;
  if (stride === undefined) return { largest: 0, stride: 1 };
  const magnitude = (terms: number, largest: number): number =>
    largestMagnitude(activation, K, stride, terms, largest);
  const limits = [
    largestWithin(EXACT_INTEGERS.f32 - 1, (largest) => {
      return perActivation * magnitude(K, largest) + perSpan * magnitude(rounding.span, largest) + bias;
    }),
    ...(output === 'f16'
      ? [largestWithin(mostUnits, (largest) => perActivation * magnitude(K, largest) + bias)]
      : []),
    ...(activation === 'f32' ? [] : [activation === 'f16' ? EXACT_INTEGERS.f16 : LARGEST_CODE]),
  ];
  if (usesHalf(rounding)) {
    const most = Math.min(EXACT_INTEGERS.f16, mostUnits);
    if (codes.unit < FLOAT16_MIN_NORMAL || perActivation > most) return { largest: 0, stride };
    const terms = rounding.halfTerms ?? 0;
    limits.push(
      EXACT_INTEGERS.f16,
      largestWithin(most, (largest) => (perActivation + perSpan) * magnitude(terms, largest)),
    );
  }
  return { largest: Math.min(...limits), stride };
}

/** The most that a unit of activation adds to a sum, and inside a span on top, and what a bias adds: in units. */
function largestTerms(
  { format, rounding, epilogue }: ExactProblem,
  { largest, unit }: ExactCodes,
): { readonly perActivation: number; readonly perSpan: number; readonly bias: number } {
  const difference = largest / unit;
  const offset = leftOnCodes(rounding, format) / unit;
  return {
    perActivation: LARGEST_SCALE * difference + (format.zeroPoint === 'min' ? LARGEST_MIN : 0),
    perSpan: offset > 0 ? LARGEST_SCALE * (difference + 2 * offset) : 0,
    bias: epilogue === 'bias' ? LARGEST_BIAS : 0,
  };
}

/** Activations that are zero or not together: a block of int8, else each by itself. */
export const livesTogether = (activation: ExactProblem['activation']): number =>
  activation === 'i8' ? ACTIVATION_BLOCK : 1;

/** The least stride with which Σ|a| of a row, all of its least magnitude, is at most `most`; `undefined` where none does it. */
function strideOf(activation: ExactProblem['activation'], K: number, most: number): number | undefined {
  const together = livesTogether(activation);
  const each = activation === 'i8' ? LARGEST_CODE + ACTIVATION_BLOCK - 1 : 1;
  const live = Math.floor(most / each);
  return live < 1 ? undefined : ceilDiv(ceilDiv(K, together), live);
}

/** The most that Σ|a| of `terms` activations can be, the largest magnitude being `largest`; linear in it. */
function largestMagnitude(
  activation: ExactProblem['activation'],
  K: number,
  stride: number,
  terms: number,
  largest: number,
): number {
  const together = livesTogether(activation);
  const live = ceilDiv(ceilDiv(K, together), stride);
  const count = Math.min(terms, live * together);
  if (activation !== 'i8') return count * largest;
  // A span may begin and end inside a block.
  const peaks = terms >= K ? live : Math.min(live, ceilDiv(terms, together) + (terms > 0 ? 1 : 0));
  return peaks * LARGEST_CODE + Math.max(0, terms >= K ? count - live : count) * largest;
}

/** The largest integer that a rising linear function leaves at or below `most`; not positive where 1 is too large. */
function largestWithin(most: number, linear: (largest: number) => number): number {
  const slope = linear(1) - linear(0);
  if (slope === 0) return linear(0) <= most ? Infinity : 0;
  return Math.floor((most - linear(0)) / slope);
}
