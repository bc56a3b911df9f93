import { describe, expect, test } from 'vitest';
import { normal } from '../../src/base/random.ts';
import { type Nanoseconds, nanoseconds } from '../../src/base/units.ts';
import { compareTimes, selfNoise } from '../../src/measure/compare-times.ts';

/** Times around a truth, with independent noise. */
const times = (truth: number, noise: number, seed: number, count = 40): Nanoseconds[] =>
  Array.from({ length: count }, (_, i) => nanoseconds(truth * (1 + noise * normal(seed, i))));

const verdict = (a: readonly (Nanoseconds | undefined)[], b: readonly (Nanoseconds | undefined)[]): string =>
  compareTimes(a, b, 9)!.verdict;

describe('a verdict', () => {
  test.each([
    ['FASTER', 0.9],
    ['SLOWER', 1.1],
    ['SAME', 1],
    ['SAME', 1.004],
  ])('%s where b takes %f of the time', (expected, ratio) => {
    expect(verdict(times(1000, 0.004, 1), times(1000 * ratio, 0.004, 2))).toBe(expected);
  });

  test('UNCLEAR where the noise hides the difference', () => {
    expect(verdict(times(1000, 0.2, 1), times(1015, 0.2, 2))).toBe('UNCLEAR');
  });

  test('UNCLEAR of few rounds, however clear they look', () => {
    expect(verdict(times(1000, 0, 1, 5), times(500, 0, 2, 5))).toBe('UNCLEAR');
    expect(verdict(times(1000, 0, 1, 6), times(500, 0, 2, 6))).toBe('FASTER');
  });

  test('is seldom a difference between a kernel and itself', () => {
    const verdicts = Array.from({ length: 60 }, (_, i) =>
      verdict(times(1000, 0.03, 2 * i), times(1000, 0.03, 2 * i + 1)),
    );
    expect(verdicts.filter((word) => word === 'FASTER' || word === 'SLOWER').length).toBeLessThanOrEqual(3);
  });
});

test('the ratio is the median of the ratios of the rounds, whichever rounds lack a time', () => {
  const a = [100, undefined, 100, 200, 400, 100, 100].map((time) => time && nanoseconds(time));
  const b = [110, 500, undefined, 220, 440, 110, 130].map((time) => time && nanoseconds(time));
  const comparison = compareTimes(a as Nanoseconds[], b as Nanoseconds[], 1)!;
  expect(comparison.ratio).toBeCloseTo(1.1, 12);
  expect(comparison.marginPct).toBeGreaterThanOrEqual(1);
});

test('nothing is compared where no round has both', () => {
  expect(compareTimes([nanoseconds(1), undefined], [undefined, nanoseconds(1)], 1)).toBeUndefined();
});

test('selfNoise sees a kernel that alternates', () => {
  const alternating = Array.from({ length: 20 }, (_, i) => nanoseconds(i % 2 === 0 ? 1000 : 900));
  expect(selfNoise(alternating)).toBeCloseTo(1000 / 900 - 1, 6);
  expect(selfNoise(times(1000, 0, 1))).toBe(0);
  expect(selfNoise([])).toBe(0);
});
