import { floorLog2, roundSteps, type Tie } from './small-float.ts';

/**
 * Pychop's LightChop: a float whose highest exponent is reserved, as in IEEE 754. What has that exponent before rounding
 * becomes 0, what is beyond it becomes infinite, and a value may round up into it.
 *
 * @param tie `even` is rounding mode 1; modes 7 and 8, called ties to zero and away, go `down` and `up`.
 */
export function lightChop(value: number, exponentBits: number, mantissaBits: number, tie: Tie): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const bias = 2 ** (exponentBits - 1) - 1;
  const reserved = 2 ** exponentBits - 1;
  const magnitude = Math.abs(value);
  const exponent = Math.max(floorLog2(magnitude), 1 - bias);
  if (exponent + bias === reserved) return 0;
  if (exponent + bias > reserved) return Math.sign(value) * Infinity;
  const step = 2 ** (exponent - mantissaBits);
  return Math.sign(value) * roundSteps(magnitude / step, tie, value < 0) * step;
}
