import type { Comparison } from '../io/record.ts';
import { compareTimes } from './compare-times.ts';
import type { RoundTimes } from './round-times.ts';
import { tieGroups } from './tie-groups.ts';

/** One experiment's part in a comparison. */
export interface Contestant {
  /** Its place among the results of the record. */
  readonly index: number;
  readonly times: RoundTimes;
  /** The timer's step ÷ the dispatches of a sample [ns]. */
  readonly resolutionNs: number;
}

/**
 * Judges each of several experiments, measured in the same rounds, against the first. Among more than two, `tieGroup` tells
 * how many groups slower than the first's a group is; 0 for those that cannot be told from it, negative for faster ones.
 */
export function compareAll(contestants: readonly Contestant[]): readonly Comparison[] {
  const timed = contestants.filter(({ times }) => times.some((time) => time !== undefined));
  const [first, ...others] = timed;
  if (!first || first !== contestants[0]) return [];
  const groups = others.length > 1 ? tieGroups(timed) : undefined;
  return others.flatMap(({ index, times, resolutionNs }, i) => {
    const comparison = compareTimes(first.times, times, { a: first.resolutionNs, b: resolutionNs });
    const tieGroup = groups && { tieGroup: groups[i + 1]! - groups[0]! };
    return comparison ? [{ a: first.index, b: index, ...comparison, ...tieGroup }] : [];
  });
}
