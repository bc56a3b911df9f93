import { ceilDiv } from '../base/integers.ts';
import { significantBits } from '../base/significant-bits.ts';
import { elementValues, type Element } from './element.ts';
import { FormatError, parseElement } from './element-names.ts';
import { SCALE_TYPES, type ScaleCodec, type ScaleType } from './scale-type.ts';

/**
 * What is taken off or added besides the scale, for each group: nothing; a stored code (`true`); a stored code that is one
 * less than the zero point (`'minus-one'`, GPTQ v1); a float that is added after scaling (`'min'`).
 */
export type ZeroPoint = boolean | 'minus-one' | 'min';

/**
 * What a group's stored scale is multiplied by: nothing; one f32 for the matrix (`tensor`, NVFP4); an f16 for each 256
 * weights, and another for the minima (`super`, K-quants); an f32 for each 256 groups in row-major order, and one f32 for
 * the matrix that is added (`double`, bitsandbytes' double quantization).
 */
export type SecondLevel = 'none' | 'tensor' | 'super' | 'double';

/** How {@link quantize} chooses scales. */
export type ScaleRule = 'amax' | 'floor' | 'ceil' | 'least-squares' | 'four-over-six' | 'mean' | 'ggml';

/**
 * What the codes of a weight matrix mean: `w = scale · (value(code) − zero)`, or `scale · value(code) + min`, a scale (and a
 * zero point or minimum) for each group of `group` consecutive weights along K. Where `group` does not divide K the last
 * group is short.
 */
export interface WeightFormat {
  /** The preset that this is, if it is one: `q4_k`, `mxfp4`, … */
  readonly preset?: string;
  /** As {@link parseElement} reads it: `int4`, `e2m1`, `table:…`. */
  readonly element: string;
  /** Weights that share a scale; `'K'` is one group a column. */
  readonly group: number | 'K';
  readonly scale: ScaleType;
  readonly zeroPoint: ZeroPoint;
  readonly secondLevel: SecondLevel;
  readonly rule: ScaleRule;
  /** K must be a multiple of it; 1 where any K will do. */
  readonly block: number;
}

/** Weights along K that share an f16 of the second level `super`. */
export const SUPER_BLOCK = 256;
/** Groups, counted in row-major order, that share an f32 of the second level `double`. */
export const DOUBLE_BLOCK = 256;

/** The element codec of a format. */
export const elementOf = (format: WeightFormat): Element => parseElement(format.element);

/** How the format's scales are stored. */
export const scaleOf = (format: WeightFormat): ScaleCodec => SCALE_TYPES[format.scale];

/** Weights along K that share a scale. */
export const groupSize = (format: WeightFormat, K: number): number =>
  format.group === 'K' ? K : Math.min(format.group, K);

/** Groups along K of one column: ⌈K / group size⌉. */
export const groupCount = (format: WeightFormat, K: number): number => ceilDiv(K, groupSize(format, K));

/** Values of the second level for a matrix of N columns of `groups` groups. */
export function parentCount({ secondLevel, group }: WeightFormat, N: number, groups: number): number {
  switch (secondLevel) {
    case 'none':
      return 0;
    case 'tensor':
      return 1;
    case 'super':
      return N * ceilDiv(groups, SUPER_BLOCK / Number(group));
    case 'double':
      return ceilDiv(N * groups, DOUBLE_BLOCK);
  }
}

/** Which value of the second level group `g` of column `n` has; 0 where there is one or none. */
export function parentIndex(
  { secondLevel, group }: WeightFormat,
  groups: number,
  n: number,
  g: number,
): number {
  if (secondLevel === 'super') {
    const ratio = SUPER_BLOCK / Number(group);
    return n * ceilDiv(groups, ratio) + Math.floor(g / ratio);
  }
  return secondLevel === 'double' ? Math.floor((n * groups + g) / DOUBLE_BLOCK) : 0;
}

/** Whether the format stores zero points as codes. */
export const storesZeroCodes = ({ zeroPoint }: WeightFormat): boolean =>
  zeroPoint === true || zeroPoint === 'minus-one';

const MIN_TYPES = ['f32', 'f16', 'bf16', 'u4', 'u6'] as const satisfies readonly ScaleType[];

/** The name of a type of minima. */
export type MinType = (typeof MIN_TYPES)[number];

/** The type in which minima are stored: the scale's, or f16 where minima of that type would be of little use. */
export const minType = ({ scale }: WeightFormat): MinType =>
  MIN_TYPES.find((type) => type === scale) ?? 'f16';

/** Bits in which a zero point is stored in a kernel's buffer: the element's, rounded up to a power of two. */
export const zeroBits = (format: WeightFormat): number => 2 ** Math.ceil(Math.log2(elementOf(format).bits));

/**
 * Bits a weight, scales, zero points and second level included, padding and what a matrix has only one of not: what a
 * file of this format takes.
 */
