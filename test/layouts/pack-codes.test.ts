import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHUNK, type Geometry, type Layout } from '../../src/layouts/layout.ts';
import { type CodeAt, packCodes, unpackCodes } from '../../src/layouts/pack-codes.ts';
import { parseLayout } from '../../src/layouts/registry.ts';
import { expectedPlace, bitAt } from './expected-place.ts';
import {
  geometryOf,
  KNOWN_LAYOUTS,
  LAYOUT_WIDTHS,
  randomCodes,
  raggedSizes,
  widthsOf,
} from './known-layouts.ts';

/** Random codes of the whole padded matrix. */
function randomMatrix({ paddedN, paddedK, bits }: Geometry, seed: number): CodeAt {
  const codes = randomCodes(paddedN * paddedK, bits, seed);
  return (n, k) => codes[n * paddedK + k]!;
}

/** Whether each bit of each code of the padded matrix lies where a layout puts it by its description. */
function liesAsDescribed(words: Uint32Array, codeAt: CodeAt, layout: Layout, geometry: Geometry): boolean {
  const { paddedN, paddedK, bits } = geometry;
  const placeOf = expectedPlace(layout, geometry);
  for (let n = 0; n < paddedN; n++) {
    for (let k = 0; k < paddedK; k++) {
      const code = codeAt(n, k);
      for (let bit = 0; bit < bits; bit++) {
        if (bitAt(words, placeOf(n, k, bit)) !== ((code >>> bit) & 1)) return false;
      }
    }
  }
  return true;
}

/**
 * How many bits of the packed words belong to each code of the padded matrix. Codes of all ones spell their owner's number:
 * in the i-th packing those are packed whose number has bit i. Bits that two codes share would have a number of neither.
 */
function bitsOwned(layout: Layout, geometry: Geometry): number[] {
  const { paddedN, paddedK, bits } = geometry;
  const codes = paddedN * paddedK;
  const owners = new Uint32Array(codes * bits);
  for (let i = 0; 2 ** i < codes; i++) {
    const words = packCodes((n, k) => (((n * paddedK + k) >>> i) & 1) * (2 ** bits - 1), layout, geometry);
    for (let at = 0; at < owners.length; at++) owners[at]! |= bitAt(words, at) << i;
  }
  const counts = new Array<number>(codes).fill(0);
  for (const owner of owners) counts[owner] = (counts[owner] ?? 0) + 1;
  return counts;
}

/** The smallest geometry that a layout fills without padding. */
const filled = (layout: Layout, bits: number): Geometry =>
  geometryOf(layout, bits, { N: 4, K: CHUNK, NB: 4, padN: 0, padK: 0 });

describe.each(LAYOUT_WIDTHS)('%s, %i bits', (name, bits) => {
  const layout = parseLayout(name);

  test('unpacking returns what was packed', () => {
    fc.assert(
      fc.property(raggedSizes, fc.nat(), (sizes, seed) => {
        const { N, K } = sizes;
        const geometry = geometryOf(layout, bits, sizes);
        const codeAt = randomMatrix(geometry, seed);
        const codes = Uint8Array.from({ length: N * K }, (_, i) => codeAt(Math.floor(i / K), i % K));
        expect(unpackCodes(packCodes(codeAt, layout, geometry), layout, geometry, N, K)).toEqual(codes);
      }),
      { numRuns: 8 },
    );
  });

  test('each bit lies where the description puts it', () => {
    fc.assert(
      fc.property(raggedSizes, fc.nat(), (sizes, seed) => {
        const geometry = geometryOf(layout, bits, sizes);
        const codeAt = randomMatrix(geometry, seed);
        const words = packCodes(codeAt, layout, geometry);
        expect(liesAsDescribed(words, codeAt, layout, geometry)).toBe(true);
      }),
      { numRuns: 3 },
    );
  });
});

describe.each(KNOWN_LAYOUTS)('%s', (name) => {
  const layout = parseLayout(name);

  test.each(widthsOf(layout))('of %i bits: every bit of the words belongs to one code', (bits) => {
    const geometry = filled(layout, bits);
    const { paddedN, paddedK } = geometry;
    const all = packCodes(() => 2 ** bits - 1, layout, geometry);
    expect(all).toHaveLength((paddedN * paddedK * bits) / 32);
    expect(all.every((word) => word === 0xffffffff)).toBe(true);
    expect(bitsOwned(layout, geometry).every((count) => count === bits)).toBe(true);
  });
});

describe('the checks of this file notice', () => {
  const packed = (
    layout: Layout,
    bits: number,
  ): { words: Uint32Array; codeAt: CodeAt; geometry: Geometry } => {
    const geometry = geometryOf(layout, bits, { N: 8, K: 64, NB: 4, padN: 0, padK: 0 });
    const codeAt = randomMatrix(geometry, 1);
    return { words: packCodes(codeAt, layout, geometry), codeAt, geometry };
  };
  const planted = (name: string, bits: number, change: (layout: Layout) => Layout): boolean => {
    const right = parseLayout(name);
    const { words, codeAt, geometry } = packed(change(right), bits);
    return liesAsDescribed(words, codeAt, right, geometry);
  };
  const withOrder =
    (changes: Partial<Layout['order']>) =>
    (layout: Layout): Layout => ({ ...layout, order: { ...layout.order, ...changes } });

  test('nothing where nothing is wrong', () => {
    expect(planted('interleaved:order=awq', 4, (layout) => layout)).toBe(true);
    expect(planted('marlin', 4, (layout) => layout)).toBe(true);
  });

  test('bits that two codes share', () => {
    const layout = parseLayout('local(1,8)');
    if (layout.placement.kind !== 'tiles') throw new Error('no tiles');
    const placement = { ...layout.placement, address: (_: number, k: number) => Math.min(k, 6) };
    const counts = bitsOwned({ ...layout, placement }, filled(layout, 4));
    expect(counts.every((count) => count === 4)).toBe(false);
  });

  test.each<[string, string, number, (layout: Layout) => Layout]>([
    ['two codes exchanged', 'interleaved:order=awq', 4, withOrder({ permutation: [0, 2, 4, 6, 1, 3, 7, 5] })],
    ['the inverse permutation', 'stream:order=awq', 3, withOrder({ permutation: [0, 4, 1, 5, 2, 6, 3, 7] })],
    ['planes the other way round', 'interleaved:planes=2+4', 6, withOrder({ planes: [4, 2] })],
    ['no planes', 'interleaved:planes=1+4', 5, withOrder({ planes: undefined })],
    ['the other end first', 'stream:msb', 6, withOrder({ ends: 'lsb' })],
    [
      'columns apart that should be side by side',
      'interleaved',
      4,
      (layout) => ({ ...layout, placement: parseLayout('stream').placement }),
    ],
    [
      'other tiles',
      'local(2,2).spatial(8,4).local(1,2)',
      4,
      (layout) => ({
        ...layout,
        placement: parseLayout('local(2,2).spatial(8,4).local(1,2):vector=4').placement,
      }),
    ],
  ])('%s', (_, name, bits, change) => {
    expect(planted(name, bits, change)).toBe(false);
  });
});
