/**
 * What the all-ones exponent of a small float means: `finite` ordinary numbers (E2M1, E3M2 …), `ieee` infinities and NaNs
 * (E5M2), `nan` NaN in the one code whose mantissa is all ones as well (OCP E4M3).
 */
export type TopExponent = 'finite' | 'ieee' | 'nan';

/** A sign bit, exponent bits and mantissa bits, with subnormals; the sign is the top bit. */
export interface FloatElement {
  readonly kind: 'float';
  /** 1 + exponentBits + mantissaBits. */
  readonly bits: number;
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  readonly top: TopExponent;
  /** Whether values beyond the largest finite one become it; else infinity or NaN, where the element has them. */
  readonly saturates: boolean;
}

/** Exponent and mantissa without sign, which is how unsigned scales are stored. */
export type SmallFloat = Pick<FloatElement, 'exponentBits' | 'mantissaBits' | 'bias' | 'top'>;

/**
 * The value of a code; exact.
 *
 * @param code the sign bit above exponent and mantissa.
 */
export function decodeSmallFloat(format: SmallFloat, code: number): number {
  const { exponentBits: e, mantissaBits: m, bias, top } = format;
  const mantissa = code & (2 ** m - 1);
  const exponent = (code >> m) & (2 ** e - 1);
  const sign = (code >> (e + m)) & 1 ? -1 : 1;
  if (exponent === 2 ** e - 1) {
    if (top === 'ieee') return mantissa === 0 ? sign * Infinity : NaN;
    if (top === 'nan' && mantissa === 2 ** m - 1) return NaN;
  }
  if (exponent === 0) return sign * mantissa * 2 ** (1 - bias - m);
  return sign * (1 + mantissa / 2 ** m) * 2 ** (exponent - bias);
}

/** The code of the largest finite value; the codes below it, from 0 on, ascend in value. */
export function largestFiniteCode({ exponentBits: e, mantissaBits: m, top }: SmallFloat): number {
  const all = 2 ** (e + m) - 1;
  if (top === 'finite') return all;
  return top === 'nan' ? all - 1 : all - 2 ** m;
}

/** The code above every finite one, without sign: infinity, or NaN where there is no infinity; undefined where neither is. */
function overflowCode(format: SmallFloat): number | undefined {
  return format.top === 'finite' ? undefined : largestFiniteCode(format) + 1;
}

/**
 * The code of the nearest value, ties to the even code, as OCP and IEEE 754 have it; beyond the largest value by half a step
 * or more, the largest finite value or, for an element that does not saturate, infinity or NaN. NaN becomes the NaN
 * code, or the largest value of a positive sign where there is none.
 *
 * @param value an f32 or f64 value, rounded once.
 */
export function encodeSmallFloat(element: FloatElement, value: number): number {
  const sign = (value < 0 || Object.is(value, -0) ? 1 : 0) << (element.exponentBits + element.mantissaBits);
  const largest = largestFiniteCode(element);
  if (Number.isNaN(value)) {
    return element.top === 'finite' ? largest : 2 ** (element.exponentBits + element.mantissaBits) - 1;
  }
  const code = roundToCode(element, Math.abs(value));
  if (code <= largest) return sign | code;
  return sign | (element.saturates ? largest : (overflowCode(element) ?? largest));
}

/**
 * The code nearest to a magnitude if the exponent went on without end, ties to the even code; beyond the finite codes it
 * says by how much a value overflows.
 */
export function roundToCode({ mantissaBits: m, bias }: SmallFloat, magnitude: number): number {
  if (magnitude === Infinity) return Infinity;
  if (magnitude === 0) return 0;
  const exponent = Math.max(floorLog2(magnitude), 1 - bias);
  const steps = magnitude * 2 ** (m - exponent);
  const floor = Math.floor(steps);
  const rest = steps - floor;
  // Codes of one exponent begin at an even code, so an even number of steps is an even code, also for m = 0.
  const base = (exponent + bias - 1) * 2 ** m;
  const code = base + floor;
  if (rest === 0.5) return code % 2 === 0 ? code : code + 1;
  return rest > 0.5 ? code + 1 : code;
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/** ⌊log₂ value⌋ of a positive normal f64, exact. */
export function floorLog2(value: number): number {
  float[0] = value;
  const exponent = (words[1]! >>> 20) & 0x7ff;
  return exponent === 0 ? Math.floor(Math.log2(value)) : exponent - 1023;
}
