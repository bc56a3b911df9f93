import fc from 'fast-check';
import { expect, test } from 'vitest';
import { putBits, takeBits } from '../../src/layouts/bits.ts';
import { bitsAt } from './expected-place.ts';

test('a field within a word', () => {
  const words = new Uint32Array(1);
  putBits(words, 4, 8, 0xab);
  expect(words[0]).toBe(0x00000ab0);
  expect(takeBits(words, 4, 8)).toBe(0xab);
  expect(takeBits(words, 8, 4)).toBe(0xa);
});

test('a field over the end of a word: its low bits in the high bits of the first', () => {
  const words = new Uint32Array(2);
  putBits(words, 28, 8, 0xab);
  expect([...words]).toEqual([0xb0000000, 0x0000000a]);
  expect(takeBits(words, 28, 8)).toBe(0xab);
});

test('a whole word keeps its top bit', () => {
  const words = new Uint32Array(2);
  putBits(words, 32, 32, 0xfedcba98);
  expect([...words]).toEqual([0, 0xfedcba98]);
  expect(takeBits(words, 32, 32)).toBe(0xfedcba98);
  expect(takeBits(words, 63, 1)).toBe(1);
});

test('fields one after the other of any widths come back, and take no other bits', () => {
  const field = fc
    .integer({ min: 1, max: 32 })
    .chain((count) => fc.nat({ max: 2 ** count - 1 }).map((value) => ({ count, value })));
  fc.assert(
    fc.property(fc.array(field, { maxLength: 20 }), (fields) => {
      // A field of 32 bits has its place at a multiple of 32 only.
      const placed: { at: number; count: number; value: number }[] = [];
      let end = 0;
      for (const { count, value } of fields) {
        const at = count === 32 ? Math.ceil(end / 32) * 32 : end;
        placed.push({ at, count, value });
        end = at + count;
      }
      const words = new Uint32Array(Math.ceil(end / 32));
      for (const { at, count, value } of placed) putBits(words, at, count, value);
      for (const { at, count, value } of placed) {
        expect(takeBits(words, at, count)).toBe(value);
        expect(bitsAt(words, at, count)).toBe(value);
      }
    }),
  );
});
