import { hash32 } from '../base/random.ts';

/** +1 or −1, at random: entry `index` of random vector `vector`. */
export const randomSign = (seed: number, vector: number, index: number): number =>
  hash32(seed ^ Math.imul(vector + 1, 0x9e3779b9), index) >>> 31 === 0 ? 1 : -1;
