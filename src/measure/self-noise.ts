import { hash32 } from '../base/random.ts';
import { pairLogRatios } from './pair-log-ratios.ts';
import type { RoundTimes } from './round-times.ts';
import { median } from './statistics.ts';

/** Ways of dealing the rounds to two halves that are looked at. */
const DEALS = 128;

/**
 * How far a variant seems to differ from itself: one round of every two neighbours against the other, dealt out at random
 * many times over. The differences of neighbours hold what pairing leaves of drift, and what order does.
 *
 * @returns the root mean square of the median differences, as a share; 0 for fewer than two rounds.
 */
export function selfNoise(times: RoundTimes): number {
  const even = times.filter((_, round) => round % 2 === 0);
  const odd = times.filter((_, round) => round % 2 === 1);
  const logRatios = pairLogRatios(odd, even);
  if (logRatios.length === 0) return 0;
  const dealt = new Array<number>(logRatios.length);
  let squares = 0;
  for (let deal = 0; deal < DEALS; deal++) {
    for (let i = 0; i < logRatios.length; i++) {
      dealt[i] = hash32(deal, i) >>> 31 === 0 ? logRatios[i]! : -logRatios[i]!;
    }
    squares += median(dealt) ** 2;
  }
  return Math.expm1(Math.sqrt(squares / DEALS));
}
