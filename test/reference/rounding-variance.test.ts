import { describe, expect, it } from 'vitest';
import type { Rounding } from '../../src/reference/request.ts';
import { roundingMoments } from '../../src/reference/rounding-variance.ts';
import { weightFormat } from '../support/weight-format.ts';

const U = 2 ** -23;
const V = U ** 2 / 12;
const HALF_V = 2 ** -20 / 12;

const plain: Rounding = { terms: 64, decodeRoundings: 2, offset: 0, span: 0 };

/** All orders of some terms. */
const ordersOf = (terms: readonly number[]): (readonly number[])[] =>
  terms.length === 0
    ? [[]]
    : terms.flatMap((term, i) => ordersOf(terms.toSpliced(i, 1)).map((rest) => [term, ...rest]));

describe('partial sums in an order drawn from all orders', () => {
  it.each([[[3, -1, 4, 1, -5]], [[1, 1, 1, 1]], [[2, 0, 0, 0, 0, 7]]])(
    'of %o have the squares that are charged',
    (terms) => {
      const orders = ordersOf(terms);
      const squares = orders.map((order) => {
        let sum = 0;
        return order.reduce((total, term) => total + (sum += term) ** 2, 0);
      });
      const mean = squares.reduce((total, square) => total + square, 0) / orders.length;
      const x = terms.reduce((total, term) => total + term, 0);
      const Q = terms.reduce((total, term) => total + term * term, 0);
      expect(mean).toBeCloseTo((terms.length + 1) * (x ** 2 / 3 + Q / 6), 9);
    },
  );
});

describe('roundingMoments', () => {
  it('of a plan that decodes each weight charges its terms and one walk over them', () => {
    const { variance, drift } = roundingMoments(plain, weightFormat());
    expect(variance).toEqual({
      sums: V * (3 + 64 / 3),
      products: V * (3 + 64 / 6),
      scaledTotals: 0,
      scaledSquares: 0,
      minTotals: 0,
      minSquares: 0,
      groups: 0,
    });
    expect(drift.left).toBe(0);
    expect(drift.sum.sums).toBe((U ** 2 / 4) * 35 ** 2);
    expect(drift.bound).toBeCloseTo((U ** 2 / 4) * ((3 / 8) * 64 ** 2 + 9 * 64), 25);
  });

  it('charges what is left on codes, zero point and all, by its square', () => {
    const spans = { ...plain, offset: 1024, span: 32 };
    const { variance, drift } = roundingMoments(spans, weightFormat());
    // 16 codes of int4, and 8 is the zero point: 1024 + 16 on each.
    expect(variance.scaledTotals).toBe(1040 ** 2 * ((2 * V * 32) / 3 + 2 * V));
    expect(variance.scaledSquares).toBe(1040 ** 2 * ((2 * V * 32) / 6 + 2 * V));
    expect(drift.left).toBe((U ** 2 / 4) * 34 ** 2);
  });

  it('charges minima only where there are some, and more where they are added once a span', () => {
    const minima = weightFormat({ element: 'uint4', zeroPoint: 'min' });
    expect(roundingMoments(plain, minima).variance).toMatchObject({ minTotals: 0, minSquares: 2 * V });
    const { minTotals, minSquares } = roundingMoments({ ...plain, span: 32 }, minima).variance;
    expect(minTotals).toBeCloseTo(V * (64 / 3 + 4 + 4), 25);
    expect(minSquares).toBeCloseTo(V * (2 + 64 / 6 + 2), 25);
  });

  it('charges roundings to f16 a term and a partial sum at f16’s own roundoff', () => {
    const half = { ...plain, halfTerms: 16, halfRoundings: 3, halfScaled: true };
    const { variance } = roundingMoments(half, weightFormat());
    const { variance: single } = roundingMoments(plain, weightFormat());
    expect(variance.products - single.products).toBeCloseTo(HALF_V * (3 + 8), 12);
    expect(variance.sums - single.sums).toBeCloseTo(HALF_V * (3 + 16 ** 2 / (3 * 64)), 12);
  });

  it('charges the offset of a scale for the largest value of the format', () => {
    const format = weightFormat({ element: 'nf4', scale: 'dynamic8', secondLevel: 'double' });
    expect(roundingMoments(plain, format, 0.5).variance.groups).toBe(4 * V * 0.25);
    expect(roundingMoments(plain, format).variance.groups).toBe(0);
  });
});
