import { ceilDiv } from '../base/integers.ts';
import { type Element, ELEMENTS, type ElementName } from './element.ts';

/** How a group's scale is stored. */
export type ScaleType = 'f16' | 'f32';

/**
 * What the codes of a weight matrix mean: `w = scale · (code − zero)`, a scale (and a zero point, if stored) for each
 * group of `group` consecutive weights along K. Where `group` does not divide K the last group is short.
 */
export interface WeightFormat {
  readonly element: ElementName;
  /** Weights that share a scale; `'K'` is one group a column. */
  readonly group: number | 'K';
  readonly scale: ScaleType;
  /** Whether each group stores a code as its zero point; else zero is the element's own (8 for int4, 0 for uint4). */
  readonly zeroPoint: boolean;
}

/** The group sizes offered; any other from 1 to K works as well. */
export const GROUP_SIZES = [16, 32, 64, 128, 'K'] as const;

/** The element codec of a format. */
export const elementOf = (format: WeightFormat): Element => ELEMENTS[format.element];

/** Weights along K that share a scale. */
export const groupSize = (format: WeightFormat, K: number): number =>
  format.group === 'K' ? K : Math.min(format.group, K);

/** Groups along K of one column: ⌈K / group size⌉. */
export const groupCount = (format: WeightFormat, K: number): number => ceilDiv(K, groupSize(format, K));

/** Bits that one scale takes. */
export const scaleBits = (scale: ScaleType): number => (scale === 'f16' ? 16 : 32);

/** Bits in which a zero point is stored: the element's bits, rounded up to a power of two. */
export const zeroBits = (format: WeightFormat): number => 2 ** Math.ceil(Math.log2(elementOf(format).bits));

/** Bits a weight, scales and zero points included, padding not: what a file of this format takes. */
export function bitsPerWeight(format: WeightFormat, K: number): number {
  const perGroup = scaleBits(format.scale) + (format.zeroPoint ? elementOf(format).bits : 0);
  return elementOf(format).bits + (perGroup * groupCount(format, K)) / K;
}

/** The short name shown to users: `int4-g32`, with `z` for stored zero points and `-f32` for f32 scales. */
export const formatName = (format: WeightFormat): string =>
  `${format.element}${format.zeroPoint ? 'z' : ''}-g${String(format.group)}${format.scale === 'f32' ? '-f32' : ''}`;
