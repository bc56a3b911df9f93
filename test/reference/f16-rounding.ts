import { hash32 } from '../../src/base/random.ts';
import { decodeFloat16, encodeFloat16 } from '../../src/base/float16.ts';
import type { Round } from './simulated-decode.ts';

/** The f16 next to a finite one: `step` 1 away from zero, −1 towards it. */
const beside = (value: number, step: 1 | -1): number => decodeFloat16(encodeFloat16(value) + step);

/** Away from zero. */
const outwards: Round = (exact) => {
  const near = decodeFloat16(encodeFloat16(exact));
  return Math.abs(near) >= Math.abs(exact) ? near : exact < 0 ? -beside(-near, 1) : beside(near, 1);
};

/** Towards zero. */
const inwards: Round = (exact) => {
  const near = decodeFloat16(encodeFloat16(exact));
  return Math.abs(near) <= Math.abs(exact) ? near : beside(near, -1);
};

/** Ways to round to f16 that WGSL allows, each fresh for every use; the last flushes subnormals. */
export const HALF_ROUNDINGS: Readonly<Record<string, (seed: number) => Round>> = {
  'to the nearest': () => (exact) => decodeFloat16(encodeFloat16(exact)),
  outwards: () => outwards,
  inwards: () => inwards,
  'to either neighbour': (seed) => {
    let drawn = 0;
    return (exact) => (hash32(seed, drawn++) & 1 ? outwards(exact) : inwards(exact));
  },
  'to zero below 2⁻¹⁴': () => (exact) => (Math.abs(exact) < 2 ** -14 ? 0 : inwards(exact)),
};
