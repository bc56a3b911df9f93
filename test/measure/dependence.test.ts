import { describe, expect, test } from 'vitest';
import { SCORES, varianceInflation } from '../../src/measure/dependence.ts';
import { median } from '../../src/measure/statistics.ts';
import { autoregression } from './series.ts';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean inflation over some series. */
const inflation = (
  draw: (seed: number) => readonly number[],
  score: (typeof SCORES)[keyof typeof SCORES],
): number => mean(Array.from({ length: 60 }, (_, seed) => varianceInflation(draw(seed), score)));

describe('the inflation of variance', () => {
  test('of an autoregression of 0.7 is that of the medians of such series', () => {
    // Of 2,000 series of 400: the variance of their medians × 400, against that of independent ones, π/2.
    const medians = Array.from({ length: 2000 }, (_, seed) =>
      median(autoregression(0.7, 50_000 + seed, 400)),
    );
    const seen = (mean(medians.map((value) => value ** 2)) * 400) / (Math.PI / 2);
    const found = inflation((seed) => autoregression(0.7, seed, 400), SCORES.sign);
    expect(found / seen).toBeGreaterThan(0.9);
    expect(found / seen).toBeLessThan(1.25);
  });

  test('is for rank sums nearly that of a mean, (1 + 0.7) ÷ (1 − 0.7)', () => {
    const found = inflation((seed) => autoregression(0.7, seed, 400), SCORES.rank);
    expect(found).toBeGreaterThan(0.9 * 5.5);
    expect(found).toBeLessThan(1.2 * 5.5);
  });

  test('of independent samples is little more than 1, and of samples that alternate 1', () => {
    expect(inflation((seed) => autoregression(0, seed, 40), SCORES.sign)).toBeLessThan(1.25);
    expect(inflation((seed) => autoregression(-0.5, seed, 40), SCORES.sign)).toBeLessThan(1.02);
    expect(varianceInflation(new Array<number>(40).fill(5), SCORES.rank)).toBe(1);
  });

  test('sees what outliers would hide from a correlation of the samples themselves', () => {
    const spiky = (seed: number): number[] =>
      autoregression(0.7, seed, 100).map((value, i) => (i % 25 === 7 ? value + 1000 : value));
    expect(inflation(spiky, SCORES.rank)).toBeGreaterThan(3);
  });

  test('sees slow changes under noise that is independent, of which neighbours tell little', () => {
    const mixed = (seed: number): number[] => {
      const slow = autoregression(0.95, 2 * seed, 400);
      return autoregression(0, 2 * seed + 1, 400).map((value, i) => value + slow[i]!);
    };
    // Half of the variance is slow: 1 + 2 · ½ · 0.95/0.05 = 20; an autoregression of neighbours' 0.475 is 2.8.
    expect(inflation(mixed, SCORES.rank)).toBeGreaterThan(8);
  });
});
