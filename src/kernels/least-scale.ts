import { elementOf, type WeightFormat } from '../formats/format.ts';
import { valueRange } from '../formats/value-range.ts';

/**
 * Whether scales may be E8M0's least one, 2⁻¹²⁷, and matter: it is a subnormal f32, which a device may take for 0, so that no operation may
 * have it as an operand; but its product with a value of 2 or more is a normal number. `scale_at` gives 0 for it, as for no other
 * code; it is held as twice what it is, and the values of its group are halved, which is exact wherever the weight is normal.
 */
export const hasLeastScale = (format: WeightFormat): boolean =>
  format.scale === 'e8m0' && format.secondLevel === 'none' && valueRange(format).largest >= 2;

/** Whether values are halved where they are put together, with their sign: those of small floats. */
export const halvesWithSign = (format: WeightFormat): boolean =>
  hasLeastScale(format) && elementOf(format).kind === 'float';

/** One f32, or the same for each of four columns. */
const each = (four: boolean, value: string): string => (four ? `vec4<f32>(${value})` : value);

/** The scale to multiply halved values by. @param scale the name of what `scale_at` gave, or of a vector of four of them. */
export const heldScale = (scale: string, four: boolean): string =>
  `max(${scale}, ${each(four, '0x1p-126f')})`;

/** What values are multiplied by first: 0.5 in a group of the least scale, else 1. */
export const halving = (scale: string, four: boolean): string =>
  `select(${each(four, '1.0')}, ${each(four, '0.5')}, ${scale} == ${each(four, '0.0')})`;
