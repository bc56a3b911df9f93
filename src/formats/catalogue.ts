import { ELEMENT_NAMES } from './element.ts';
import { bitsPerWeight, formatName, GROUP_SIZES, type WeightFormat } from './format.ts';

/** One weight format as users are shown it. */
export interface FormatEntry extends WeightFormat {
  /** As {@link formatName} has it. */
  readonly name: string;
  /** Scales and zero points included. */
  readonly bitsPerWeight: number;
}

/**
 * Every offered format: element × zero point × group × scale.
 *
 * @param K depth for which the bits a weight are given; they depend on it where a group is a whole column.
 */
export const listFormats = (K: number): FormatEntry[] =>
  ELEMENT_NAMES.flatMap((element) =>
    [false, true].flatMap((zeroPoint) =>
      GROUP_SIZES.flatMap((group) =>
        (['f16', 'f32'] as const).map((scale) => {
          const format: WeightFormat = { element, group, scale, zeroPoint };
          return { name: formatName(format), ...format, bitsPerWeight: bitsPerWeight(format, K) };
        }),
      ),
    ),
  );
