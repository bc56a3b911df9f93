import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import type { Axis } from '../../src/lab/axes.ts';
import type { SweepOutcome } from '../../src/lab/sweep.ts';
import { type HeatGrid, heatGrid } from '../../src/ui/sweep-heat.ts';
import { endedResult, okResult, wrongResult } from './fake-lab.ts';

const M: Axis = { name: 'm', values: ['1', '2'] };
const BN: Axis = { name: 'BN', values: ['8', '16', '32'] };
const FORMAT: Axis = { name: 'format', values: ['int4'] };
const SEED: Axis = { name: 'seed', values: ['1', '2'] };

/** A right point. */
const timed = (at: SweepOutcome['at'], medianNs: number): SweepOutcome => {
  const right = okResult();
  return { at, outcome: { ...right, timing: { ...right.timing!, medianNs } } };
};
const marks = ({ cells }: HeatGrid): readonly (readonly unknown[])[] =>
  cells.map((row) => row.map(({ status, ns }) => (status === 'ok' ? ns : status)));

describe('the table of a sweep', () => {
  test('has the first axis that varies down and the second across, whatever the order of points', () => {
    const grid = heatGrid(
      [M, FORMAT, BN],
      [
        timed({ m: '2', format: 'int4', BN: '16' }, 216),
        timed({ m: '1', format: 'int4', BN: '8' }, 108),
        timed({ m: '1', format: 'int4', BN: '16' }, 116),
        { at: { m: '2', format: 'int4', BN: '8' }, outcome: { rejected: 'BN is small' } },
        {
          at: { m: '1', format: 'int4', BN: '32' },
          outcome: endedResult('failed', 'device lost', DEFAULT_SPEC),
        },
      ],
    )!;
    expect([grid.rows.name, grid.columns.name, grid.others]).toEqual(['m', 'BN', []]);
    // The last point was never reached.
    expect(marks(grid)).toEqual([
      [108, 116, 'failed'],
      ['unsupported', 216, undefined],
    ]);
    expect(grid.cells[1]![0]!.reason).toBe('BN is small');
    expect(grid.cells[0]![2]!.reason).toBe('device lost');
    expect(grid.cells[0]![0]!.reason).toBe('');
  });

  test('holds the least time over further axes, and hides no wrong result behind a right one', () => {
    const grid = heatGrid(
      [M, BN, SEED],
      [
        timed({ m: '1', BN: '8', seed: '1' }, 30),
        timed({ m: '1', BN: '8', seed: '2' }, 20),
        timed({ m: '1', BN: '16', seed: '1' }, 10),
        { at: { m: '1', BN: '16', seed: '2' }, outcome: wrongResult() },
        { at: { m: '2', BN: '8', seed: '1' }, outcome: { rejected: 'no plan' } },
        timed({ m: '2', BN: '8', seed: '2' }, 40),
      ],
    )!;
    expect(grid.others).toEqual([SEED]);
    expect(marks(grid)).toEqual([
      [20, 'wrong', undefined],
      [40, undefined, undefined],
    ]);
    expect(grid.cells[0]![1]!.ns).toBe(Infinity);
  });

  test('is none where fewer than two axes vary', () => {
    expect(heatGrid([M, FORMAT], [])).toBeUndefined();
    expect(heatGrid([FORMAT], [])).toBeUndefined();
  });
});
