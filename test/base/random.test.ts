import { describe, expect, test } from 'vitest';
import { hash32, normal, uniform, uniformInteger } from '../../src/base/random.ts';

/** PCG-RXS-M-XS 32 as the paper prints it, in exact integers. */
function pcg(input: bigint): bigint {
  const word = (value: bigint): bigint => value & 0xffffffffn;
  const state = word(input * 747796405n + 2891336453n);
  const mixed = word(((state >> ((state >> 28n) + 4n)) ^ state) * 277803737n);
  return (mixed >> 22n) ^ mixed;
}

const COUNT = 1 << 16;
const SEEDS = [0, 1, 2, 0xffffffff];

/** χ² of `buckets` equally likely buckets, as standard deviations from its mean. */
function chiSquareSigmas(values: readonly number[], buckets: number): number {
  const counts = new Float64Array(buckets);
  for (const value of values) counts[Math.floor(value * buckets)]!++;
  const expected = values.length / buckets;
  const chi2 = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return (chi2 - (buckets - 1)) / Math.sqrt(2 * (buckets - 1));
}

const draw = (seed: number): number[] => Array.from({ length: COUNT }, (_, i) => uniform(seed, i));

function moments(values: readonly number[]): {
  mean: number;
  variance: number;
  skew: number;
  kurtosis: number;
} {
  const power = (p: number, mean: number): number =>
    values.reduce((sum, value) => sum + (value - mean) ** p, 0) / values.length;
  const mean = power(1, 0);
  const variance = power(2, mean);
  return { mean, variance, skew: power(3, mean) / variance ** 1.5, kurtosis: power(4, mean) / variance ** 2 };
}

describe('hash32', () => {
  test('it is the published function in exact integers', () => {
    for (const seed of SEEDS) {
      for (const counter of [0, 1, 77, 0x7fffffff, 0xffffffff]) {
        expect(hash32(seed, counter)).toBe(Number(pcg(pcg(BigInt(seed)) ^ BigInt(counter))));
      }
    }
  });

  test('it takes counters to distinct words', () => {
    expect(new Set(Array.from({ length: COUNT }, (_, i) => hash32(7, i))).size).toBe(COUNT);
  });
});

describe.each(SEEDS)('with seed %i', (seed) => {
  test('uniform numbers fill 256 buckets evenly', () => {
    expect(Math.abs(chiSquareSigmas(draw(seed), 256))).toBeLessThan(5);
  });

  test('neighbouring counters are independent', () => {
    const values = draw(seed);
    const pairs = values.slice(1).map((value, i) => (Math.floor(values[i]! * 16) + value) / 16);
    expect(Math.abs(chiSquareSigmas(pairs, 256))).toBeLessThan(5);
  });

  test('the next seed is independent', () => {
    const other = draw(seed + 1);
    const pairs = draw(seed).map((value, i) => (Math.floor(value * 16) + other[i]!) / 16);
    expect(Math.abs(chiSquareSigmas(pairs, 256))).toBeLessThan(5);
  });

  test('normal numbers have the moments of a standard normal distribution', () => {
    const { mean, variance, skew, kurtosis } = moments(
      Array.from({ length: COUNT }, (_, i) => normal(seed, i)),
    );
    // Five standard errors of each: 1, √2, √6 and √24 over √COUNT.
    const error = 5 / Math.sqrt(COUNT);
    expect(Math.abs(mean)).toBeLessThan(error);
    expect(Math.abs(variance - 1)).toBeLessThan(error * Math.SQRT2);
    expect(Math.abs(skew)).toBeLessThan(error * Math.sqrt(6));
    expect(Math.abs(kurtosis - 3)).toBeLessThan(error * Math.sqrt(24));
  });
});

test('the evenness check finds a generator that misses one bucket in 256', () => {
  const flawed = draw(1).map((value) => (value < 1 / 256 ? value + 0.5 : value));
  expect(chiSquareSigmas(flawed, 256)).toBeGreaterThan(5);
});

test('uniform numbers are in [0, 1) and exact in f32', () => {
  for (const value of draw(3)) {
    expect(value >= 0 && value < 1 && Math.fround(value) === value).toBe(true);
  }
});

test('random integers reach both ends and nothing beyond, evenly', () => {
  const values = Array.from({ length: 9000 }, (_, i) => uniformInteger(5, i, -4, 4));
  expect([...new Set(values)].sort((a, b) => a - b)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 4]);
  expect(
    Math.abs(
      chiSquareSigmas(
        values.map((value) => (value + 4.5) / 9),
        9,
      ),
    ),
  ).toBeLessThan(5);
});
