import { expect, test } from 'vitest';
import type { SweepOutcome } from '../../src/lab/sweep.ts';
import { pointsTable } from '../../src/ui/points-table.ts';
import { endedResult, okResult } from './fake-lab.ts';

const right = okResult();
const near = {
  ...right,
  timing: { ...right.timing!, cache: 'cold' as const },
  derived: {
    ...right.derived!,
    percentOfPeak: { value: 62.51, kind: 'modelled' as const },
    boundBy: 'cache',
  },
};
const POINTS: readonly SweepOutcome[] = [
  { at: { m: '1' }, outcome: right },
  { at: { m: '2' }, outcome: endedResult('unsupported', 'WX is 4096') },
  { at: { m: '3' }, outcome: { rejected: 'm is 3000000' } },
];

test('points of a sweep show each time with its cache', () => {
  expect(pointsTable(POINTS)).toEqual({
    head: ['point', 'status', 'time [95 % interval] and cache', 'arithmetic', 'kernel'],
    rows: [
      ['m=1', 'right', '312 µs [312, 313] hot', '5.04 GFLOP/s', 'gemv'],
      ['m=2', 'rejected', '', '', ''],
      ['m=3', 'rejected', '', '', ''],
    ],
  });
});

test('points of a sweep show how near they came to their roofs where peaks are known', () => {
  const { head, rows } = pointsTable([...POINTS, { at: { m: '4' }, outcome: near }]);
  expect(head.at(-1)).toBe('of its roof');
  expect(rows.map((row) => [row.length, row.at(-1)])).toEqual([
    [6, ''],
    [6, ''],
    [6, ''],
    [6, '62.5 % of cache'],
  ]);
  expect(rows[3]![2]).toBe('312 µs [312, 313] cold');
});
