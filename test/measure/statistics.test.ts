import fc from 'fast-check';
import * as oracle from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { median, quantile, relativeSpread, tukeyOutliers } from '../../src/measure/statistics.ts';

const samples = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('quantile', () => {
  test('agrees with simple-statistics', () => {
    fc.assert(
      fc.property(samples, fc.constantFrom(0, 0.05, 0.25, 0.5, 0.75, 0.95, 1), (values, p) => {
        expect(quantile(values, p)).toBe(oracle.quantile(values, p));
        expect(median(values)).toBeCloseTo(oracle.median(values), 6);
      }),
    );
  });

  test('of 1 … 5 and 1 … 4 is as by hand, and leaves its input as it was', () => {
    const values = [5, 1, 4, 2, 3];
    expect(median(values)).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
    expect(values).toEqual([5, 1, 4, 2, 3]);
  });
});

describe('tukeyOutliers', () => {
  test('names a spike, and nothing in a level series', () => {
    const level = [10, 11, 9, 10, 11, 10, 11, 9, 10, 10];
    expect(tukeyOutliers(level)).toEqual([]);
    expect(tukeyOutliers([...level.slice(0, 4), 30, ...level.slice(4)])).toEqual([4]);
  });
});

test('relativeSpread is the distance of the quartiles by the median', () => {
  // Quartiles of 1 … 8 by hand: 2.75 and 6.25, median 4.5.
  expect(relativeSpread([1, 2, 3, 4, 5, 6, 7, 8])).toBeCloseTo(3.5 / 4.5, 12);
});
