import { FLOAT16_MIN_NORMAL } from '../base/float16.ts';
import type { WeightFormat } from '../formats/format.ts';
import { valueRange } from '../formats/value-range.ts';
import type { Rounding } from './request.ts';
import { gamma, HALF_ROUNDOFF } from './unit-roundoff.ts';

/** What arithmetic in f16 adds to the bound of one element; see {@link halfFactors}. */
export interface HalfFactors {
  /** Of each product |a||w|, before the roundings of f32 that follow. */
  readonly relative: number;
  /** Added once to each element. */
  readonly flush: number;
  /** Of the column's largest |scale|. */
  readonly flushScale: number;
  /** Of the column's largest |minimum|. */
  readonly flushMin: number;
  /** Of Σ|scale||a|. */
  readonly scaled: number;
  /** Of the row's Σ|a|. */
  readonly row: number;
}

const NONE: HalfFactors = { relative: 0, flush: 0, flushScale: 0, flushMin: 0, scaled: 0, row: 0 };

/** Whether a plan computes anything in f16. */
export const usesHalf = ({ halfTerms = 0, halfRoundings = 0 }: Rounding): boolean =>
  halfTerms > 0 || halfRoundings > 0;

/** Whether what is in f16 are whole weights, and sums of them: where only operands are f16 they are; a minimum cannot wait for the scale. */
export const sumsWholeWeights = (
  { halfTerms = 0, halfScaled = false }: Rounding,
  format: WeightFormat,
): boolean => halfScaled || halfTerms === 0 || format.zeroPoint === 'min';

/**
 * What a plan may be off by for what it computes in f16, where "correctly rounded" means either neighbour, so that u is 2⁻¹⁰.
 *
 * **Roundings.** A term is rounded `halfRoundings` times (operands that become f16, the product) and is added at most
 * `halfTerms` times before the partial sum goes to f32, which is exact: a factor within γ₁₆(halfTerms + halfRoundings) of 1, of
 * |a||w| or of the same before its scale. All that follows is f32's.
 *
 * **Flushes.** Any subnormal f16 may become 0, which costs 2⁻¹⁴ at most: a result, twice a term (product and sum), times the
 * scale where values are summed before theirs; an activation, times |w| ≤ largest value·|scale| + |minimum|; a weight, times
 * |a|, but for values before their scale, which are at least the format's unit. Later roundings make γ₁₆ more of it.
 *
 * No f16 beyond 65504: a sum that gets there is infinite, and wrong.
 */
export function halfFactors(rounding: Rounding, format: WeightFormat): HalfFactors {
  if (!usesHalf(rounding)) return NONE;
  const { terms, halfTerms = 0, halfRoundings = 0 } = rounding;
  const { largest, unit } = valueRange(format);
  const relative = gamma(halfTerms + halfRoundings, HALF_ROUNDOFF);
  const lost = FLOAT16_MIN_NORMAL * (1 + relative);
  const results = halfTerms > 0 ? 2 * terms * lost : 0;
  const whole = sumsWholeWeights(rounding, format);
  return {
    relative,
    flush: whole ? results : 0,
    flushScale: (whole ? 0 : results) + terms * lost * largest,
    flushMin: format.zeroPoint === 'min' ? terms * lost : 0,
    scaled: !whole && unit < FLOAT16_MIN_NORMAL ? lost : 0,
    row: whole ? lost : 0,
  };
}
