import fc from 'fast-check';
import { ceilDiv, gcd, range, roundUp } from '../../src/base/integers.ts';
import { uniformInteger } from '../../src/base/random.ts';
import { CHUNK, type Geometry, type Layout, layoutRefusal } from '../../src/layouts/layout.ts';
import { LAYOUT_NAMES, parseLayout } from '../../src/layouts/registry.ts';

/** Layouts without a name of their own: each modifier alone and with others, tiles that do not divide a chunk. */
const WRITTEN = [
  'interleaved:order=73261504',
  'interleaved:order=dp4a,msb',
  'interleaved:planes=7+1',
  'interleaved:planes=1+2+3',
  'stream:order=awq',
  'stream:planes=1+1',
  'stream:planes=5+3,order=awq',
  'stream:msb,planes=3+4,order=dp4a',
  'local(1,4).spatial(8,1).local(1,8)',
  'local(2,2).spatial(8,4).local(1,2)',
  'column_local(3,5)',
  'spatial(3,1).local(2,12):vector=4',
  'local(1,1)',
] as const;

/** Every named layout and those of {@link WRITTEN}. */
export const KNOWN_LAYOUTS: readonly string[] = [...LAYOUT_NAMES, ...WRITTEN];

/** The widths of 1 to 8 bits that a layout takes. */
export const widthsOf = (layout: Layout): number[] =>
  range(8)
    .map((i) => i + 1)
    .filter((bits) => layoutRefusal(layout, { bits }) === undefined);

/** Each of {@link KNOWN_LAYOUTS} with each width that it takes. */
export const LAYOUT_WIDTHS: readonly (readonly [name: string, bits: number])[] = KNOWN_LAYOUTS.flatMap(
  (name) => widthsOf(parseLayout(name)).map((bits) => [name, bits] as const),
);

/** What a geometry is made for, and how much larger than necessary it is. */
export interface Sizes {
  readonly N: number;
  readonly K: number;
  readonly NB: number;
  /** Steps of padding beyond the necessary. */
  readonly padN: number;
  readonly padK: number;
}

const leastCommonMultiple = (a: number, b: number): number => (a / gcd(a, b)) * b;

/** Pads to whole chunks, whole blocks of `NB` columns, whole tiles. */
export function geometryOf(
  { placement }: Layout,
  bits: number,
  { N, K, NB, padN, padK }: Sizes,
  group = K,
): Geometry {
  const { columns, depth } = placement.kind === 'tiles' ? placement : { columns: 1, depth: 1 };
  const stepN = leastCommonMultiple(NB, columns);
  const stepK = leastCommonMultiple(CHUNK, depth);
  const paddedK = roundUp(K, stepK) + stepK * padK;
  return {
    paddedN: roundUp(N, stepN) + stepN * padN,
    paddedK,
    bits,
    NB,
    groups: group >= K ? 1 : ceilDiv(paddedK, group),
  };
}

/** Ragged matrices and ample geometries. */
export const raggedSizes: fc.Arbitrary<Sizes> = fc.record({
  N: fc.integer({ min: 1, max: 9 }),
  K: fc.integer({ min: 1, max: 100 }),
  NB: fc.constantFrom(4, 8, 12),
  padN: fc.integer({ min: 0, max: 1 }),
  padK: fc.integer({ min: 0, max: 1 }),
});

/** Random codes of `bits` bits. */
export const randomCodes = (count: number, bits: number, seed: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: count }, (_, i) => uniformInteger(seed, i, 0, 2 ** bits - 1));
