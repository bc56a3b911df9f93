import { ceilDiv } from '../base/integers.ts';
import { elementValues } from '../formats/element.ts';
import {
  elementOf,
  groupCount,
  minType,
  parentCount,
  scaleOf,
  storesZeroCodes,
  SUPER_BLOCK,
  type WeightFormat,
  zeroBits,
} from '../formats/format.ts';
import { DYNAMIC_MAP } from '../formats/dynamic-map.ts';
import type { SmallFloat } from '../formats/float-element.ts';
import { SCALE_TYPES, type ScaleType, UE4M3, UE5M3 } from '../formats/scale-type.ts';
import type { Geometry } from '../layouts/layout.ts';
import type { ShaderPart } from './compose.ts';
import { groupOffsets, stepOf } from './decode.ts';
import type { PreludeValue } from './prelude.ts';
import type { GemmProblem } from './problem.ts';
import {
  ELEMENT_WGSL,
  HALF_WGSL,
  LEVEL_TENSOR_E8M0_WGSL,
  LEVEL_WGSL,
  MIN_CODE_WGSL,
  MIN_LEVEL_WGSL,
  MIN_WGSL,
  SCALE_CODE_WGSL,
  SCALE_WGSL,
  ZERO_WGSL,
} from './wgsl.ts';

/** The part of a shader that a format determines. */
export interface FormatParts {
  readonly constants: Readonly<Record<string, PreludeValue>>;
  readonly parts: readonly ShaderPart[];
}

/** Bits of the buffers of scales, of zero points or minima, and of the second level; 0 where there is no such buffer. */
export interface GroupBufferBits {
  readonly scales: number;
  readonly zeros: number;
  readonly parents: number;
}

/** Sizes of the buffers beside the codes for padded columns and groups. @param N, K of the problem, without padding. */
export function groupBufferBits(
  { format, N, K }: GemmProblem,
  { paddedN, groups }: Geometry,
): GroupBufferBits {
  const perGroup = storesZeroCodes(format)
    ? zeroBits(format)
    : format.zeroPoint === 'min'
      ? SCALE_TYPES[minType(format)].bits
      : 0;
  const parents = parentCount(format, N, groupCount(format, K));
  const parentBits = format.secondLevel === 'super' ? 16 * parentHalves(format) : 32;
  return {
    scales: paddedN * groups * scaleOf(format).bits,
    zeros: paddedN * groups * perGroup,
    parents: parents * parentBits + (format.secondLevel === 'double' ? 32 : 0),
  };
}

/** Halves that each value of the second level `super` takes: one more where there are minima. */
const parentHalves = ({ zeroPoint }: WeightFormat): number => (zeroPoint === 'min' ? 2 : 1);

/** The functions `element_value`, `scale_at`, `zero_at` and `min_at` of a format, as far as it has them, and what they need. */
export function formatParts(problem: GemmProblem, geometry: Geometry): FormatParts {
  const { format } = problem;
  const all = [elementParts(format), scaleParts(problem, geometry), offsetParts(problem)];
  return {
    constants: Object.assign({}, ...all.map(({ constants }) => constants)) as FormatParts['constants'],
    parts: [...new Set(all.flatMap(({ parts }) => parts))],
  };
}

function elementParts(format: WeightFormat): FormatParts {
  const element = elementOf(format);
  switch (element.kind) {
    case 'linear':
      return { constants: {}, parts: [ELEMENT_WGSL.linear] };
    case 'codebook': {
      const values = Array.from(elementValues(element), (value) => (Number.isNaN(value) ? 0 : value));
      return { constants: { CODEBOOK: { f32s: values } }, parts: [ELEMENT_WGSL.codebook] };
    }
    case 'float':
      return {
        constants: {
          MANTISSA_BITS: element.mantissaBits,
          SIGN_BIT: 2 ** (element.bits - 1),
          EXPONENT_SHIFT: exponentShift(element),
          SIGN_SHIFT: 32 - element.bits,
          LEAST_NORMAL: { f32: 2 ** (1 - element.bias) },
        },
        parts: [ELEMENT_WGSL.float],
      };
  }
}

