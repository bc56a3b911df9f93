import { decodeFloat16 } from '../../src/base/float16.ts';
import { hash32 } from '../../src/base/random.ts';
import { elementValues } from '../../src/formats/element.ts';
import { largestFiniteCode } from '../../src/formats/float-element.ts';
import {
  elementOf,
  groupCount,
  minType,
  parentCount,
  storesZeroCodes,
  type WeightFormat,
} from '../../src/formats/format.ts';
import { assembleQuantized, type QuantizedWeights } from '../../src/formats/quantized.ts';
import { SCALE_TYPES, type ScaleType, UE4M3, UE5M3 } from '../../src/formats/scale-type.ts';
import { valueRange } from '../../src/formats/value-range.ts';

/** What weights are put together from. */
export interface Choices {
  /** Codes of the element. */
  readonly codes: readonly number[];
  /** Codes of the scale type. */
  readonly scales: readonly number[];
  /** Codes of zero points, or of minima; empty where there are none. */
  readonly offsets: readonly number[];
  /** Values of the second level, of the scales and of the minima; empty where there are none. */
  readonly parents: readonly number[];
  readonly parentMins: readonly number[];
  /** What the second level `double` adds. */
  readonly addend: number;
}

/** Which of `count` choices the i-th place gets; `stream` tells codes, scales and so on apart. */
type Choose = (i: number, count: number, stream: number) => number;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** The codes of an element that have a finite value. */
export const finiteCodes = (format: WeightFormat): number[] =>
  [...elementValues(elementOf(format)).entries()].flatMap(([code, value]) =>
    Number.isFinite(value) ? [code] : [],
  );

/**
 * Both ends of the normal numbers, 1 and its neighbours and a subnormal as f32. Not 0x00ffffff: half of it rounds up to the
 * smallest normal number, and a device may flush before it rounds.
 */
const FLOAT_ENDS = [0x00800000, 0x00fffffe, 0x7f7fffff, 0x3f800000, 0x3f800001, 0x3f7fffff, 0x007fffff];
/** The same as f16, and both ends of the subnormals. */
const HALF_ENDS = [0x0400, 0x07ff, 0x7bff, 0x3c00, 0x3c01, 0x3bff, 0x03ff, 0x0001];
const RANDOM = 300;

/** Zero, the ends and random patterns, of both signs. */
const patterns = (ends: readonly number[], signBit: number): number[] => [
  0,
  ...[...ends, ...range(RANDOM).map((i) => hash32(31, i) % signBit)].flatMap((code) => [
    code,
    code + signBit,
  ]),
];

const SELECTED: Readonly<Partial<Record<ScaleType, readonly number[]>>> = {
  f32: patterns(FLOAT_ENDS, 2 ** 31),
  bf16: patterns(
    FLOAT_ENDS.map((code) => code >>> 16),
    2 ** 15,
  ),
  f16: patterns(HALF_ENDS, 2 ** 15),
};

/** Codes of a scale type that are numbers: all of at most 8 bits, of the others both ends and a selection. */
export function scaleCodes(type: ScaleType): number[] {
  const { bits, decode } = SCALE_TYPES[type];
  if (type === 'ue4m3' || type === 'ue5m3') {
    return range(largestFiniteCode(type === 'ue4m3' ? UE4M3 : UE5M3) + 1);
  }
  const selected = SELECTED[type];
  return (selected ?? range(2 ** bits)).filter((code) => Number.isFinite(decode(code)));
}

/** Every finite f16. */
export const ALL_HALVES: readonly number[] = range(0x10000).filter((code) => (code & 0x7c00) !== 0x7c00);

/** Values of f16 for a second level: ordinary ones, both ends of normal and subnormal numbers, 0. */
const HALF_PARENTS = [0x2e66, 0xae66, 0x3c00, 0x7bff, 0x0400, 0x0001, 0x03ff, 0x8001, 0, 0x1234].map(
  decodeFloat16,
);

/** f32 near 0.1, with all their 24 bits. */
const FLOAT_PARENTS = range(7).map((i) => Math.fround(0.06 + hash32(5, i) * 2 ** -35));

function parentsOf({ secondLevel }: WeightFormat): Pick<Choices, 'parents' | 'addend'> {
  switch (secondLevel) {
    case 'none':
      return { parents: [], addend: 0 };
    case 'super':
      return { parents: HALF_PARENTS, addend: 0 };
    case 'tensor':
      return { parents: FLOAT_PARENTS, addend: 0 };
    case 'double':
      return { parents: FLOAT_PARENTS, addend: Math.fround(0.2345678) };
  }
}

