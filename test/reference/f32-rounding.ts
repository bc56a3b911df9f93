import { hash32 } from '../../src/base/random.ts';
import type { Round } from './simulated-decode.ts';

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** The next f32 above a finite one. */
export function nextUp(value: number): number {
  float[0] = value;
  if (value === 0) return 2 ** -149;
  bits[0]! += value > 0 ? 1 : -1;
  return float[0];
}

const nextDown = (value: number): number => -nextUp(-value);

/** Towards +∞. */
export const upwards: Round = (exact) => {
  const near = Math.fround(exact);
  return near >= exact ? near : nextUp(near);
};

/** Towards −∞. */
export const downwards: Round = (exact) => {
  const near = Math.fround(exact);
  return near <= exact ? near : nextDown(near);
};

/** Towards 0. */
export const towardsZero: Round = (exact) => (exact > 0 ? downwards(exact) : upwards(exact));

/** Away from 0. */
const awayFromZero: Round = (exact) => (exact > 0 ? upwards(exact) : downwards(exact));

/** To either neighbour, by lot: the most that WGSL's "correctly rounded" allows. */
const eitherWay = (seed: number): Round => {
  let drawn = 0;
  return (exact) => (hash32(seed, drawn++) & 1 ? upwards(exact) : downwards(exact));
};

/** Ways to round, each fresh for every use. */
export const ROUNDINGS: Readonly<Record<string, (seed: number) => Round>> = {
  'to the nearest': () => Math.fround,
  upwards: () => upwards,
  downwards: () => downwards,
  'towards zero': () => towardsZero,
  'away from zero': () => awayFromZero,
  'to either neighbour': eitherWay,
};
