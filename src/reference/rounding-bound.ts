import { FLOAT32_MIN_NORMAL } from '../base/float32.ts';
import type { WeightFormat } from '../formats/format.ts';
import { valueRange } from '../formats/value-range.ts';
import { halfFactors } from './half-bound.ts';
import { leftOnCodes } from './left-on-codes.ts';
import type { Rounding } from './request.ts';
import { gamma, UNIT_ROUNDOFF } from './unit-roundoff.ts';

/** What multiplies the sums of magnitudes in the bound of one element; see {@link boundFactors}. */
export interface BoundFactors {
  /** Of Σ|a||w|. */
  readonly magnitude: number;
  /** Of Σ|scale||a|; 0 for a plan that leaves no offset on the codes and loses no value to f16. */
  readonly offset: number;
  /** Of Σ|min||a|; 0 for a format without minima. */
  readonly min: number;
  /** Added once to each element, for flushed subnormals. */
  readonly flush: number;
  /** Of the column's largest |scale|, for flushed subnormals. */
  readonly flushScale: number;
  /** Of the column's largest |minimum|, for what f16 may flush. */
  readonly flushMin: number;
  /** Of the row's Σ|a|, for flushed subnormals and for scales that an offset is added to. */
  readonly row: number;
}

/**
 * The factors of the bound of one output element,
 *
 *     |got − C| ≤ magnitude·Σ|a||w| + offset·Σ|scale||a| + min·Σ|min||a|
 *                + flush + flushScale·max|scale| + flushMin·max|min| + row·Σ|a|.
 *
 * **Magnitude** (Higham §3.1). A term a·w meets `decodeRoundings` roundings while w is decoded, one when it is
 * multiplied (none if the multiplication is fused) and at most terms − 1 when it is added, whatever the order: padding
 * zeros count as terms at most, and adding to a zero is exact. That is a factor within γ(terms + decodeRoundings) of 1.
 * One more is granted for what follows the sum and for this reference itself: its own f64 error is at most
 * (K + 64)·2⁻⁵³·Σ|a||w|, which is less than u·Σ|a||w| for K < 2²⁹.
 *
 * **Offset.** With o left on q = code − zero, a span of s weights gives P̂ − Q̂, where P = Σ(q + o)·a and Q = o·Σa; o counts
 * the zero point too, which such a plan may leave on the code (hence the plan's offset + 2^bits). Each term of
 * either meets at most s + 2 roundings before both have met: s for product and sum, one for the scale (the plan may scale
 * P and Q or their difference) and one where they meet. So |P̂ − P| ≤ γ(s + 2)·Σ(|q| + o)|a|, |Q̂ − Q| ≤ γ(s + 2)·o·Σ|a|:
 * o·Σ|scale||a| is charged 2γ(s + 2), and once more what the later additions do to that error, a factor 1 + γ(n). The
 * rest, the true term q·a, meets those s + 2 and two additions (P and Q) for each span that follows.
 *
 * **Minima.** With w = s·v + m, rounding s·v costs up to u·|s·v| ≤ u·(|w| + |m|), and what is charged to |w| above leaves |m|
 * out. A plan that decodes each weight rounds s·v at most `decodeRoundings` times: γ(decodeRoundings)·|m||a|. One that sums
 * spans adds Σs·v·a and m·Σa, each with at most s + 2 roundings of its own, hence 2γ(s + 2)·|m||a| and, since Σ|a||s·v| ≤
 * Σ|a||w| + Σ|m||a|, the factor `magnitude` for the sums over spans of either.
 *
 * **Scale offset.** With scale = p + o, p a rounded product of the second level, p̂ is off by up to u·|p| ≤ u·(|scale| + |o|):
 * `decodeRoundings` has the first part, and the second, which is not small beside a scale that nearly cancels, costs
 * u·|o|·largest value·|a|. The later roundings at most double it.
 *
 * **Flushes.** WGSL may replace any subnormal operand or result by zero. A result costs at most 2⁻¹²⁶ in each of
 * ≤ 8·terms operations, times the scale if it is applied later; an activation 2⁻¹²⁶·(|w| + 2·o·|scale|), with
 * |w| ≤ largest value·|scale| + |min|; a scale or a decoded weight 2⁻¹²⁶·(largest value + 1)·|a|. The later roundings at most double that.
 *
 * **f16.** Partial sums and operands in f16 add what {@link halfFactors} says: h of |a||w|, which the roundings of f32 that follow make
 * h·(1 + γ). Of what a plan sums over spans, h is charged to the offset and the minimum as well, as γ(s + 2) is.
 *
 * @param scaleOffset what the second level `double` adds to each scale.
 */
export function boundFactors(rounding: Rounding, format: WeightFormat, scaleOffset = 0): BoundFactors {
  const { terms, decodeRoundings, span } = rounding;
  const { largest } = valueRange(format);
  const half = halfFactors(rounding, format);
  const levels = largest + 1;
  const offset = leftOnCodes(rounding, format);
  const sumsSpans = span > 0;
  const additions = sumsSpans ? Math.max(terms, span + 2 + 2 * Math.ceil(terms / span)) : terms;
  const magnitude = half.relative + gamma(additions + decodeRoundings + 1) * (1 + half.relative);
  const floor = 2 * FLOAT32_MIN_NORMAL;
  const ofSpan = gamma(span + 2) + half.relative;
  const ofMin = sumsSpans ? 2 * (2 * ofSpan + magnitude) : gamma(decodeRoundings) * (1 + magnitude);
  return {
    magnitude,
    offset: (offset > 0 ? 2 * ofSpan * (1 + magnitude) * offset : 0) + half.scaled,
    min: format.zeroPoint === 'min' ? ofMin : 0,
    flush: floor * 8 * terms + half.flush,
    flushScale: floor * terms * (8 + 2 * offset + levels) + half.flushScale,
    flushMin: half.flushMin,
    row: floor * levels + 2 * UNIT_ROUNDOFF * Math.abs(scaleOffset) * largest + half.row,
  };
}
