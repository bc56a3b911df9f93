/** The smallest positive normal f32: what WGSL may flush to zero is below it. */
export const FLOAT32_MIN_NORMAL = 2 ** -126;

/** The largest finite f32. */
export const FLOAT32_MAX = (2 - 2 ** -23) * 2 ** 127;

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The bit pattern of a number rounded to f32. */
export function float32Bits(value: number): number {
  float[0] = value;
  return word[0]!;
}

/** `value`, or 0 where it is a subnormal f32: what decoding gives on every device. */
export const flushSubnormal = (value: number): number => (Math.abs(value) < FLOAT32_MIN_NORMAL ? 0 : value);

/** The value of a bfloat16 bit pattern; exact, a subnormal is 0. */
export function decodeBfloat16(bits: number): number {
  word[0] = bits << 16;
  return flushSubnormal(float[0]!);
}

/** The bfloat16 bit pattern nearest to a finite value, ties to even; the value is rounded to f32 first. */
export function encodeBfloat16(value: number): number {
  float[0] = value;
  const bits = word[0]!;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}