/** Half of what f32 holds, so that a scaled value and a minimum together do not overflow. */
const LARGEST = 2 ** 127;

/**
 * Scales to which a minimum can be added with one rounding, whether the device fuses the two operations or not, and whether
 * it flushes subnormals or not: their products with values are exact and none is a subnormal.
 */
const leavesRoomForMin = ({ scale }: WeightFormat, code: number): boolean => {
  const magnitude = Math.abs(SCALE_TYPES[scale].decode(code));
  if (scale !== 'f32' && scale !== 'bf16') return true;
  return magnitude === 0 || (magnitude >= 2 ** -100 && (scale === 'bf16' || code % 2 ** 16 === 0));
};

/**
 * Everything that a format has a choice of: all finite codes, all scales (of more than 8 bits a selection with both ends)
 * with which no weight overflows, all zero points or minima, a few values of the second level.
 */
export function allChoices(format: WeightFormat): Choices {
  const { parents, addend } = parentsOf(format);
  const most = parents.reduce((max, each) => Math.max(max, Math.abs(each)), 0) || 1;
  const largest = most * Math.max(valueRange(format).largest, 1);
  const hasMin = format.zeroPoint === 'min';
  const ownScales = [
    ...scaleCodes(format.scale),
    ...(format.scale === 'f32' && hasMin ? scaleCodes('bf16').map((code) => code * 2 ** 16) : []),
  ];
  const { decode } = SCALE_TYPES[format.scale];
  const decodeMin = SCALE_TYPES[minType(format)].decode;
  const mins = scaleCodes(minType(format)).filter((code) => Math.abs(decodeMin(code)) < LARGEST);
  return {
    codes: finiteCodes(format),
    scales: ownScales.filter(
      (code) => Math.abs(decode(code)) * largest <= LARGEST && (!hasMin || leavesRoomForMin(format, code)),
    ),
    offsets: hasMin ? mins : storesZeroCodes(format) ? range(2 ** elementOf(format).bits) : [],
    parents,
    parentMins: hasMin ? [...parents].reverse() : [],
    addend,
  };
}

/** Weights that go through all choices in turn, each column from the next code on. */
export const inTurn = (format: WeightFormat, N: number, K: number, choices: Choices): QuantizedWeights =>
  assembled(format, N, K, choices, (i, count, stream) => {
    // Each round through the offsets begins one later, so that all of them meet all scales of a list as long.
    if (stream === OFFSETS) return (i + Math.floor(i / count)) % count;
    return (stream === CODES ? (i % K) + Math.floor(i / K) : i) % count;
  });

/** Weights that draw from the choices. */
export const atRandom = (
  format: WeightFormat,
  N: number,
  K: number,
  choices: Choices,
  seed: number,
): QuantizedWeights =>
  assembled(format, N, K, choices, (i, count, stream) => hash32(hash32(seed, stream), i) % count);

const [CODES, SCALES, OFFSETS, PARENTS, PARENT_MINS] = [0, 1, 2, 3, 4];

function assembled(
  format: WeightFormat,
  N: number,
  K: number,
  { codes, scales, offsets, parents, parentMins, addend }: Choices,
  choose: Choose,
): QuantizedWeights {
  const groups = N * groupCount(format, K);
  const pick =
    (list: readonly number[], stream: number) =>
    (_: unknown, i: number): number =>
      list[choose(i, list.length, stream)]!;
  const length = parentCount(format, N, groupCount(format, K));
  const stored = {
    scales: Uint32Array.from({ length: groups }, pick(scales, SCALES)),
    ...(format.zeroPoint === 'min'
      ? { mins: Uint32Array.from({ length: groups }, pick(offsets, OFFSETS)) }
      : {}),
    ...(parents.length > 0 ? { parents: Float32Array.from({ length }, pick(parents, PARENTS)) } : {}),
    ...(parentMins.length > 0
      ? { parentMins: Float32Array.from({ length }, pick(parentMins, PARENT_MINS)) }
      : {}),
    ...(format.secondLevel === 'double' ? { offset: addend } : {}),
  };
  const zeros = storesZeroCodes(format)
    ? Uint8Array.from({ length: groups }, pick(offsets, OFFSETS))
    : undefined;
  return assembleQuantized(
    format,
    N,
    K,
    Uint8Array.from({ length: N * K }, pick(codes, CODES)),
    stored,
    zeros,
  );
}
