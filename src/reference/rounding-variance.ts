import type { WeightFormat } from '../formats/format.ts';
import { valueRange } from '../formats/value-range.ts';
import { usesHalf } from './half-bound.ts';
import { leftOnCodes } from './left-on-codes.ts';
import type { Rounding } from './request.ts';
import { HALF_ROUNDOFF, UNIT_ROUNDOFF } from './unit-roundoff.ts';

/**
 * Sums of squares over some outputs, or what multiplies them. With activations a, weights w, x = Σ_k a·w of an output, and of
 * each group of weights with one scale A = Σ a and E = Σ a²:
 */
export interface Moments {
  /** Σ x² */
  readonly sums: number;
  /** Σ (a·w)² */
  readonly products: number;
  /** Σ scale²·A² */
  readonly scaledTotals: number;
  /** Σ scale²·E */
  readonly scaledSquares: number;
  /** Σ minimum²·A² */
  readonly minTotals: number;
  /** Σ minimum²·E */
  readonly minSquares: number;
  /** Σ A² + E */
  readonly groups: number;
}

/** What the roundings of a plan do to its sums: {@link roundingMoments}. */
export interface RoundingMoments {
  /** The variance of an error that goes either way. */
  readonly variance: Moments;
  /** The square of the error that remains where all roundings go one way, by what it is in proportion to. */
  readonly drift: {
    /** Of what is left on spans: of its square, {@link ErrorPrediction.leftOnSpans}. */
    readonly left: number;
    /** Where all go towards zero, or away from it. */
    readonly sum: Pick<Moments, 'sums' | 'products'>;
    /** Where all go up, or down: of Σ (a·w)². */
    readonly bound: number;
  };
}

/** The variance of one rounding, as a share of its result squared, where u is the unit roundoff of WGSL. */
const varianceOf = (u: number): number => u ** 2 / 12;

/** The square of the mean of roundings that all go one way. */
const driftOf = (u: number): number => u ** 2 / 4;

/**
 * The variance of an output's error, from second moments of the data, and how far an error may go one way.
 *
 * **One rounding** makes x·(1 + δ) of x. Where an operation is correctly rounded the result is one of the two neighbours of x, which are
 * less than u·|x| apart, u = 2⁻²³ (2⁻¹⁰ of f16); where between them x lies is as good as random. To the nearest, the error is spread
 * over half that distance on either side; truncated, or always up, over all of it on one side. Either way its variance about its mean
 * is a twelfth of the distance squared, at most v·x², v = u²/12 (at x just above a power of two; 0.54 of it on average over a binade),
 * and its mean is 0, or at most (u/2)·|x| and of one sign. v is charged here and the mean is drift. Up or down by lot has four times the
 * variance of rounding to the nearest; the margin covers that.
 *
 * **Sums.** Let p be the T terms of a sum, Q = Σp² and x = Σp. In an order drawn from all orders, the partial sums s of 1, 2 … T terms have
 * E Σs² = (T + 1)·(x²/3 + Q/6): v·T·(x²/3 + Q/6) is charged for rounding them. Activations are drawn with random signs, so in
 * whatever order, or tile, E x² = Q and Σs² is a random walk's, T·Q/2. Sums in parts and trees have shorter ones.
 *
 * **Terms.** A term is rounded d + 1 times in f32, while it is decoded and multiplied, and r times in f16. Equal operands are rounded
 * alike, as those of a group are by their scale: the errors of different ones come to Q, of equal ones to x². Both are charged.
 *
 * **Left on spans.** With o left on codes, a span of s weights sums (q + o)·a and o·a apart and takes one off the other, times the
 * scale: two walks of s terms, 2·v·s·scale²·o²·(A²/3 + E/6), whose products (E) and results (A²) are rounded besides, two each.
 * Minima that are added once a span are such walks of min·a, and up to 2·T/s sums over spans meet min·A. Where each weight is
 * decoded, a minimum costs v·d·min²·E, for it is scale·value that is rounded and not the weight. Groups stand for spans: their
 * A² and E are the same on average where spans are shorter.
 *
 * **Scale offset.** As in the bound: where scale = p + o is a rounded product p and o, rounding p costs u·|o| beyond u·|scale|, for
 * all values of a group at once: 4·v·o²·largest²·(A² + E).
 *
 * **f16.** Sums of h terms are walks, T/h of them: Σ x_h² over them is Q + x²·h/T, so that they come to v₁₆·h·(Q/2 + x²·h/(3·T)).
 * What is left on spans is rounded to f16 h + r times as well.
 *
 * **Drift.** Where all roundings go one way their means do not cancel. Towards zero, or away from it, a sum loses (u/2)·Σs: on average
 * over all orders (u/2)·(T + 1)/2·x, in proportion to the sum, with d + 1 roundings of terms (u/2)·(T/2 + d + 1)·x. By how much one order
 * differs from another has the variance (u/2)²·T²·Q/12. Up, or down, the error has one sign: (u/2)·Σ|s|, of which E(Σ|s|)² = 3/8·T²·Q
 * for a random walk, and (u/2)·Σ|p| a rounding of terms, (Σ|p|)² ≤ T·Q; in f16, T/h walks of h terms have (4/9)·(2/π)·T·h·Q. What is
 * left on spans drifts as o·scale·A does, (u/2)·(s/2 + 1) for each of its two walks.
 *
 * @param scaleOffset what the second level `double` adds to each scale.
 */
export function roundingMoments(rounding: Rounding, format: WeightFormat, scaleOffset = 0): RoundingMoments {
  const { terms, decodeRoundings, span, halfTerms = 0, halfRoundings = 0 } = rounding;
  const single = varianceOf(UNIT_ROUNDOFF);
  const half = usesHalf(rounding) ? varianceOf(HALF_ROUNDOFF) : 0;
  const ofSingle = driftOf(UNIT_ROUNDOFF);
  const ofHalf = usesHalf(rounding) ? driftOf(HALF_ROUNDOFF) : 0;
  const equal = single * (decodeRoundings + 1) + half * halfRoundings;
  const walks = span > 0 ? 2 * (single * span + half * (halfTerms + halfRoundings)) : 0;
  const offset = leftOnCodes(rounding, format) ** 2;
  const hasMin = format.zeroPoint === 'min' ? 1 : 0;
  const sumsOfMins = span > 0 ? walks / 3 + single * (4 + (2 * terms) / span) : 0;
  return {
    variance: {
      sums: equal + (single * terms + (half * halfTerms ** 2) / terms) / 3,
      products: equal + (single * terms) / 6 + (half * halfTerms) / 2,
      scaledTotals: offset * (walks / 3 + 2 * single),
      scaledSquares: offset * (walks / 6 + 2 * single),
      minTotals: hasMin * sumsOfMins,
      minSquares: hasMin * (single * decodeRoundings + (span > 0 ? walks / 6 + 2 * single : 0)),
      groups: 4 * single * (scaleOffset * valueRange(format).largest) ** 2,
    },
    drift: {
      left: span > 0 ? ofSingle * (span + 2) ** 2 : 0,
      sum: {
        sums:
          ofSingle * (terms / 2 + decodeRoundings + 1) ** 2 + ofHalf * (halfTerms / 2 + halfRoundings) ** 2,
        products: (ofSingle * terms ** 2 + ofHalf * halfTerms ** 2) / 12,
      },
      bound:
        ofSingle * ((3 / 8) * terms ** 2 + (decodeRoundings + 1) ** 2 * terms) +
        ofHalf * (halfTerms > 0 ? terms * (0.3 * halfTerms + 1) : 0),
    },
  };
}
