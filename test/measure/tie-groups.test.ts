import { describe, expect, test } from 'vitest';
import { normal } from '../../src/base/random.ts';
import { type Nanoseconds, nanoseconds } from '../../src/base/units.ts';
import { compareAll } from '../../src/measure/compare-all.ts';
import { holm } from '../../src/measure/holm.ts';
import type { RoundTimes } from '../../src/measure/round-times.ts';
import { type Series, tieGroups } from '../../src/measure/tie-groups.ts';

const times = (truth: number, seed: number, noise = 0.01, count = 40): Nanoseconds[] =>
  Array.from({ length: count }, (_, i) => nanoseconds(truth * (1 + noise * normal(seed, i))));

describe('holm', () => {
  test('steps down as its paper has it', () => {
    // 0.01 ≤ 0.05/4, 0.013 ≤ 0.05/3, 0.03 > 0.05/2: the last two stay, though 0.04 ≤ 0.05.
    expect(holm([0.04, 0.01, 0.03, 0.013], 0.05)).toEqual([false, true, false, true]);
    expect(holm([], 0.05)).toEqual([]);
  });

  test('rejects less than each test by itself would', () => {
    expect(holm([0.02, 0.03, 0.04], 0.05)).toEqual([false, false, false]);
  });
});

describe('tie groups', () => {
  const finely = (series: readonly RoundTimes[], resolutionNs = 0): Series[] =>
    series.map((of) => ({ times: of, resolutionNs }));

  test('hold what cannot be told apart, the fastest group first', () => {
    const series = [1000, 900, 1001, 899, 1100].map((truth, i) => times(truth, i));
    expect(tieGroups(finely(series))).toEqual([1, 0, 1, 0, 2]);
  });

  test('are one for eight of the same kernel, in 50 draws', () => {
    const groups = Array.from({ length: 50 }, (_, draw) =>
      tieGroups(finely(Array.from({ length: 8 }, (_, i) => times(1000, 8 * draw + i, 0.03)))),
    );
    expect(groups.filter((group) => group.some((number) => number !== 0))).toEqual([]);
  });

  test('are not told from few rounds', () => {
    expect(tieGroups(finely([times(1000, 1, 0, 4), times(2000, 2, 0, 4)]))).toEqual([0, 0]);
  });

  test('hold what the half steps of the timer may make different', () => {
    // 1.5 %, of which 1 % may be the timer’s.
    const still = [times(1000, 1, 0), times(1015, 2, 0)];
    expect(tieGroups(finely(still))).toEqual([0, 1]);
    expect(tieGroups(finely(still, 10))).toEqual([0, 0]);
  });
});

describe('comparing all with the first', () => {
  const contestant = (index: number, truth: number) => ({
    index,
    times: times(truth, index),
    resolutionNs: 0,
  });

  test('gives a verdict for each, and its group beside the first one’s', () => {
    const found = compareAll([contestant(0, 1000), contestant(2, 900), contestant(3, 1002)]);
    expect(found).toMatchObject([
      { a: 0, b: 2, verdict: 'FASTER', tieGroup: -1 },
      { a: 0, b: 3, verdict: 'SAME', tieGroup: 0 },
    ]);
  });

  test('has no groups of two, and nothing where the first has no time', () => {
    expect(compareAll([contestant(0, 1000), contestant(1, 900)])[0]).not.toHaveProperty('tieGroup');
    expect(compareAll([{ index: 0, times: [undefined], resolutionNs: 0 }, contestant(1, 900)])).toEqual([]);
  });
});
