import { holm } from './holm.ts';
import { FEWEST_PAIRS } from './judge-ratio.ts';
import { marginOf } from './margin.ts';
import { RatioEvidence } from './ratio-evidence.ts';
import { pairRounds } from './round-pairs.ts';
import type { RoundTimes } from './round-times.ts';
import { median } from './statistics.ts';

/** What is sorted: one variant's part in rounds. */
export interface Series {
  /** At least one is there. */
  readonly times: RoundTimes;
  /** The smallest difference that the timer shows between two of them [ns per dispatch]. */
  readonly resolutionNs: number;
}

/** The chance, for all pairs together, that two of equal speed are told apart. */
const ALPHA = 0.05;

/**
 * Sorts variants measured in the same rounds into groups of those that cannot be told apart: each pair is put to the test
 * whether its ratio lies within its margin and the half steps of the timer, with Holm's correction for the number of pairs. From the
 * fastest on, a variant joins the group while it cannot be told from the group's fastest.
 *
 * @returns the group of each variant, in the order given, 0 for the fastest.
 */
export function tieGroups(series: readonly Series[]): readonly number[] {
  const differs = pairsThatDiffer(series);
  const medians = series.map(({ times }) => median(times.filter((time) => time !== undefined)));
  const fastestFirst = series.map((_, i) => i).sort((i, j) => medians[i]! - medians[j]!);
  const groups = series.map(() => 0);
  let [leader = 0] = fastestFirst;
  let group = 0;
  for (const i of fastestFirst) {
    if (differs.has(pairKey(leader, i))) {
      leader = i;
      group++;
    }
    groups[i] = group;
  }
  return groups;
}

function pairsThatDiffer(series: readonly Series[]): ReadonlySet<string> {
  const pairs = series.flatMap((a, i) =>
    series.slice(i + 1).map((b, offset) => ({ key: pairKey(i, i + 1 + offset), p: pValue(a, b) })),
  );
  const rejected = holm(
    pairs.map(({ p }) => p),
    ALPHA,
  );
  return new Set(pairs.flatMap(({ key }, i) => (rejected[i] ? [key] : [])));
}

/** Of two variants whose ratio lies within its margin, 1 where too few rounds have both. */
function pValue(a: Series, b: Series): number {
  const { logRatios, blur } = pairRounds(a.times, b.times, { a: a.resolutionNs, b: b.resolutionNs });
  if (logRatios.length < FEWEST_PAIRS) return 1;
  const evidence = new RatioEvidence(logRatios);
  return evidence.pValue(marginOf(evidence.noise) + blur);
}

const pairKey = (i: number, j: number): string => `${Math.min(i, j)},${Math.max(i, j)}`;
