import { FLOAT16_MAX, FLOAT16_MIN_NORMAL, roundToFloat16 } from '../base/float16.ts';
import { FLOAT32_MAX, FLOAT32_MIN_NORMAL } from '../base/float32.ts';
import { significantBits } from '../base/significant-bits.ts';
import type { WeightFormat } from '../formats/format.ts';
import { valueRange } from '../formats/value-range.ts';
import { finishedBound, finishedValue } from './epilogue-bound.ts';
import type { ExactProblem } from './exact-range.ts';
import { exactAllowance } from './exact-output.ts';
import { usesHalf } from './half-bound.ts';
import { leftOnCodes } from './left-on-codes.ts';
import { halvesActivations } from './one-term-range.ts';
import { gamma, HALF_ROUNDOFF, UNIT_ROUNDOFF } from './unit-roundoff.ts';

/** What one output is made of: one weight times one activation; beside it, in a block of int8 activations, another of the same group. */
export interface Term {
  /** With its second level, exact in f64. */
  readonly scale: number;
  /** What the second level `double` added to it. */
  readonly offset: number;
  readonly min: number;
  /** value − zero of the code. */
  readonly value: number;
  readonly activation: number;
  /** Of the other one; an activation of 0 where there is none. */
  readonly otherValue: number;
  readonly otherActivation: number;
}

/** What an output of single terms may be. */
export interface Allowed {
  /** What it is without rounding. */
  readonly value: number;
  /** How far it may be off. */
  readonly error: number;
  /** Whether nothing on the way is rounded, but for an f16 output that has to be. */
  readonly exact: boolean;
}

/** The sum of a term, Σ|s·v·a| + Σ|m·a|, and whether all on the way is exact. */
interface Parts {
  readonly sum: number;
  readonly magnitude: number;
  readonly exact: boolean;
}

/** What becomes f16. */
interface Halves {
  readonly weights: boolean;
  readonly activations: boolean;
  readonly products: boolean;
}

/**
 * The outputs of single terms that a plan's roundings allow. Nothing here grows with K, the terms of a sum or a span: what is added to
 * a term are zeros, which rounds nothing. With u = 2⁻²³, h = 2⁻¹⁰ (WGSL leaves the direction of a rounding open), γ(n) =
 * n·u / (1 − n·u), T = Σ|s·v·a| + Σ|m·a| over the term (or the two of an int8 block) of scale s, value v, minimum m, activation a:
 *
 * **Exact.** Where all that any order of the operations can meet is representable the output is that number, bit for bit: s,
 * s·v, m, their sum w, w·a, m·a and the sum of two terms in f32; where an offset L is left on the codes L·a and (v + L)·a, which
 * the bits of a and of L tell; where operands or sums are halves w, a and w·a in f16. (Of a product that fits 24 bits each
 * partial product does.)
 *
 * **Else** the weight is rounded `decodeRoundings` times, scale and minimum included, the product once, the sum of two terms once:
 * γ(decodeRoundings + terms)·T. A scale p·c + o that a second level `double` makes by a sum has u·|o| from its product beside what
 * decodeRoundings counts: 2u·|o|·|v||a| with later roundings. An offset that is not exact costs what it costs a span of one:
 * P = (v + L)·a and Q = L·a meet at most 3 roundings each until they have met, 2γ(terms + 2)·L·|s||a|.
 *
 * **f16.** `halfRoundings` of the term (weight, activation, product) and one for the sum of a second term: γ₁₆ of them, of what
 * the f32 roundings before have made of T.
 *
 * **Epilogue and f16 outputs** come on top, as {@link finishedBound} and {@link exactAllowance} have them.
 *
 * **Flushes** cost nothing, for a term is judged only where all of that is 0 or a normal number of its type; but for outputs in
 * f16 below 2⁻¹³.
 */
