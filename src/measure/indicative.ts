import type { Timing } from '../io/record.ts';

/** How two times that were not taken side by side compare; it is no verdict. */
export interface Indication {
  /** Time of b ÷ time of a. */
  readonly ratio: number;
  /** What the ratio may be if each lies anywhere in its own interval. */
  readonly low: number;
  readonly high: number;
}

/**
 * Compares two times of different runs or machines. Between them lie other clocks, drivers and heat, of which no interval
 * knows: so this indicates, and never says faster or slower.
 */
export const indicate = (a: Timing, b: Timing): Indication => ({
  ratio: b.medianNs / a.medianNs,
  low: b.ciLowNs / a.ciHighNs,
  high: b.ciHighNs / a.ciLowNs,
});
