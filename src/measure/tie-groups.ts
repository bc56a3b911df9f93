import { holm } from './holm.ts';
import { marginOf } from './margin.ts';
import { pairLogRatios } from './pair-log-ratios.ts';
import type { RoundTimes } from './round-times.ts';
import { selfNoise } from './self-noise.ts';
import { signTest } from './sign-test.ts';
import { median } from './statistics.ts';

/** The chance, for all pairs together, that two of equal speed are told apart. */
const ALPHA = 0.05;

/**
 * Sorts variants measured in the same rounds into groups of those that cannot be told apart: each pair is put to a sign test
 * against its margin, with Holm's correction for the number of pairs. From the fastest on, a variant joins the group while it
 * cannot be told from the group's fastest.
 *
 * @param series the times of each variant; each has at least one.
 * @returns the group of each variant, in the order given, 0 for the fastest.
 */
export function tieGroups(series: readonly RoundTimes[]): readonly number[] {
  const differs = pairsThatDiffer(series);
  const medians = series.map((times) => median(times.filter((time) => time !== undefined)));
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

function pairsThatDiffer(series: readonly RoundTimes[]): ReadonlySet<string> {
  const noises = series.map(selfNoise);
  const pairs = series.flatMap((a, i) =>
    series.slice(i + 1).map((b, offset) => ({
      key: pairKey(i, i + 1 + offset),
      p: signTest(pairLogRatios(a, b), Math.log1p(marginOf(noises[i]!, noises[i + 1 + offset]!))),
    })),
  );
  const rejected = holm(
    pairs.map(({ p }) => p),
    ALPHA,
  );
  return new Set(pairs.flatMap(({ key }, i) => (rejected[i] ? [key] : [])));
}

const pairKey = (i: number, j: number): string => `${Math.min(i, j)},${Math.max(i, j)}`;