export function bitsPerWeight(format: WeightFormat, K: number): number {
  const { bits } = elementOf(format);
  const { zeroPoint, secondLevel } = format;
  const minimum = zeroPoint === 'min' ? SCALE_TYPES[minType(format)].bits : 0;
  const zero = storesZeroCodes(format) ? bits : 0;
  const doubled = secondLevel === 'double' ? 32 / DOUBLE_BLOCK : 0;
  const perGroup = scaleOf(format).bits + minimum + zero + doubled;
  const parents = secondLevel === 'super' ? (zeroPoint === 'min' ? 32 : 16) / SUPER_BLOCK : 0;
  return codeBits(format) + (perGroup * groupCount(format, K)) / K + parents;
}

/** Bits of one code where a file's words hold a number of them that is no power of two. */
const PACKED_BITS: Readonly<Record<string, number>> = { tq1_0: (52 * 8) / 256, q3f16_1: 32 / 10 };

/** Bits of one code in a file. */
const codeBits = (format: WeightFormat): number => PACKED_BITS[format.preset ?? ''] ?? elementOf(format).bits;

/** The short name shown to users: a preset's own, or `int4-g32` with what differs from f16 scales and no zero point. */
export function formatName(format: WeightFormat): string {
  if (format.preset) return format.preset;
  const { element, group, scale, zeroPoint, secondLevel } = format;
  const zero = zeroPoint === true ? 'z' : zeroPoint === false ? '' : zeroPoint === 'min' ? 'm' : 'z1';
  const level = secondLevel === 'none' ? '' : `-${secondLevel}`;
  return `${element}${zero}-g${String(group)}${scale === 'f16' ? '' : `-${scale}`}${level}`;
}

const MULTIPLES: readonly ScaleType[] = ['u4', 'u6', 'i6', 'i8'];

/** What choices of a format ask of each other: whether they break it, and what to tell then. */
const RULES: readonly {
  readonly broken: (format: WeightFormat) => boolean;
  readonly says: (format: WeightFormat) => string;
}[] = [
  {
    broken: (format) => storesZeroCodes(format) && elementOf(format).kind !== 'linear',
    says: ({ element }) =>
      `${element} is no integer: a stored zero point needs one; take --no-zero-point or --zero-point min.`,
  },
  {
    broken: ({ scale, secondLevel }) => MULTIPLES.includes(scale) !== (secondLevel === 'super'),
    says: ({ scale, secondLevel }) =>
      `Scales of type ${scale} and the second level ${secondLevel} do not go together: u4, u6, i6 and i8 are multiples of ` +
      'an f16 of the second level super, and only they are.',
  },
  {
    broken: ({ scale, secondLevel }) => (scale === 'dynamic8') !== (secondLevel === 'double'),
    says: () => 'Scales of type dynamic8 and the second level double go together, and only together.',
  },
  {
    broken: ({ scale, secondLevel }) => scale === 'one' && secondLevel !== 'tensor',
    says: () => 'Scales of type one store nothing: they need the second level tensor.',
  },
  {
    broken: ({ secondLevel, group }) =>
      secondLevel === 'super' && (group === 'K' || SUPER_BLOCK % group !== 0),
    says: ({ group }) =>
      `The second level super is one f16 for ${String(SUPER_BLOCK)} weights: the group must divide that, and is ${String(group)}.`,
  },
  {
    broken: ({ zeroPoint, secondLevel }) =>
      zeroPoint === 'min' && secondLevel !== 'none' && secondLevel !== 'super',
    says: ({ secondLevel }) =>
      `Minima and the second level ${secondLevel} do not go together; take none or super.`,
  },
  {
    broken: ({ rule, preset }) => rule === 'ggml' && preset === undefined,
    says: () => 'Only presets of ggml have scales that ggml chooses: take another --rule, or the preset.',
  },
];

/** Why the choices of a format do not go together, and what would do; undefined where they do. */
export const formatRefusal = (format: WeightFormat): string | undefined =>
  RULES.find(({ broken }) => broken(format))?.says(format);

/**
 * Checks that the choices of a format go together.
 *
 * @throws FormatError with the {@link formatRefusal}.
 */
export function checkFormat(format: WeightFormat): void {
  const refusal = formatRefusal(format);
  if (refusal !== undefined) throw new FormatError(refusal);
}

/** Significant bits of the difference of an element's value and a stored zero point, or of the value. */
export function valueSignificand(format: WeightFormat): number {
  const element = elementOf(format);
  if (storesZeroCodes(format)) return element.bits + 1;
  return Math.max(...elementValues(element).filter(Number.isFinite).map(significantBits));
}

/**
 * Roundings of one decoded weight in f32: of the scale where its second level does not multiply exactly, of its product
 * with the value where 24 bits do not hold that, of the sum with a minimum.
 */
export function decodeRoundings(format: WeightFormat): number {
  const { secondLevel, zeroPoint, scale } = format;
  const { significand } = scaleOf(format);
  const levels = { none: 0, super: 0, tensor: scale === 'one' ? 0 : 1, double: 2 }[secondLevel];
  const ofScale = secondLevel === 'none' ? significand : secondLevel === 'super' ? significand + 11 : 24;
  const product = ofScale + valueSignificand(format) <= 24 || significand === 1 ? 0 : 1;
  return (
    levels + (secondLevel === 'none' || secondLevel === 'super' ? product : 1) + (zeroPoint === 'min' ? 1 : 0)
  );
}
