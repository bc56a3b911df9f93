import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ceilDiv, isPowerOfTwo, roundUp } from '../../src/base/integers.ts';

const size = fc.integer({ min: 1, max: 1 << 24 });

test('ceilDiv is the smallest quotient that covers', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1 << 24 }), size, (a, b) => {
      const quotient = ceilDiv(a, b);
      expect(quotient * b).toBeGreaterThanOrEqual(a);
      expect((quotient - 1) * b).toBeLessThan(a);
    }),
  );
});

test('roundUp is the next multiple', () => {
  expect([0, 1, 31, 32, 33].map((value) => roundUp(value, 32))).toEqual([0, 32, 32, 32, 64]);
});

test('isPowerOfTwo holds for 2^0 … 2^31 and nothing beside them', () => {
  for (let exponent = 0; exponent < 32; exponent++) expect(isPowerOfTwo(2 ** exponent)).toBe(true);
  for (const other of [-2, 0, 0.5, 3, 6, 7, 12, 100, 2 ** 31 - 1, 2 ** 50 - 1, 2 ** 53 - 1])
    expect(isPowerOfTwo(other)).toBe(false);
});
