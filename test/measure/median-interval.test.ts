import { describe, expect, test } from 'vitest';
import { hash32, normal, uniform } from '../../src/base/random.ts';
import { medianInterval } from '../../src/measure/median-interval.ts';
import { autoregression, COARSE_RESOLUTION, readCoarsely } from './series.ts';

const TRIALS = 4000;

/** A kind of samples: their true median, and half a step of the timer that its intervals are widened by. */
interface Kind {
  readonly draw: (seed: number, length: number) => readonly number[];
  readonly truth: number;
  readonly blur: number;
}

/** Of a draw of independent normal numbers, all transformed alike. */
const independent = (transform: (normal: number, seed: number, i: number) => number) =>
  ((seed, length) =>
    Array.from({ length }, (_, i) => transform(normal(seed, i), seed, i))) satisfies Kind['draw'];

const KINDS = {
  'log-normal': { draw: independent((z) => 1000 * Math.exp(0.1 * z)), truth: 1000, blur: 0 },
  /** Two clock rates, the faster in two rounds of three: three quarters of what runs at it lie below the median. */
  bimodal: {
    draw: independent(
      (z, seed, i) => 1000 * (1 + 0.01 * z) * (uniform(hash32(seed, 7), i) < 1 / 3 ? 1.15 : 1),
    ),
    // The upper quartile of the standard normal distribution.
    truth: 1000 * (1 + 0.01 * 0.674_489_75),
    blur: 0,
  },
  quantised: {
    draw: (seed, length) => readCoarsely(independent((z) => 37_000 * (1 + 0.01 * z))(seed, length), seed),
    truth: 37_000,
    blur: COARSE_RESOLUTION / 2,
  },
} satisfies Record<string, Kind>;

/** How often the interval held the truth, as a share, and how wide it was in the mean. */
function examine(
  { draw, truth, blur }: Kind,
  length: number,
): { readonly held: number; readonly width: number } {
  let held = 0;
  let width = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const { low, high } = medianInterval(draw(7919 * trial + length, length));
    if (low - blur <= truth && truth <= high + blur) held++;
    width += high - low;
  }
  return { held: held / TRIALS, width: width / TRIALS };
}

describe.each(Object.entries(KINDS))('of independent samples, %s, the interval', (name, kind) => {
  test.each([7, 10, 20, 40])('of %i holds the median in 93 of 100 draws', (length) => {
    expect(examine(kind, length).held).toBeGreaterThanOrEqual(0.93);
  });

  /** Mean widths of the percentile bootstrap's intervals, of 2,000 resamples, of the same draws. */
  const BOOTSTRAP = {
    'log-normal': { 20: 104.03, 40: 75.467 },
    bimodal: { 20: 94.049, 40: 63.209 },
    quantised: { 20: 387.75, 40: 286.75 },
  } as const;

  test.each([
    [20, 1.4],
    [40, 1.25],
  ] as const)('of %i is at most %f times as wide as a bootstrap’s', (length, times) => {
    const { width } = examine(kind, length);
    expect(width / BOOTSTRAP[name as keyof typeof KINDS][length]).toBeLessThanOrEqual(times);
  });
});

describe('of samples of which each resembles the one before by 0.7, the interval', () => {
  const kind = (transform = (samples: readonly number[]) => samples): Kind => ({
    draw: (seed, length) =>
      transform(autoregression(0.7, seed, length).map((z) => 1000 * Math.exp(0.05 * z))),
    truth: 1000,
    blur: 0,
  });

  test.each([
    [40, 0.9],
    [100, 0.93],
  ])('of %i holds the median in at least a share of %f of the draws', (length, share) => {
    expect(examine(kind(), length).held).toBeGreaterThanOrEqual(share);
  });

  test('would hold it in less than three quarters if it took them as independent', () => {
    // Their order is all that tells dependence.
    const sorted = kind((samples) => samples.toSorted((a, b) => scatter(a) - scatter(b)));
    expect(examine(sorted, 40).held).toBeLessThan(0.75);
  });
});

/** A number that has nothing to do with how large `sample` is. */
const scatter = (sample: number): number => hash32(1, Math.floor(sample * 1e6));

describe('the interval', () => {
  /** 1 … n, so that every low number has a high one behind it: nothing is added for dependence. */
  const alternating = (length: number): number[] =>
    Array.from({ length }, (_, i) => (i % 2 === 0 ? 1 + i / 2 : length - (i - 1) / 2));

  test.each([
    // The ranks of the sign test's intervals of at least 95 %, as tables of order statistics have them.
    [6, 1, 6],
    [7, 1, 7],
    [10, 2, 9],
    [19, 5, 15],
  ])('of 1 … %i is that of order statistics: %i to %i', (length, low, high) => {
    expect(medianInterval(alternating(length))).toMatchObject({ low, high });
  });

  test.each([
    // Chances of as few heads: 5 and 6 of 20, 2.069 and 5.766 %; 13 and 14 of 40, 1.924 and 4.035 %; 39 and 40 of 100, 1.760 and 2.844 %.
    [20, 6 + (2.5 - 2.069) / (5.766 - 2.069)],
    [40, 14 + (2.5 - 1.924) / (4.035 - 1.924)],
    [100, 40 + (2.5 - 1.76) / (2.844 - 1.76)],
  ])('of 1 … %i lies between the ranks of which one leaves out less and one more: from %f', (length, low) => {
    const found = medianInterval(alternating(length));
    expect(found.low).toBeCloseTo(low, 3);
    expect(found.high).toBeCloseTo(length + 1 - low, 3);
  });

  test('of fewer than six is their range, of one that one, and of equal ones their value', () => {
    expect(medianInterval([3, 9, 4])).toMatchObject({ low: 3, high: 9 });
    expect(medianInterval([8])).toMatchObject({ low: 8, high: 8 });
    expect(medianInterval(new Array<number>(40).fill(8))).toMatchObject({
      low: 8,
      high: 8,
      effectiveSamples: 40,
    });
  });

  test('does not say of fewer than twenty how many independent ones they are worth', () => {
    expect(medianInterval(alternating(19)).effectiveSamples).toBeUndefined();
    expect(medianInterval(alternating(20)).effectiveSamples).toBe(20);
    expect(medianInterval(autoregression(0.7, 3, 400)).effectiveSamples).toBeLessThan(400 / 3);
  });

  test('of samples that drift goes beyond them', () => {
    const { low, high } = medianInterval(Array.from({ length: 20 }, (_, i) => i));
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(19);
  });

  test('of a thousand is as narrow as the square root says', () => {
    const samples = autoregression(0, 5, 1600);
    const width = (length: number): number => {
      const { low, high } = medianInterval(samples.slice(0, length));
      return high - low;
    };
    // 2 · 1.96 · √(π/2) / √1600, times what dependence that is not there seems to add.
    expect(width(1600)).toBeGreaterThan(0.11);
    expect(width(1600)).toBeLessThan(0.15);
    expect(width(100) / width(1600)).toBeGreaterThan(2.5);
  });
});
