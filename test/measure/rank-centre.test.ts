import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RankCentre } from '../../src/measure/rank-centre.ts';
import { autoregression } from './series.ts';

/** Whole numbers with ties, which are as far from halves as they seem. */
const values = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 25 });

/** The statistic by its definition: equally far values have the mean of the scores of their ranks. */
function statistic(drawn: readonly number[], theta: number): number {
  const score = (rank: number): number => Math.min(rank, 0.6 * (drawn.length + 1));
  return drawn.reduce((sum, value) => {
    const distance = Math.abs(value - theta);
    const nearer = drawn.filter((other) => Math.abs(other - theta) < distance).length;
    const alike = drawn.filter((other) => Math.abs(other - theta) === distance).length;
    const scores = Array.from({ length: alike }, (_, i) => score(nearer + 1 + i));
    return sum + (Math.sign(value - theta) * scores.reduce((a, b) => a + b)) / alike;
  }, 0);
}

describe('the middle by ranks', () => {
  test('departs from θ by its statistic', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -70, max: 70 }), (drawn, twice) => {
        const theta = Math.min(Math.max(twice / 2, Math.min(...drawn)), Math.max(...drawn));
        expect(new RankCentre(drawn).departure(theta)).toBeCloseTo(statistic(drawn, theta), 9);
      }),
    );
  });

  test('is where the statistic changes sign, and lies as low among values as high among their negatives', () => {
    fc.assert(
      fc.property(values, (drawn) => {
        const { centre } = new RankCentre(drawn);
        expect(statistic(drawn, centre - 1e-6)).toBeGreaterThan(-1e-9);
        expect(statistic(drawn, centre + 1e-6)).toBeLessThan(1e-9);
        expect(new RankCentre(drawn.map((value) => -value)).centre).toBeCloseTo(-centre, 9);
      }),
    );
  });

  test('is, by hand, that of values that lie alike to either side', () => {
    expect(new RankCentre([-9, -2, -1, 0, 1, 2, 9]).centre).toBeCloseTo(0, 9);
    expect(new RankCentre([4]).centre).toBe(4);
    expect(new RankCentre([4, 6]).centre).toBeCloseTo(5, 9);
  });

  test('has a deviation that the statistic has over all signs', () => {
    // Of 10 values each distance may lie to either side: the mean of the squares over all 1,024 ways.
    const distances = Array.from({ length: 10 }, (_, i) => i + 1);
    let squares = 0;
    for (let way = 0; way < 1024; way++) {
      const drawn = distances.map((distance, i) => (((way >> i) & 1) === 0 ? distance : -distance));
      squares += statistic(drawn, 0) ** 2;
    }
    expect(new RankCentre(distances).deviation).toBeCloseTo(Math.sqrt(squares / 1024), 9);
  });

  test('lies within what the statistic allows', () => {
    const drawn = autoregression(0, 4, 50);
    const { low, high } = new RankCentre(drawn).within(250);
    for (const [inside, outside] of [
      [low + 1e-9, low - 1e-9],
      [high - 1e-9, high + 1e-9],
    ] as const) {
      expect(Math.abs(statistic(drawn, inside))).toBeLessThanOrEqual(250);
      expect(Math.abs(statistic(drawn, outside))).toBeGreaterThan(250);
    }
  });

  test('may lie beyond the values where more than all scores are allowed, in proportion to their distance', () => {
    const skewed = new RankCentre([0, 1, 2, 3, 10]);
    // Scores of 1, 2, 3, 3.6 and 3.6.
    const all = 13.2;
    const { low, high } = skewed.within(2 * all);
    expect(low).toBeCloseTo(skewed.centre - 2 * skewed.centre, 9);
    expect(high).toBeCloseTo(skewed.centre + 2 * (10 - skewed.centre), 9);
    expect(skewed.departure(low)).toBeCloseTo(2 * all, 9);
    expect(skewed.departure(high)).toBeCloseTo(-2 * all, 9);
  });

  test('of equal values is that value, and anything else is infinitely far', () => {
    const still = new RankCentre([7, 7, 7]);
    expect(still.centre).toBe(7);
    expect(still.within(1e9)).toEqual({ low: 7, high: 7 });
    expect([still.departure(6.999), still.departure(7), still.departure(7.001)]).toEqual([
      Infinity,
      0,
      -Infinity,
    ]);
  });

  test('needs of normal noise 16 % more values than a mean', () => {
    // The variance of the middle of 100 is that of a mean of 100 ÷ 1.16, 1/86, by the integral of the scores against normal ones.
    const TRIALS = 1000;
    let squares = 0;
    for (let trial = 0; trial < TRIALS; trial++)
      squares += new RankCentre(autoregression(0, trial, 100)).centre ** 2;
    expect((squares / TRIALS) * 86).toBeGreaterThan(0.9);
    expect((squares / TRIALS) * 86).toBeLessThan(1.1);
  });
});
