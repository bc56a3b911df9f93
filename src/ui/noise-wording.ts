import type { Comparison } from '../io/record.ts';
import { formatPercent, significant } from './figures.ts';

/** What comparing an experiment with itself says: the difference that noise alone makes, and from where on one is called. */
export function wordNoiseFloor({ ciLow, ciHigh, marginPct }: Comparison): string {
  const floor = Math.max(Math.abs(Math.log(ciLow)), Math.abs(Math.log(ciHigh)));
  return `Noise floor: ${formatPercent(Math.expm1(floor))}; a difference is called one beyond ${significant(marginPct)} %.`;
}
