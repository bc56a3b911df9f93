import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FULL_CHECK_LIMIT, planCheck } from '../../src/reference/check-plan.ts';

describe('planCheck', () => {
  it('recomputes everything up to the limit and samples above it', () => {
    expect(planCheck({ M: 1024, N: 1024, K: 1024 }, 'bound', 2).mode).toBe('full');
    expect(planCheck({ M: 1024, N: 1024, K: 1025 }, 'bound', 2).mode).toBe('sampled');
    expect(1024 ** 3).toBe(FULL_CHECK_LIMIT);
  });

  it('recomputes everything where a sampled check would recompute every row', () => {
    expect(planCheck({ M: 64, N: 8192, K: 8192 }, 'bound', 2)).toMatchObject({
      mode: 'full',
      recheckedRows: 0,
    });
    expect(planCheck({ M: 65, N: 8192, K: 8192 }, 'bound', 2)).toMatchObject({
      mode: 'sampled',
      recheckedRows: 64,
    });
    expect(planCheck({ M: 64, N: 8192, K: 8192 }, 'exact', 2).mode).toBe('sampled');
  });

  it('shares out the columns of a product with few rows, and the rows of any other', () => {
    expect(planCheck({ M: 1, N: 1001, K: 512 }, 'bound', 2)).toMatchObject({
      split: 'columns',
      ranges: [
        [0, 501],
        [501, 500],
      ],
    });
    expect(planCheck({ M: 512, N: 1001, K: 512 }, 'bound', 2)).toMatchObject({
      split: 'rows',
      ranges: [
        [0, 1001],
        [0, 1001],
      ],
    });
  });

  it('always covers each column, with copies of at most 2 MiB (or one row or column)', () => {
    const size = fc.integer({ min: 1, max: 2 ** 20 });
    fc.assert(
      fc.property(
        size,
        size,
        size,
        fc.constantFrom('bound', 'exact'),
        fc.integer({ min: 1, max: 9 }),
        (M, N, K, judge, n) => {
          const plan = planCheck({ M, N, K }, judge, n);
          expect(plan.ranges.length).toBeGreaterThanOrEqual(1);
          expect(plan.ranges.length).toBeLessThanOrEqual(n);
          let covered = 0;
          for (const [first, count] of plan.ranges) {
            expect(count).toBeGreaterThan(0);
            expect(first).toBe(plan.split === 'columns' ? covered : 0);
            covered = first + count;
            expect(plan.rowsPerBlock === 1 || plan.rowsPerBlock * Math.max(K, count) * 4 <= 2 ** 20).toBe(
              true,
            );
          }
          expect(covered).toBe(N);
          expect(plan.columnsPerSlice === 1 || plan.columnsPerSlice * K <= 2 ** 20).toBe(true);
        },
      ),
    );
  });
});