/** What turns the exponent and mantissa of a normal small float, moved into their f32 places, into the f32 of its value. */
const exponentShift = ({ bias }: SmallFloat): number => (127 - bias) * 2 ** 23;
const subnormalStep = ({ bias, mantissaBits }: SmallFloat): number => 2 ** (1 - bias - mantissaBits);

function scaleParts(problem: GemmProblem, geometry: Geometry): FormatParts {
  const { format } = problem;
  const { scale, secondLevel } = format;
  const half = scale === 'f16' || secondLevel === 'super' ? [HALF_WGSL] : [];
  const codes = scale === 'f16' || scale === 'f32' || scale === 'one' ? [] : [SCALE_CODE_WGSL];
  return {
    constants: {
      ...(codes.length > 0 ? { SCALE_BITS: scaleOf(format).bits } : {}),
      ...SCALE_CONSTANTS[scale],
      ...levelConstants(problem, geometry),
    },
    parts: [...half, ...codes, SCALE_WGSL[scale], levelPart(format)],
  };
}

/** What the stored scales are multiplied by. Of those of E8M0 the least one is a subnormal f32. */
const levelPart = ({ scale, secondLevel }: WeightFormat): ShaderPart =>
  scale === 'e8m0' && secondLevel === 'tensor' ? LEVEL_TENSOR_E8M0_WGSL : LEVEL_WGSL[secondLevel];

const smallFloat = (format: SmallFloat): FormatParts['constants'] => ({
  SCALE_EXPONENT_SHIFT: exponentShift(format),
  SCALE_SUBNORMAL_STEP: { f32: subnormalStep(format) },
});

/** What the files of the scale types need. */
const SCALE_CONSTANTS: Readonly<Partial<Record<ScaleType, FormatParts['constants']>>> = {
  ue4m3: smallFloat(UE4M3),
  ue5m3: smallFloat(UE5M3),
  u4: { SCALE_EXCESS: { f32: 0 } },
  u6: { SCALE_EXCESS: { f32: 0 } },
  i6: { SCALE_EXCESS: { f32: 32 } },
  i8: { SCALE_EXCESS: { f32: 128 } },
  dynamic8: { DYNAMIC_MAP: { f32s: DYNAMIC_MAP } },
};

/** Where a group finds its value of the second level. */
function levelConstants(problem: GemmProblem, geometry: Geometry): FormatParts['constants'] {
  const { format, N, K } = problem;
  const groups = groupCount(format, K);
  if (format.secondLevel === 'double') {
    return { COLUMN_GROUPS: groups, PARENT_WORDS: ceilDiv(groupBufferBits(problem, geometry).parents, 32) };
  }
  if (format.secondLevel !== 'super') return {};
  return {
    PARENT_GROUPS: SUPER_BLOCK / Number(format.group),
    PARENTS: parentCount(format, N, groups) / N,
    PARENT_HALVES: parentHalves(format),
  };
}

function offsetParts(problem: GemmProblem): FormatParts {
  const { format } = problem;
  const element = elementOf(format);
  if (format.zeroPoint === 'min') {
    const type = minType(format);
    const constants = { MIN_BITS: SCALE_TYPES[type].bits, ...fixedZero(problem) };
    const level = format.secondLevel === 'super' ? MIN_LEVEL_WGSL.super : MIN_LEVEL_WGSL.own;
    const half = type === 'f16' ? [HALF_WGSL] : [];
    const zero = groupOffsets(problem).zero ? [ZERO_WGSL.fixed] : [];
    return { constants, parts: [...half, ...zero, MIN_CODE_WGSL, MIN_WGSL[type], level] };
  }
  if (element.kind !== 'linear') return { constants: {}, parts: [] };
  if (!storesZeroCodes(format)) return { constants: fixedZero(problem), parts: [ZERO_WGSL.fixed] };
  const constants = {
    ZERO_BITS: zeroBits(format),
    ZERO_SHIFT: format.zeroPoint === 'minus-one' ? 1 : 0,
  };
  return { constants, parts: [ZERO_WGSL.stored] };
}

/** The zero point of evenly spaced values in units of codes: half-way between two for bipolar ones. */
function fixedZero({ format }: GemmProblem): Record<string, PreludeValue> {
  const element = elementOf(format);
  return element.kind === 'linear' ? { ZERO: { f32: element.offset / stepOf(format) } } : {};
}
