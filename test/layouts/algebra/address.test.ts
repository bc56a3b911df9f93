import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { range } from '../../../src/base/integers.ts';
import {
  addressExpression,
  addressOf,
  placeOf,
  type StorageOrder,
  storageOrder,
} from '../../../src/layouts/algebra/address.ts';
import { LayoutError } from '../../../src/layouts/algebra/layout-error.ts';
import { parseLayout } from '../../../src/layouts/algebra/parse-layout.ts';
import { indexOf, laneCount, localCount } from '../../../src/layouts/algebra/register-layout.ts';
import { layouts } from './random-layouts.ts';
import { evaluateU32 } from './wgsl-integers.ts';

const orderOf = (text: string, vector: number): StorageOrder => storageOrder(parseLayout(text), vector);

/** Storage orders over random layouts with each vector that does not cut a mode badly. */
const orders = fc.tuple(layouts(2, { copies: false }), fc.nat()).map(([layout, pick]) => {
  const accepted = range(localCount(layout))
    .map((i) => i + 1)
    .filter((vector) => localCount(layout) % vector === 0)
    .flatMap((vector) => {
      try {
        return storageOrder(layout, vector);
      } catch {
        return [];
      }
    });
  return accepted[pick % accepted.length]!;
});

/** Calls `visit` for every place of a tile, with the address that the definition gives it. */
function forEachPlace(
  order: StorageOrder,
  visit: (n: number, k: number, lane: number, local: number, address: number) => void,
): void {
  const { layout, vector } = order;
  const [lanes, codes] = [laneCount(layout), localCount(layout)];
  for (const lane of range(lanes)) {
    for (const local of range(codes)) {
      const [n = -1, k = -1] = indexOf(layout, lane, local);
      const address = (Math.floor(local / vector) * lanes + lane) * vector + (local % vector);
      visit(n, k, lane, local, address);
    }
  }
}

describe('an address', () => {
  test('is the one of the definition, and placeOf is its inverse', () => {
    fc.assert(
      fc.property(orders, (order) => {
        forEachPlace(order, (n, k, lane, local, address) => {
          expect(addressOf(order, n, k)).toBe(address);
          expect(placeOf(order, address)).toEqual({ n, k, lane, local });
        });
      }),
      { numRuns: 150 },
    );
  });

  test('has no more terms than the layout has modes, and one', () => {
    fc.assert(
      fc.property(orders, (order) => {
        expect(order.terms.length).toBeLessThanOrEqual(order.layout.modeShape.length + 1);
      }),
    );
  });

  // Two lanes, four codes each along K. In vectors of two: lane 0's first two, lane 1's first two, lane 0's next two, …
  test('interleaves the vectors of the lanes', () => {
    const order = orderOf('spatial(2, 1).local(1, 4)', 2);
    expect(range(4).map((k) => addressOf(order, 0, k))).toEqual([0, 1, 4, 5]);
    expect(range(4).map((k) => addressOf(order, 1, k))).toEqual([2, 3, 6, 7]);
  });
});

describe('the WGSL expression of an address', () => {
  test('has the same value for every code', () => {
    fc.assert(
      fc.property(orders, (order) => {
        const plain = addressExpression(order, 'n', 'k');
        const compound = addressExpression(order, 'a / 2u', 'b + c');
        forEachPlace(order, (n, k, _lane, _local, address) => {
          expect(evaluateU32(plain, { n, k })).toBe(address);
          expect(evaluateU32(compound, { a: 2 * n + 1, b: k >> 1, c: k - (k >> 1) })).toBe(address);
        });
      }),
      { numRuns: 150 },
    );
  });

  test('has nothing in it that does nothing', () => {
    fc.assert(
      fc.property(orders, (order) => {
        const expression = addressExpression(order, 'n', 'k');
        expect(expression).not.toMatch(/[/*%] 1u/u);
        expect(expression === '0u' || !/\b0u/u.test(expression)).toBe(true);
      }),
    );
  });

  test.each([
    ['local(1, 1)', 1, '0u'],
    ['local(4, 8)', 32, 'n * 8u + k'],
    ['local(4, 8)', 8, 'n * 8u + k'],
    ['column_local(4, 8)', 32, 'k * 4u + n'],
    ['spatial(2, 1).local(1, 4)', 2, 'k / 2u * 4u + n * 2u + k % 2u'],
    ['local(2, 1).spatial(8, 4).local(1, 2)', 4, 'n % 8u * 16u + k / 2u * 4u + n / 8u * 2u + k % 2u'],
  ])('of %s in vectors of %i is %s', (text, vector, expression) => {
    expect(addressExpression(orderOf(text, vector), 'n', 'k')).toBe(expression);
  });

  test('puts operands in parentheses unless they are names or literals', () => {
    const order = orderOf('local(4, 8)', 32);
    expect(addressExpression(order, 'n0 + 1u', '3u')).toBe('(n0 + 1u) * 8u + 3u');
  });

  test('the evaluator of this test follows WGSL and refuses what is not u32', () => {
    expect(evaluateU32('7u / 2u * 2u + 7u % 4u', {})).toBe(9);
    expect(evaluateU32('(n + 1u) % 3u', { n: 4 })).toBe(2);
    expect(() => evaluateU32('n + 1', { n: 0 })).toThrow();
    expect(() => evaluateU32('n - 1u', { n: 0 })).toThrow();
    expect(() => evaluateU32('(n', { n: 1 })).toThrow();
  });
});

describe('no storage order', () => {
  test.each([
    ['with copies', 'local(2, 2).replicated(2)', 1, '2 lanes (replicated)'],
    ['over one axis', 'local(4)', 1, 'two axes'],
    ['over three axes', 'local(4, 1, 1)', 1, 'two axes'],
    ['whose vectors do not fill a lane', 'local(2, 2)', 3, 'does not divide the 4 codes'],
    ['with a vector of nothing', 'local(2, 2)', 0, 'does not divide the 4 codes'],
    ['with half a vector', 'local(2, 2)', 0.5, 'does not divide the 4 codes'],
    ['whose vectors end where no mode can be cut', 'spatial(2, 1).local(3, 2)', 3, 'would cut the mode of 2'],
  ])('%s', (_, text, vector, reason) => {
    expect(() => orderOf(text, vector)).toThrow(LayoutError);
    expect(() => orderOf(text, vector)).toThrow(reason);
  });
});
