import { hash32, normal, uniform } from '../../src/base/random.ts';

/** Standard normal numbers, each correlated with the one before by `rho`; independent for 0. */
export function autoregression(rho: number, seed: number, length: number): number[] {
  const fresh = Math.sqrt(1 - rho ** 2);
  const values = [normal(seed, 0)];
  for (let i = 1; i < length; i++) values.push(rho * values[i - 1]! + fresh * normal(seed, i));
  return values;
}

/** A clock of 65.536 µs, read at the begin and the end of a sample of 240 dispatches that begins anywhere between two of its steps. */
const STEP = 65_536;
const DISPATCHES = 240;

/** Times of one dispatch [ns] as such a clock shows them. */
export const readCoarsely = (times: readonly number[], seed: number): number[] =>
  times.map((time, i) => {
    const begin = uniform(hash32(seed, 10), i) * STEP;
    return (Math.floor((begin + time * DISPATCHES) / STEP) * STEP) / DISPATCHES;
  });

/** The smallest difference that it shows between two times of a dispatch [ns]. */
export const COARSE_RESOLUTION = STEP / DISPATCHES;
