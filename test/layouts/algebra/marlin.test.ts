import { expect, test } from 'vitest';
import { range } from '../../../src/base/integers.ts';
import { addressOf, placeOf, storageOrder } from '../../../src/layouts/algebra/address.ts';
import { MARLIN_ORDER } from '../../../src/layouts/algebra/marlin.ts';
import { parseLayout } from '../../../src/layouts/algebra/parse-layout.ts';

/** The entries as Marlin lists them, before the nibble order: 256 · tile + 16 · row + column. */
function fragmentEntries(): number[] {
  const entries: number[] = [];
  for (let lane = 0; lane < 32; lane++) {
    const column = lane >> 2;
    const pair = 2 * (lane & 3);
    const ofTile = [0, 8].flatMap((block) =>
      [pair, pair + 1, pair + 8, pair + 9].map((row) => 16 * row + column + block),
    );
    for (let tile = 0; tile < 4; tile++) entries.push(...ofTile.map((entry) => entry + 256 * tile));
  }
  return entries;
}

/** Marlin's permutation: stored position → entry. */
function marlinPermutation(): number[] {
  const entries = fragmentEntries();
  const nibbles = [0, 2, 4, 6, 1, 3, 5, 7];
  return entries.map((_, i) => entries[i - (i % 8) + nibbles[i % 8]!]!);
}

const entryOf = ({ n, k }: { n: number; k: number }): number => 256 * (n >> 4) + 16 * k + (n & 15);

test('the expression gives all 1024 entries of the permutation', () => {
  expect(range(1024).map((address) => entryOf(placeOf(MARLIN_ORDER, address)))).toEqual(marlinPermutation());
});

test('its inverse does too, and each lane loads its 32 codes at once', () => {
  for (const [address, entry] of marlinPermutation().entries()) {
    const n = 16 * (entry >> 8) + (entry & 15);
    const k = (entry & 255) >> 4;
    expect(addressOf(MARLIN_ORDER, n, k)).toBe(address);
    expect(placeOf(MARLIN_ORDER, address).lane).toBe(address >> 5);
  }
});

test('without the nibble order it is local(8, 2).spatial(8, 4).local(1, 2)', () => {
  const order = storageOrder(parseLayout('local(8, 2).spatial(8, 4).local(1, 2)'), 32);
  const entries = range(1024).map((address) => entryOf(placeOf(order, address)));
  expect(entries).toEqual(fragmentEntries());
  expect(entries).not.toEqual(marlinPermutation());
});
