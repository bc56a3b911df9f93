import { describe, expect, it } from 'vitest';
import {
  type Axes,
  type AxisValues,
  coverPairs,
  type PairCount,
  PairCounter,
} from '../../bench/covering-array.ts';

const AXES: Axes = { a: [1, 2, 3, 4], b: ['x', 'y', 'z'], c: [false, true], d: [8, 16, 32], e: [0, 1] };

const ANY = { allows: () => true };

function countPairs(axes: Axes, rows: readonly AxisValues[]): PairCount {
  const counter = new PairCounter(axes);
  for (const row of rows) counter.add(row);
  return counter.count;
}

/** Every row there is. */
function allRows(axes: Axes): AxisValues[] {
  return Object.entries(axes).reduce<AxisValues[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
}

/** The pairs of a row by names, independently of the code under test. */
function pairsOf(rows: readonly AxisValues[]): Set<string> {
  const pairs = new Set<string>();
  for (const row of rows) {
    for (const [a, av] of Object.entries(row)) {
      for (const [b, bv] of Object.entries(row))
        if (a < b) pairs.add(`${a}=${String(av)} ${b}=${String(bv)}`);
    }
  }
  return pairs;
}

/** Rows that a tile could reject: two axes together and three together. */
const allows = ({ a, b, d, e }: AxisValues): boolean =>
  !(a === 4 && b === 'z') && !(a === 1 && d === 8 && e === 1) && Number(a) * Number(d) <= 96;

describe('coverPairs', () => {
  it('covers every pair of values of every two axes', () => {
    const rows = coverPairs(AXES, [ANY], 1);
    expect(pairsOf(rows)).toEqual(pairsOf(allRows(AXES)));
  });

  it('covers exactly the pairs that brute force finds in allowed rows, with allowed rows only', () => {
    const rows = coverPairs(AXES, [{ allows }], 1);
    expect(rows.filter((row) => !allows(row))).toEqual([]);
    expect(pairsOf(rows)).toEqual(pairsOf(allRows(AXES).filter(allows)));
  });

  it('is far shorter than the product, and no shorter than the two largest axes ask for', () => {
    const rows = coverPairs(AXES, [ANY], 1);
    expect(rows.length).toBeGreaterThanOrEqual(12);
    expect(rows.length).toBeLessThanOrEqual(18);
    expect(allRows(AXES)).toHaveLength(144);
  });

  it('uses the second stage only for pairs that the first cannot have', () => {
    const dear = ({ a, d }: AxisValues): boolean => a === 4 && d === 32;
    const rows = coverPairs(AXES, [{ allows: (row) => !dear(row) }, ANY], 1);
    expect(rows.filter(dear)).toHaveLength(1);
    expect(pairsOf(rows)).toEqual(pairsOf(allRows(AXES)));
  });

  it('takes pairs that an earlier stage excluded up again', () => {
    const dear = ({ a, d }: AxisValues): boolean => a === 4 && d === 32;
    const first = { allows: (row: AxisValues) => !dear(row), excludes: dear };
    expect(pairsOf(coverPairs(AXES, [first], 1)).size).toBe(pairsOf(allRows(AXES)).size - 1);
    expect(pairsOf(coverPairs(AXES, [first, ANY], 1))).toEqual(pairsOf(allRows(AXES)));
  });

  it('gives the same rows for the same seed', () => {
    expect(coverPairs(AXES, [{ allows }], 5)).toEqual(coverPairs(AXES, [{ allows }], 5));
  });

  it.each([1, 2, 3, 4, 5, 6])('covers under a scarce constraint too, seed %i', (seed) => {
    const axes: Axes = { p: [1, 2, 3, 4, 5, 6], q: [1, 2, 3, 4, 5, 6], r: [1, 2, 3, 4, 5, 6], s: [0, 1] };
    const scarce = ({ p, q, r }: AxisValues): boolean => Number(p) * Number(q) === 2 * Number(r);
    expect(pairsOf(coverPairs(axes, [{ allows: scarce }], seed))).toEqual(
      pairsOf(allRows(axes).filter(scarce)),
    );
  });
});

describe('PairCounter', () => {
  it('counts the pairs that rows have, of all there are', () => {
    const axes: Axes = { a: [1, 2], b: [1, 2, 3], c: [0] };
    // 2·3 + 2·1 + 3·1 pairs; the two rows share only c.
    expect(
      countPairs(axes, [
        { a: 1, b: 1, c: 0 },
        { a: 2, b: 3, c: 0 },
      ]),
    ).toEqual({ covered: 6, total: 11 });
  });

  it('notices a row that is missing', () => {
    const rows = coverPairs(AXES, [ANY], 1);
    const { covered, total } = countPairs(AXES, rows.slice(1));
    expect(countPairs(AXES, rows).covered).toBe(total);
    expect(covered).toBeLessThan(total);
  });

  it('does not count values that no axis lists', () => {
    expect(countPairs({ a: [1], b: [1] }, [{ a: 2, b: 1 }])).toEqual({ covered: 0, total: 1 });
  });
});
