import type { Result, Timing } from '../io/record.ts';
import { formatInterval, significant } from './figures.ts';

/** A time in a cell of a table: `1.23 ms [1.20, 1.27] hot`. */
export const timeCell = (timing: Timing): string => `${formatInterval(timing)} ${timing.cache}`;

/** How near a time came to the roof that binds, in a cell: `62.5 % of memory`; empty where no peaks are known. */
export function roofCell({ derived }: Pick<Result, 'derived'>): string {
  const { percentOfPeak, boundBy } = derived ?? {};
  if (!percentOfPeak) return '';
  return `${significant(percentOfPeak.value)} %${boundBy === undefined ? '' : ` of ${boundBy}`}`;
}
