import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smallProduct } from '../../src/lab/small-product.ts';
import { spec } from './specs.ts';

test('a product of a few tiles is checked as it is', () => {
  const few = spec({ m: 64, n: 512, k: 512, weights: 'sample:use-tanh' });
  expect(smallProduct(few)).toEqual(few);
});

test('many rows are cut, and weights of a file stay', () => {
  const tall = spec({ m: 4097, n: 512, k: 512, weights: 'sample:use-tanh' });
  expect(smallProduct(tall)).toEqual({ ...tall, m: 65 });
});

test('other sizes are cut to random weights', () => {
  const large = spec({ m: 128, n: 4096, k: 11008, weights: 'model.gguf#w' });
  expect(smallProduct(large)).toMatchObject({ m: 64, n: 512, k: 768, weights: 'random' });
});

test('what is cut is as ragged as before, and small', () => {
  const size = fc.integer({ min: 1, max: 1 << 20 });
  fc.assert(
    fc.property(size, size, size, (m, n, k) => {
      const small = smallProduct(spec({ m, n, k }));
      for (const block of [32, 128, 256, 512]) {
        expect([small.n % block, small.k % block]).toEqual([n % block, k % block]);
      }
      expect(small.m % 64).toBe(m % 64);
      expect(small.m * small.n * small.k).toBeLessThan(2 ** 27);
    }),
  );
});
