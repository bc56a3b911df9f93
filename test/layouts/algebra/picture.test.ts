import { expect, test } from 'vitest';
import { range } from '../../../src/base/integers.ts';
import { addressOf, placeOf, storageOrder } from '../../../src/layouts/algebra/address.ts';
import { LayoutError } from '../../../src/layouts/algebra/layout-error.ts';
import { MARLIN_ORDER } from '../../../src/layouts/algebra/marlin.ts';
import { parseLayout } from '../../../src/layouts/algebra/parse-layout.ts';
import { layoutPicture } from '../../../src/layouts/algebra/picture.ts';

test('packing 3-bit codes by the picture gives the published bytes, straddling ones too', () => {
  const picture = layoutPicture(storageOrder(parseLayout('local(1, 32)'), 32), 3);
  const words = new Uint32Array(3);
  for (const [i, word] of picture.word.entries()) {
    const code = Math.floor(i / 3) % 8;
    words[word]! |= ((code >> (i % 3)) & 1) << picture.bit[i]!;
  }
  // GPTQ's words for 32 codes i mod 8.
  expect([...words]).toEqual([0x88fac688, 0xc688fac6, 0xfac688fa]);
});

// Lane 0 holds n = 0, lane 1 holds n = 1; addresses 0 1 4 5 and 2 3 6 7, of 5 bits each.
test('a small picture, by hand', () => {
  const picture = layoutPicture(storageOrder(parseLayout('spatial(2, 1).local(1, 4)'), 2), 5);
  expect([picture.N, picture.K, picture.bits]).toEqual([2, 4, 5]);
  expect([...picture.lane]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  // Code (1, 2) is at address 6: bits 30, 31 of word 0 and 0, 1, 2 of word 1.
  const at = (1 * 4 + 2) * 5;
  expect([...picture.word.subarray(at, at + 5)]).toEqual([0, 0, 1, 1, 1]);
  expect([...picture.bit.subarray(at, at + 5)]).toEqual([30, 31, 0, 1, 2]);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('at %i bits a code every bit of the stream is drawn once', (bits) => {
  const { word, bit } = layoutPicture(MARLIN_ORDER, bits);
  const seen = Array.from(word, (w, i) => w * 32 + bit[i]!).sort((a, b) => a - b);
  expect(seen).toEqual(range(1024 * bits));
});

test("in Marlin's picture lane l loads words 4 l … 4 l + 3", () => {
  const { word, lane } = layoutPicture(MARLIN_ORDER, 4);
  for (const [i, w] of word.entries()) expect(lane[i >> 2]).toBe(w >> 2);
  // The second stored nibble is entry 2 of the fragment: row 8 of the same column.
  expect(addressOf(MARLIN_ORDER, 0, 8)).toBe(1);
  expect(placeOf(MARLIN_ORDER, 1)).toMatchObject({ n: 0, k: 8, lane: 0 });
});

test('a tile too large to be drawn and widths that are none are refused', () => {
  const large = storageOrder(parseLayout('local(1024, 1024)'), 1);
  expect(() => layoutPicture(large, 8)).toThrow(LayoutError);
  expect(() => layoutPicture(MARLIN_ORDER, 0)).toThrow(RangeError);
  expect(() => layoutPicture(MARLIN_ORDER, 9)).toThrow(RangeError);
});
