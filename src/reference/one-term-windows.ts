import type { WeightFormat } from '../formats/format.ts';
import { typeExponents } from './one-term-banks.ts';
import type { Exponents, OneTermRange } from './one-term-range.ts';

/** How many windows the exponents of scales are divided into, so that in each the activations still have a wide choice. */
export const scaleWindows = (format: WeightFormat, range: OneTermRange): number => {
  if (format.secondLevel === 'tensor' || format.secondLevel === 'double') return 1;
  const { least, most } = windowed(format, range);
  return Math.max(1, Math.ceil((most - least + 1) / range.spread));
};

/** The exponents that windows divide: of scales, or where they are multiples of a second level `super` of that. */
function windowed(format: WeightFormat, range: OneTermRange): Exponents {
  const own = typeExponents(format.scale);
  const { least, most } =
    format.secondLevel === 'super'
      ? {
          least: Math.max(-24, range.scales.least - own.most),
          most: Math.min(15, range.scales.most - own.most),
        }
      : { least: Math.max(own.least, range.scales.least), most: Math.min(own.most, range.scales.most) };
  return { least: Math.min(least, most), most };
}

/** Window `index` of so many. */
export function windowOf(format: WeightFormat, range: OneTermRange, index: number): Exponents {
  const { least, most } = windowed(format, range);
  const width = Math.ceil((most - least + 1) / scaleWindows(format, range));
  return { least: least + index * width, most: Math.min(most, least + (index + 1) * width - 1) };
}

/**
 * Whether a group is one of the full ones; a value of the second level `super` may be that of all cells of a column.
 *
 * @param place of the column, of which neighbours differ. @param x of the cell.
 */
export const isFull = (
  { secondLevel }: Pick<WeightFormat, 'secondLevel'>,
  place: number,
  x: number,
  run: number,
): boolean => ((place + (secondLevel === 'super' ? 0 : x) + run) & 1) === 0;
