import { FLOAT32_MIN_NORMAL } from '../../base/float32.ts';
import { floorLog2, roundSteps, type SmallFloatGrid } from './small-float.ts';

/**
 * Tilus's cast from f32 to a float below 8 bits, decoded again: rounded to the mantissa's bits at the value's own exponent
 * (ties to even), then, where that is below the smallest normal, cut to a multiple of the smallest subnormal, and zero
 * where the exponent is too low for one. Infinities and NaN become the code of all ones, which is −max.
 */
export function tilusCast(value: number, { exponentBits, mantissaBits, bias, max }: SmallFloatGrid): number {
  if (!Number.isFinite(value)) return -max;
  const magnitude = Math.abs(Math.fround(value));
  const sign = Math.sign(value);
  if (magnitude < FLOAT32_MIN_NORMAL) return 0;
  const step = 2 ** (floorLog2(magnitude) - mantissaBits);
  const rounded = roundSteps(magnitude / step, 'even', false) * step;
  const field = floorLog2(rounded) + bias;
  if (field >= 2 ** exponentBits) return sign * max;
  if (field < 1 - mantissaBits) return 0;
  if (field > 0) return sign * rounded;
  const smallest = 2 ** (1 - bias - mantissaBits);
  return sign * Math.floor(rounded / smallest) * smallest;
}
