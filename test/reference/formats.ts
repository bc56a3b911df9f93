import { ELEMENT_NAMES } from '../../src/formats/element-names.ts';
import { formatName, formatRefusal, type SecondLevel, type WeightFormat } from '../../src/formats/format.ts';
import { PRESET_NAMES, PRESETS } from '../../src/formats/presets.ts';
import { SCALE_TYPE_NAMES } from '../../src/formats/scale-type.ts';
import { weightFormat } from '../support/weight-format.ts';

/** A format and what it is called. */
export type NamedFormat = readonly [name: string, format: WeightFormat];

const named = (format: WeightFormat): NamedFormat => [formatName(format), format];

/** Integers of 4 and 8 bits with every group size that is offered, both float scales, with zero points and without. */
export const INTEGER_FORMATS: readonly NamedFormat[] = ['int4', 'uint4', 'int8', 'uint8'].flatMap((element) =>
  ([16, 32, 64, 128, 'K'] as const).flatMap((group) =>
    (['f16', 'f32'] as const).flatMap((scale) =>
      [false, true].map((zeroPoint) => named(weightFormat({ element, group, scale, zeroPoint }))),
    ),
  ),
);

/** Every preset. */
export const PRESET_FORMATS: readonly NamedFormat[] = PRESET_NAMES.map((name) =>
  named(PRESETS[name]!.format),
);

const LEVELS: readonly SecondLevel[] = ['none', 'tensor', 'super', 'double'];

const goesTogether = (format: WeightFormat): boolean => formatRefusal(format) === undefined;

/** An element in groups of 32 with every scale type, second level and zero point that go together. */
export const formatsOf = (element: string): readonly NamedFormat[] =>
  SCALE_TYPE_NAMES.flatMap((scale) =>
    LEVELS.flatMap((secondLevel) =>
      ([false, true, 'minus-one', 'min'] as const)
        .map((zeroPoint) => weightFormat({ element, scale, secondLevel, zeroPoint }))
        .filter(goesTogether)
        .map(named),
    ),
  );

/** Every named element, and one of each kind that is written out, with all that goes with it. */
export const ELEMENT_FORMATS: readonly (readonly [element: string, formats: readonly NamedFormat[]])[] = [
  ...ELEMENT_NAMES,
  'e3m2:bias=5,top=nan',
  'e4m3:top=ieee,overflow=infinity',
  'table:-3,-0.5,0,0.25,2',
].map((element) => [element, formatsOf(element)]);
