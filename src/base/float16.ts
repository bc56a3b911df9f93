const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);
/** Steps of binary16 in 1 for each exponent −14 … 15: 2^(10 − exponent). */
const STEPS_PER_UNIT = Float64Array.from({ length: 30 }, (_, i) => 2 ** (24 - i));

/** The largest finite binary16 value. */
export const FLOAT16_MAX = 65504;
/** The smallest positive normal binary16 value. */
export const FLOAT16_MIN_NORMAL = 2 ** -14;

/**
 * The value of a binary16 bit pattern, subnormals, infinities and NaN included; exact.
 *
 * @param bits the low 16 bits are read.
 */
export function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/**
 * The binary16 bit pattern nearest to `value`, ties to even; beyond the range ±Infinity, as IEEE 754 has it.
 *
 * @param value an f32 or f64 value; an f64 is rounded once, straight to binary16.
 */
export function encodeFloat16(value: number): number {
  float[0] = value;
  const word = floatBits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  // Where rounding to f32 carries into the next exponent, steps is 1024 of that exponent: the same value.
  const exponent = Math.max(((word >>> 23) & 0xff) - 127, -14);
  const steps = roundHalfToEven(magnitude * STEPS_PER_UNIT[exponent + 14]!);
  // steps is 1024..2048 for a normal number and 0..1024 for a subnormal one; a carry into the exponent adds up by itself.
  return sign | (((exponent + 14) << 10) + steps);
}

/** The integer nearest to `value`, ties to the even one. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** `value` rounded to binary16 and back. */
export const roundToFloat16 = (value: number): number => decodeFloat16(encodeFloat16(value));
