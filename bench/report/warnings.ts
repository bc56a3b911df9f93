import type { Result } from '../../src/io/record.ts';
import { formatTime } from '../../src/ui/figures.ts';

/** A dispatch of this length holds up everything else on the GPU [ns]. */
const SLOW_DISPATCH = 100e6;

/** What a reader should know of the conditions of results, each sentence once. */
export function warningsOf(results: readonly Result[]): string[] {
  const told = [...new Set(results.flatMap(({ warnings = [] }) => warnings))];
  const times = results.flatMap(({ timing }) => timing?.medianNs ?? []);
  const longest = Math.max(0, ...times);
  if (longest <= SLOW_DISPATCH) return told;
  const upTo = times.length > 1 ? 'up to ' : '';
  return [
    ...told,
    `One dispatch takes ${upTo}${formatTime(longest)}, and all else on the GPU waits for it: the machine may stutter meanwhile.`,
  ];
}
