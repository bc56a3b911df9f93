import { FLOAT16_MAX, FLOAT16_MIN_NORMAL } from '../base/float16.ts';
import { FLOAT32_MAX, FLOAT32_MIN_NORMAL } from '../base/float32.ts';
import { elementValues } from '../formats/element.ts';
import { floorLog2 } from '../formats/float-element.ts';
import { elementOf, storesZeroCodes, valueSignificand, type WeightFormat } from '../formats/format.ts';
import { valueRange } from '../formats/value-range.ts';
import type { ExactProblem } from './exact-range.ts';
import { usesHalf } from './half-bound.ts';
import { leftOnCodes } from './left-on-codes.ts';
import type { Rounding } from './request.ts';

/** Exponents of magnitudes, the least and the most. */
export interface Exponents {
  readonly least: number;
  readonly most: number;
}

/** What single terms are made of so that, where it can be, all on the way is 0 or a normal number of the type that holds it. */
export interface OneTermRange {
  /** Of |value − zero| that is not 0. */
  readonly values: Exponents;
  /** With a scale of at most this, and a minimum, every weight is finite; those that meet an activation of 0 must be. */
  readonly largestScale: number;
  /** Of scales with which the largest weight is normal, and its product with some activation, too. */
  readonly scales: Exponents;
  /** Exponents of scales, and of activations, that one run spreads over. */
  readonly spread: number;
  readonly activations: Exponents;
  /** Of scale · value · activation. */
  readonly products: Exponents;
  /** Significant bits of scales that few have, so that many of the activation's leave the product exact. */
  readonly fewBits: number;
  /** Significant bits of activations that have many. */
  readonly manyBits: number;
  /** Significant bits of any activation. */
  readonly allBits: number;
}

const FLOAT32_EXPONENTS: Exponents = { least: -126, most: 127 };
const HALF_EXPONENTS: Exponents = { least: -14, most: 15 };

/** What a kernel multiplies activations by on the way, offsets of 2048 and fractions of 2⁻¹⁵, stays in range as well. */
const FLOAT32_ACTIVATIONS: Exponents = { least: -100, most: 100 };
/** What is uploaded is up to 127 times larger, and no scale of int8 activations is below 2⁻⁹⁹. */
const INT8_ACTIVATIONS: Exponents = { least: -90, most: 90 };
/** GELU and SiLU of sums above 2⁴ are the sum or nothing; some of these are large enough for a bound on sums to show. */
const CURVED_PRODUCTS: Exponents = { least: -16, most: 15 };

/** Few bits of a scale, and the least of an activation that has many; both where nothing is f16. */
const FEW_BITS = 2;
const LEAST_MANY_BITS = 12;

/** Whether activations become f16, as they are uploaded or before they are multiplied; weights are the first to be rounded. */
export const halvesActivations = (
  activation: ExactProblem['activation'],
  { halfTerms = 0, halfRoundings = 0 }: Rounding,
): boolean => activation === 'f16' || halfRoundings - (halfTerms > 0 ? 1 : 0) >= 2;

/** The range of single terms of a plan. */
export function oneTermRange(problem: ExactProblem): OneTermRange {
  const { format, rounding, activation } = problem;
  const halves = usesHalf(rounding);
  const values = valueExponents(format);
  const { largest } = valueRange(format);
  const activations = activationExponents(problem);
  const products = productExponents(problem);
  // A minimum is as large as the largest weight without it, or twice that.
  const largestScale = (halves ? FLOAT16_MAX : FLOAT32_MAX) / largest / (format.zeroPoint === 'min' ? 4 : 1);
  const leastWeight = halves ? FLOAT16_MIN_NORMAL : FLOAT32_MIN_NORMAL;
  const half = halvesActivations(activation, rounding);
  const fewBits = halves ? 1 : FEW_BITS;
  return {
    values,
    largestScale,
    scales: {
      least: Math.max(floorLog2(leastWeight / largest), products.least - values.most - activations.most - 1),
      most: Math.min(floorLog2(largestScale), products.most - values.least - activations.least),
    },
    spread: Math.max(4, Math.floor((products.most - products.least - values.most + values.least) / 2)),
    activations,
    products,
    fewBits,
    manyBits: half ? 11 : manyBits(format, rounding, fewBits),
    allBits: half ? 11 : 24,
  };
}

/** The bits of an activation with which products with few bits of a scale stay exact, and the sums with an offset before it. */
function manyBits(format: WeightFormat, rounding: Rounding, fewBits: number): number {
  const { largest, unit } = valueRange(format);
  const left = leftOnCodes(rounding, format);
  const ofSums = left > 0 ? Math.ceil(Math.log2((left + largest) / unit + 1)) : 0;
  // A minimum of few bits beside the scaled value takes two more.
  const ofProduct = fewBits + valueSignificand(format) + (format.zeroPoint === 'min' ? 2 : 0);
  return Math.max(LEAST_MANY_BITS, 24 - Math.max(ofSums, ofProduct));
}

function activationExponents({ activation, rounding }: ExactProblem): Exponents {
  if (halvesActivations(activation, rounding)) return HALF_EXPONENTS;
  return activation === 'i8' ? INT8_ACTIVATIONS : FLOAT32_ACTIVATIONS;
}

function productExponents({ output, epilogue, rounding }: ExactProblem): Exponents {
  if (epilogue === 'gelu' || epilogue === 'silu') return CURVED_PRODUCTS;
  return output === 'f16' || (rounding.halfTerms ?? 0) > 0 ? HALF_EXPONENTS : FLOAT32_EXPONENTS;
}

function valueExponents(format: WeightFormat): Exponents {
  const { largest, unit } = valueRange(format);
  if (largest === 0) return { least: 0, most: 0 };
  const magnitudes = storesZeroCodes(format)
    ? [unit, largest]
    : [...elementValues(elementOf(format))].map(Math.abs).filter((value) => value > 0 && value < Infinity);
  return { least: floorLog2(Math.min(...magnitudes)), most: floorLog2(Math.max(...magnitudes)) };
}
