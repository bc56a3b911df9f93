import { describe, expect, test } from 'vitest';
import { hash32 } from '../../src/base/random.ts';
import { boundAtAnyTime, pValueAtAnyTime } from '../../src/measure/always-valid.ts';

/** The share of fair random walks that are ever, after 6 to 2,000 steps, so many standard deviations from 0. */
function everBeyond(bound: (steps: number) => number): number {
  const WALKS = 2000;
  let beyond = 0;
  for (let walk = 0; walk < WALKS; walk++) {
    let sum = 0;
    for (let steps = 1; steps <= 2000; steps++) {
      sum += hash32(walk, steps) >>> 31 === 0 ? 1 : -1;
      if (steps < 6 || Math.abs(sum) <= bound(steps) * Math.sqrt(steps)) continue;
      beyond++;
      break;
    }
  }
  return beyond / WALKS;
}

describe('a bound that holds at any time', () => {
  test('is crossed by at most 5 % of fair walks in 2,000 steps, and by some', () => {
    const bounds = Array.from({ length: 2001 }, (_, steps) => boundAtAnyTime(steps, 0.05));
    const share = everBeyond((steps) => bounds[steps]!);
    expect(share).toBeLessThanOrEqual(0.05);
    expect(share).toBeGreaterThan(0.01);
  });

  test('is needed: that of a single look is crossed by more than a third', () => {
    expect(everBeyond(() => 1.96)).toBeGreaterThan(1 / 3);
  });

  test('is as the formula gives by hand', () => {
    // √(1.125 · ln(45 / (5 · 0.0025))) at 40 rounds.
    expect(boundAtAnyTime(40, 0.05)).toBeCloseTo(3.035, 3);
  });

  test('is where its p-value is the chance that it was made for', () => {
    for (const rounds of [6, 20, 400, 3000]) {
      for (const alpha of [0.05, 0.001]) {
        expect(pValueAtAnyTime(rounds, boundAtAnyTime(rounds, alpha))).toBeCloseTo(alpha, 12);
      }
    }
    expect(pValueAtAnyTime(40, 0)).toBe(1);
    expect(pValueAtAnyTime(40, Infinity)).toBe(0);
  });
});
