import { FormatError } from '../../formats/element-names.ts';
import { formatName, type WeightFormat } from '../../formats/format.ts';
import { PRESETS } from '../../formats/presets.ts';

/** How checkpoints store the scales of groups. */
export type FloatScale = 'f16' | 'bf16' | 'f32';

/** Bit patterns of scales: 16 bits each for f16 and bf16, 32 for f32. */
export type ScaleBits = Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

type Choices = Pick<WeightFormat, 'element' | 'group' | 'scale' | 'zeroPoint'>;

/** A preset with other choices: itself, name included, where they are its own, and a format without a name where not. */
export function presetWith(name: string, changes: Partial<Choices>): WeightFormat {
  const { format } = PRESETS[name]!;
  const { element, group, scale, zeroPoint, secondLevel, rule, block } = { ...format, ...changes };
  const changed =
    element !== format.element ||
    group !== format.group ||
    scale !== format.scale ||
    zeroPoint !== format.zeroPoint;
  return changed ? { element, group, scale, zeroPoint, secondLevel, rule, block } : format;
}

/** What a packing has room for. */
export interface Room {
  readonly packing: string;
  readonly elements: readonly string[];
  readonly scales: readonly WeightFormat['scale'][];
  /** Any where it is absent. */
  readonly groups?: readonly WeightFormat['group'][];
  readonly zeroPoints: readonly WeightFormat['zeroPoint'][];
  readonly secondLevels: readonly WeightFormat['secondLevel'][];
}

/**
 * Checks that a packing can hold a format.
 *
 * @throws FormatError saying which of the format's choices it has no room for.
 */
export function expectRoom(format: WeightFormat, room: Room): void {
  const { packing, elements, scales, groups, zeroPoints, secondLevels } = room;
  const refuse = (what: string, choice: unknown, choices: readonly unknown[]): never => {
    throw new FormatError(
      `${packing} cannot hold ${formatName(format)}: its ${what} is ${String(choice)}, and there is room for ${choices.join(', ')}.`,
    );
  };
  if (!elements.includes(format.element)) refuse('element', format.element, elements);
  if (!scales.includes(format.scale)) refuse('scale type', format.scale, scales);
  if (groups?.includes(format.group) === false) refuse('group', format.group, groups);
  if (!zeroPoints.includes(format.zeroPoint)) refuse('zero point', format.zeroPoint, zeroPoints);
  if (!secondLevels.includes(format.secondLevel)) refuse('second level', format.secondLevel, secondLevels);
}
