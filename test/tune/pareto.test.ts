import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paretoFront } from '../../src/tune/pareto.ts';

test('the front has what nothing beats', () => {
  // The third is beaten by the first in both costs, the fourth by the second in one.
  const costs = [
    [1, 5],
    [3, 2],
    [2, 6],
    [3, 4],
    [9, 1],
  ];
  expect(paretoFront(costs)).toEqual([0, 1, 4]);
});

test('points that are alike are all on it', () => {
  expect(
    paretoFront([
      [1, 1],
      [1, 1],
    ]),
  ).toEqual([0, 1]);
  expect(paretoFront([])).toEqual([]);
});

test('what is off the front is beaten by a point on it, and those on it do not beat each other', () => {
  const costs = fc.array(fc.array(fc.nat(5), { minLength: 3, maxLength: 3 }), { maxLength: 12 });
  const beats = (a: readonly number[], b: readonly number[]): boolean =>
    a.every((cost, i) => cost <= b[i]!) && JSON.stringify(a) !== JSON.stringify(b);
  fc.assert(
    fc.property(costs, (points) => {
      const front = new Set(paretoFront(points));
      for (const [i, point] of points.entries()) {
        const beaten = [...front].some((other) => beats(points[other]!, point));
        expect(beaten).toBe(!front.has(i));
      }
    }),
  );
});
