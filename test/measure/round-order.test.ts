import { describe, expect, test } from 'vitest';
import { roundOrder } from '../../src/measure/round-order.ts';

describe.each([1, 2, 3, 8])('orders of %i variants', (count) => {
  const orders = Array.from({ length: 24 * count }, (_, round) => roundOrder(5, round, count));

  test('run each variant once a round', () => {
    for (const order of orders) {
      expect([...order].sort()).toEqual(Array.from({ length: count }, (_, i) => i));
    }
  });

  test('put each variant first equally often', () => {
    for (let variant = 0; variant < count; variant++) {
      expect(orders.filter(([first]) => first === variant)).toHaveLength(24);
    }
  });
});

test('orders differ from round to round and from seed to seed', () => {
  const orders = (seed: number): string =>
    Array.from({ length: 12 }, (_, round) => roundOrder(seed, round, 4).join('')).join(' ');
  expect(new Set(orders(1).split(' ')).size).toBeGreaterThan(4);
  expect(orders(1)).not.toBe(orders(2));
});
