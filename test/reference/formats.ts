import { ELEMENT_NAMES } from '../../src/formats/element.ts';
import { formatName, GROUP_SIZES, type WeightFormat } from '../../src/formats/format.ts';

/** Every format of the integer elements, by name. */
export const FORMATS: readonly (readonly [name: string, format: WeightFormat])[] = ELEMENT_NAMES.flatMap(
  (element) =>
    GROUP_SIZES.flatMap((group) =>
      (['f16', 'f32'] as const).flatMap((scale) =>
        [false, true].map((zeroPoint) => {
          const format: WeightFormat = { element, group, scale, zeroPoint };
          return [formatName(format), format] as const;
        }),
      ),
    ),
);
