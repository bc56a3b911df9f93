import { elementOf, storesZeroCodes, type WeightFormat } from '../formats/format.ts';
import { valueRange } from '../formats/value-range.ts';
import type { Rounding } from './request.ts';

/**
 * What a plan leaves on values while it sums a span, at most, in units of the scale: its own offset and the zero point. 0
 * for a plan that decodes each weight, and for values that no zero point is taken off.
 */
export function leftOnCodes({ offset, span }: Rounding, format: WeightFormat): number {
  const element = elementOf(format);
  if (span === 0 || element.kind !== 'linear') return 0;
  const zero = storesZeroCodes(format) ? valueRange(format).largest : element.offset;
  return element.step * offset + (offset > 0 ? Math.max(zero, element.step * 2 ** element.bits) : zero);
}