export class OneTermBound {
  readonly #problem: ExactProblem;
  readonly #halves: Halves;
  /** What a plan leaves on the codes, as {@link leftOnCodes} has it, and the bits that an activation may have for it to be exact. */
  readonly #left: number;
  readonly #bitsBesideLeft: number;
  /** A scale that is no normal number and means something: E8M0's 2⁻¹²⁷, which is held as twice that. */
  readonly #leastScale: number;
  /** By number of terms, one or two: what T, and L·|s|·Σ|a|, are multiplied by. */
  readonly #relative: readonly number[];
  readonly #ofLeft: readonly number[];

  constructor(problem: ExactProblem) {
    const { format, rounding, activation } = problem;
    const { decodeRoundings, halfTerms = 0, halfRoundings = 0 } = rounding;
    const halves = usesHalf(rounding);
    this.#problem = problem;
    this.#halves = {
      weights: halves,
      activations: halves && halvesActivations(activation, rounding),
      products: halfTerms > 0,
    };
    this.#left = leftOnCodes(rounding, format);
    // int8 kernels take what is left off with the minimum, whatever the activation: min − L·s rounds, and so does what it is added to.
    const folds = activation === 'i8' && format.zeroPoint === 'min';
    this.#bitsBesideLeft = folds ? -1 : bitsBeside(this.#left, format);
    this.#leastScale = format.scale === 'e8m0' && format.secondLevel === 'none' ? 2 ** -127 : 0;
    this.#relative = [0, 1, 2].map((terms) => {
      const half = halves ? gamma(halfRoundings + (halfTerms > 0 ? terms - 1 : 0), HALF_ROUNDOFF) : 0;
      return half + (1 + half) * gamma(decodeRoundings + terms);
    });
    this.#ofLeft = [0, 1, 2].map((terms) => 2 * gamma(terms + 2) * this.#left);
  }

  /**
   * What the output of a term may be.
   *
   * @param bias of its column.
   * @param got the output: where it is f16 and the value has none, either neighbour will do.
   * @returns undefined where the term is out of range, so that nothing can be said of it.
   */
  allow(term: Term, bias: number, got: number): Allowed | undefined {
    const parts = this.#partsOf(term);
    if (!parts) return undefined;
    const { sum, magnitude, exact } = parts;
    const { epilogue, output } = this.#problem;
    const value = finishedValue(epilogue, sum, bias);
    if (output === 'f16' && Math.abs(value) > FLOAT16_MAX) return undefined;
    if (exact && (epilogue === 'none' || (epilogue === 'bias' && isExactSum(sum, bias)))) {
      return { value, error: exactAllowance(output, got, value), exact: true };
    }
    const error = exact ? 0 : this.#errorOf(term, magnitude);
    const inFloat32 = finishedBound(epilogue, 'f32', sum, value, error);
    if (output === 'f32') return { value, error: inFloat32, exact: false };
    const flush = Math.abs(value) < 2 * FLOAT16_MIN_NORMAL ? FLOAT16_MIN_NORMAL : 0;
    return { value, error: inFloat32 + HALF_ROUNDOFF * (Math.abs(value) + inFloat32) + flush, exact: false };
  }

  /** The sum of a term, T, and whether all on the way is exact; undefined where something is out of range. */
  #partsOf(term: Term): Parts | undefined {
    const { scale, min, value, activation, otherActivation } = term;
    if (!(isNormal(scale) || Math.abs(scale) === this.#leastScale) || !isNormal(min)) return undefined;
    const first = this.#partOf(scale, min, value, activation);
    return first && otherActivation !== 0 ? this.#withOther(first, term) : first;
  }

  /** One weight times one activation. */
  #partOf(scale: number, min: number, value: number, activation: number): Parts | undefined {
    const scaled = scale * value;
    if (!isNormal(value * activation) || !this.#isInRange(scaled, min, activation)) return undefined;
    const product = scaled * activation;
    const offset = min * activation;
    return {
      sum: product + offset,
      magnitude: Math.abs(product) + Math.abs(offset),
      exact: isFloat32(scale) && this.#isExact(scaled, min, activation),
    };
  }

  #isInRange(scaled: number, min: number, activation: number): boolean {
    const { weights, products } = this.#halves;
    const weight = scaled + min;
    return (
      isNormal(scaled) &&
      isNormal(scaled * activation) &&
      (min === 0 || (isNormal(weight) && isNormal(min * activation) && isNormal(weight * activation))) &&
      (!weights || isHalf(weight)) &&
      (!products || isHalf(weight * activation))
    );
  }

  #isExact(scaled: number, min: number, activation: number): boolean {
    return (
      isFloat32(scaled) &&
      isFloat32(scaled * activation) &&
      (min === 0 || isExactMin(scaled, min, activation)) &&
      this.#isExactInHalf(scaled + min, activation) &&
      (this.#left === 0 || significantBits(activation) <= this.#bitsBesideLeft)
    );
  }

  /** Beside the first part the other one, which may be added to it before the scale, or the minimum, comes in. */
  #withOther(
    first: Parts,
    { scale, min, value, activation, otherValue, otherActivation }: Term,
  ): Parts | undefined {
    const other = this.#partOf(scale, min, otherValue, otherActivation);
    if (!other) return undefined;
    const values = value * activation + otherValue * otherActivation;
    const scaled = scale * values;
    const offsets = min * (activation + otherActivation);
    const sum = first.sum + other.sum;
    if (![values, scaled, offsets, sum].every(isNormal)) return undefined;
    const isExact =
      [values, scaled, offsets].every(isFloat32) &&
      isExactSum(first.sum, other.sum) &&
      isExactSum(scaled, offsets);
    return {
      sum,
      magnitude: first.magnitude + other.magnitude,
      exact: first.exact && other.exact && isExact,
    };
  }

  #isExactInHalf(weight: number, activation: number): boolean {
    const { weights, activations, products } = this.#halves;
    return (
      (!weights || isHalfExact(weight)) &&
      (!activations || isHalfExact(activation)) &&
      (!products || isHalfExact(weight * activation))
    );
  }

  #errorOf({ scale, offset, ...term }: Term, magnitude: number): number {
    const { value, activation, otherValue, otherActivation } = term;
    const terms = otherActivation === 0 ? 1 : 2;
    const relative = this.#relative[terms]!;
    const bits = Math.max(significantBits(activation), significantBits(otherActivation));
    const left = bits <= this.#bitsBesideLeft ? 0 : this.#ofLeft[terms]! * Math.abs(scale);
    const ofDouble = 2 * UNIT_ROUNDOFF * (1 + relative) * Math.abs(offset);
    return (
      relative * magnitude +
      left * (Math.abs(activation) + Math.abs(otherActivation)) +
      ofDouble * (Math.abs(value * activation) + Math.abs(otherValue * otherActivation))
    );
  }
}

