import { decodeFloat16, encodeFloat16, FLOAT16_MAX, FLOAT16_MIN_NORMAL } from '../base/float16.ts';
import { decodeBfloat16, encodeBfloat16, FLOAT32_MIN_NORMAL } from '../base/float32.ts';
import { DYNAMIC_MAP } from './dynamic-map.ts';
import {
  decodeSmallFloat,
  floorLog2,
  largestFiniteCode,
  roundToCode,
  type SmallFloat,
} from './float-element.ts';

/** How the scales of groups are stored, one code each. */
export interface ScaleCodec {
  /** Bits of a code; 0 where nothing is stored. */
  readonly bits: number;
  /** Significant bits that a value may have. */
  readonly significand: number;
  /** The value of a code: NaN for codes that are no number, 0 where a float would be a subnormal f32. E8M0's code 0 is one, 2⁻¹²⁷. */
  readonly decode: (code: number) => number;
  /**
   * The code of the nearest value (of floats, ties to even) between the smallest normal and the largest finite value; of 0 for 0. E8M0
   * has every power of two and no 0, for which its code 0 stands: a group that is 0 throughout has no need of a scale.
   */
  readonly encode: (value: number) => number;
  /** One line for users. */
  readonly summary: string;
}

/** The scale of NVFP4's blocks: OCP E4M3 without sign, 0x7F is NaN. */
export const UE4M3: SmallFloat = { exponentBits: 4, mantissaBits: 3, bias: 7, top: 'nan' };
/** A scale of wider range (AMD's variant: 0xFF is NaN). */
export const UE5M3: SmallFloat = { exponentBits: 5, mantissaBits: 3, bias: 15, top: 'nan' };

/** 255 · 2^120 is finite in f32, and no element has a value further than 2^17 from zero beside so large a scale. */
const FLOAT32_SCALE_MAX = 2 ** 110;

const clampMagnitude = (value: number, least: number, most: number): number =>
  value === 0 ? 0 : Math.sign(value) * Math.min(Math.max(Math.abs(value), least), most);

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

function decodeFloat32(code: number): number {
  bits[0] = code;
  return Math.abs(float[0]!) < FLOAT32_MIN_NORMAL ? 0 : float[0]!;
}

function encodeFloat32(value: number): number {
  float[0] = clampMagnitude(value, FLOAT32_MIN_NORMAL, FLOAT32_SCALE_MAX);
  return bits[0]!;
}

/** An unsigned small float; the least positive code stands for every smaller positive value. */
const unsignedFloat = (format: SmallFloat, name: string): ScaleCodec => ({
  bits: 8,
  significand: format.mantissaBits + 1,
  decode: (code) => decodeSmallFloat(format, code),
  encode: (value) =>
    value <= 0 ? 0 : Math.min(Math.max(roundToCode(format, value), 1), largestFiniteCode(format)),
  summary: name,
});

const integer = (width: number, excess: number, summary: string): ScaleCodec => ({
  bits: width,
  significand: excess > 0 ? width - 1 : width,
  decode: (code) => code - excess,
  encode: (value) => Math.min(Math.max(Math.round(value), -excess), 2 ** width - 1 - excess) + excess,
  summary,
});

/** Every type of scale by its name. */
export const SCALE_TYPES = {
  f16: {
    bits: 16,
    significand: 11,
    decode: decodeFloat16,
    encode: (value) => encodeFloat16(clampMagnitude(value, FLOAT16_MIN_NORMAL, FLOAT16_MAX)),
    summary: 'binary16',
  },
  f32: { bits: 32, significand: 24, decode: decodeFloat32, encode: encodeFloat32, summary: 'binary32' },
  bf16: {
    bits: 16,
    significand: 8,
    decode: decodeBfloat16,
    encode: (value) => encodeBfloat16(clampMagnitude(value, FLOAT32_MIN_NORMAL, FLOAT32_SCALE_MAX)),
    summary: 'bfloat16',
  },
  e8m0: {
    bits: 8,
    significand: 1,
    decode: (code) => (code === 255 ? NaN : 2 ** (code - 127)),
    encode: nearestPowerOfTwo,
    summary: 'a power of two (OCP MX); no zero, no sign',
  },
  ue4m3: unsignedFloat(UE4M3, 'unsigned E4M3 (NVFP4): up to 448'),
  ue5m3: unsignedFloat(UE5M3, 'unsigned E5M3: up to 114688, 0xFF is NaN'),
  u4: integer(4, 0, '4-bit multiple of the second level (Q2_K)'),
  u6: integer(6, 0, '6-bit multiple of the second level (Q4_K, Q5_K)'),
  i6: integer(6, 32, 'signed 6-bit multiple of the second level, in excess 32 (Q3_K, IQ4_XS)'),
  i8: integer(8, 128, 'signed 8-bit multiple of the second level, in excess 128 (Q6_K)'),
  dynamic8: {
    bits: 8,
    significand: 24,
    decode: (code) => DYNAMIC_MAP[code]!,
    encode: nearestInMap,
    summary: '8-bit dynamic map of the second level (bitsandbytes double quantization)',
  },
  one: {
    bits: 0,
    significand: 1,
    decode: () => 1,
    encode: () => 0,
    summary: 'nothing: the second level is the scale',
  },
} as const satisfies Record<string, ScaleCodec>;

/** The name of a type of scale. */
export type ScaleType = keyof typeof SCALE_TYPES;

/** All names of {@link SCALE_TYPES}, in the order shown to users. */
export const SCALE_TYPE_NAMES = Object.keys(SCALE_TYPES) as [ScaleType, ...ScaleType[]];

/** Nearest in the logarithm would be another rule; this is the nearest value, ties to the even code. */
function nearestPowerOfTwo(value: number): number {
  if (value <= 2 ** -127) return 0;
  const exponent = floorLog2(value);
  const ratio = value / 2 ** exponent;
  const code = exponent + 127;
  const up = ratio > 1.5 || (ratio === 1.5 && code % 2 === 1);
  return Math.min(up ? code + 1 : code, 254);
}

function nearestInMap(value: number): number {
  let low = 0;
  let high = DYNAMIC_MAP.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (DYNAMIC_MAP[middle]! <= value) low = middle;
    else high = middle;
  }
  return value - DYNAMIC_MAP[low]! <= DYNAMIC_MAP[high]! - value ? low : high;
}
