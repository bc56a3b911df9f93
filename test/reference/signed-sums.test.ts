import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alongProportions,
  mergeSignedSums,
  NO_SIGNED_SUMS,
  type Proportions,
  signedSums,
} from '../../src/reference/signed-sums.ts';

const f64 = (...values: number[]): Float64Array => Float64Array.of(...values);

/** Proportions none of which is at a right angle to another. */
const OBLIQUE: Proportions = {
  left: f64(4, -1, 2, 0, 3),
  sum: f64(1, 2, -1, 3, 1),
  bound: f64(1, 1, 2, 1, 2),
};

const along = (errors: Float64Array, proportions: Proportions): number => {
  const { left, sum, bound } = alongProportions(signedSums(errors, proportions));
  return left + sum + bound;
};

describe('alongProportions', () => {
  it('finds all of an error that is made of the proportions, and none of one at right angles to them', () => {
    const { left, sum, bound } = OBLIQUE;
    const made = sum.map((s, i) => 0.25 * s - 3 * bound[i]! + 2 * left![i]!);
    expect(along(made, OBLIQUE)).toBeCloseTo(
      made.reduce((total, error) => total + error * error, 0),
      9,
    );
    // −16 + 7 + 9 = −4 − 14 + 15 + 3 = −4 − 7 + 5 + 6 = 0.
    expect(along(f64(-4, -7, 0, 5, 3), OBLIQUE)).toBeCloseTo(0, 12);
  });

  it('takes what is left on spans first, then the sum, then the bound', () => {
    const proportions = { left: f64(1, 0, 0), sum: f64(1, 1, 0), bound: f64(1, 1, 1) };
    expect(alongProportions(signedSums(f64(3, 4, 5), proportions))).toEqual({ left: 9, sum: 16, bound: 25 });
  });

  it('has no use for a proportion that is another, or nothing', () => {
    const sum = f64(1, 2, -2);
    const twice = { left: undefined, sum, bound: sum.map((value) => 1e-6 * value) };
    // 1·3 + 2·1 − 2·0 = 5, squared over 9.
    expect(alongProportions(signedSums(f64(3, 1, 0), twice))).toEqual({ left: 0, sum: 25 / 9, bound: 0 });
    const nothing = { left: undefined, sum: f64(0, 0, 0), bound: f64(0, 0, 0) };
    expect(along(f64(3, 1, 0), nothing)).toBe(0);
    expect(along(f64(0, 0, 0), twice)).toBe(0);
  });

  it.each([NaN, Infinity, -Infinity])('is nothing beside an error of %d', (error) => {
    expect(along(f64(error, 1, 1, 1, 1), OBLIQUE)).toBe(0);
  });

  it('is the same of parts merged in any order as of the whole', () => {
    const small = fc.integer({ min: -9, max: 9 });
    const element = fc.tuple(small, small, small, small);
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 12 }), fc.nat(12), (elements, cut) => {
        const sums = (part: typeof elements): readonly number[] => {
          const column = (i: number): Float64Array => Float64Array.from(part, (one) => one[i]!);
          return signedSums(column(0), { left: column(1), sum: column(2), bound: column(3) });
        };
        const [a, b] = [elements.slice(0, cut), elements.slice(cut)];
        expect(mergeSignedSums(sums(b), sums(a))).toEqual(mergeSignedSums(NO_SIGNED_SUMS, sums(elements)));
      }),
    );
  });
});