/** Significant bits of an activation with which what is left on the codes, and the code beside it, are multiplied exactly. */
function bitsBeside(left: number, format: WeightFormat): number {
  const { largest, unit } = valueRange(format);
  return 24 - Math.ceil(Math.log2((left + largest) / unit + 1));
}

/** Whether a minimum is added without rounding, to the scaled value or to the product. */
const isExactMin = (scaled: number, min: number, activation: number): boolean =>
  isExactSum(scaled, min) &&
  isFloat32(min * activation) &&
  isFloat32((scaled + min) * activation) &&
  isExactSum(scaled * activation, min * activation);

/** Whether a number is 0 or a normal f32. */
const isNormal = (value: number): boolean =>
  value === 0 || (Math.abs(value) >= FLOAT32_MIN_NORMAL && Math.abs(value) <= FLOAT32_MAX);

/** Whether a number is 0 or rounds to a normal f16. */
const isHalf = (value: number): boolean =>
  value === 0 || (Math.abs(value) >= FLOAT16_MIN_NORMAL && Math.abs(value) <= FLOAT16_MAX);

const isFloat32 = (value: number): boolean => Math.fround(value) === value;
const isHalfExact = (value: number): boolean => roundToFloat16(value) === value;

/** Whether a sum has no rounding, in f64 nor in f32. */
function isExactSum(a: number, b: number): boolean {
  const sum = a + b;
  return sum - a === b && sum - b === a && isFloat32(sum);
}
