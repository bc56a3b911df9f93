import fc from 'fast-check';
import * as oracle from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { normal } from '../../src/base/random.ts';
import {
  median,
  medianInterval,
  quantile,
  relativeHalfWidth,
  relativeSpread,
  tukeyOutliers,
} from '../../src/measure/statistics.ts';

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

describe('medianInterval', () => {
  /** 100 experiments of normal samples around 1000. */
  const draw = (experiment: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => 1000 + 20 * normal(experiment, i));

  test('holds the true median about 95 times in 100', () => {
    const held = Array.from({ length: 200 }, (_, experiment) =>
      medianInterval(draw(experiment, 25), 7),
    ).filter(({ low, high }) => low <= 1000 && 1000 <= high).length;
    expect(held).toBeGreaterThanOrEqual(180);
    expect(held).toBeLessThan(200);
  });

  test('narrows with the square root of the samples', () => {
    const width = (count: number): number => relativeHalfWidth(medianInterval(draw(3, count), 7), 1000);
    expect(width(40) / width(640)).toBeGreaterThan(2.5);
    expect(width(40) / width(640)).toBeLessThan(6.5);
  });

  test('is the same for the same seed and samples', () => {
    expect(medianInterval(draw(1, 30), 5)).toEqual(medianInterval(draw(1, 30), 5));
  });

  test('of equal samples is that sample', () => {
    expect(medianInterval([8, 8, 8, 8], 1)).toEqual({ low: 8, high: 8 });
    expect(medianInterval([8], 1)).toEqual({ low: 8, high: 8 });
  });

  test('of 1 … 21 ends where the binomial distribution says', () => {
    // The median of a resample is at most the k-th sample where at least 11 of 21 draws are: probability 1.8 % for k = 6,
    // 5.6 % for k = 7, 94.4 % for k = 14, 98.2 % for k = 15. So 2.5 % is passed at 7, and 97.5 % at 15.
    const values = Array.from({ length: 21 }, (_, i) => ((i * 8) % 21) + 1);
    expect(medianInterval(values, 7)).toEqual({ low: 7, high: 15 });
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
