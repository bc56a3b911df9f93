import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFloat16 } from '../../src/base/float16.ts';
import { uniformInteger } from '../../src/base/random.ts';
import {
  elementOf,
  groupCount,
  groupSize,
  minType,
  parentCount,
  scaleOf,
  storesZeroCodes,
  type WeightFormat,
} from '../../src/formats/format.ts';
import { PRESET_NAMES } from '../../src/formats/presets.ts';
import { assembleQuantized, type QuantizedWeights } from '../../src/formats/quantized.ts';
import { SCALE_TYPE_NAMES, SCALE_TYPES } from '../../src/formats/scale-type.ts';
import { type Geometry, type Layout, layoutRefusal } from '../../src/layouts/layout.ts';
import { type PackedWeights, packWeights } from '../../src/layouts/pack.ts';
import { parseLayout } from '../../src/layouts/registry.ts';
import { weightFormat } from '../support/weight-format.ts';
import { bitsAt, expectedPlace } from './expected-place.ts';
import { presetFormat } from './foreign/random-foreign.ts';
import { geometryOf, KNOWN_LAYOUTS, raggedSizes, randomCodes } from './known-layouts.ts';

/** Any bit patterns for what is stored, values of f16 for the second level. */
function anyQuantized(format: WeightFormat, N: number, K: number, seed: number): QuantizedWeights {
  const count = N * groupCount(format, K);
  const stream = (length: number, bits: number, i: number): Uint32Array<ArrayBuffer> =>
    Uint32Array.from({ length }, (_, at) => uniformInteger(seed + i, at, 0, 2 ** bits - 1));
  const halves = (i: number): Float32Array<ArrayBuffer> =>
    Float32Array.from(stream(parentCount(format, N, groupCount(format, K)), 11, i), (code) => code / 8);
  const { bits } = elementOf(format);
  const withMin = format.zeroPoint === 'min';
  const stored = {
    scales: stream(count, scaleOf(format).bits, 1),
    mins: withMin ? stream(count, SCALE_TYPES[minType(format)].bits, 2) : undefined,
    parents: format.secondLevel === 'none' ? undefined : halves(3),
    parentMins: withMin && format.secondLevel === 'super' ? halves(4) : undefined,
    offset: format.secondLevel === 'double' ? 0.125 : undefined,
  };
  const zeros = storesZeroCodes(format) ? randomCodes(count, bits, seed + 5) : undefined;
  return assembleQuantized(format, N, K, randomCodes(N * K, bits, seed + 6), stored, zeros);
}

/** Where a group's scale lies: [N / NB][groups][NB] where columns are interleaved, else [N][groups]. */
function groupPlace({ placement }: Layout, { groups, NB }: Geometry, n: number, g: number): number {
  const interleaved = placement.kind === 'chunks' && placement.id === 'interleaved';
  return interleaved ? Math.floor(n / NB) * groups * NB + g * NB + (n % NB) : n * groups + g;
}

/** What a kernel needs to read for a weight: its code, its group's codes, its value of the second level and the minima's. */
type Reading = readonly (number | undefined)[];

/** The same from the packed words alone, bit by bit. */
function readPacked(
  packed: PackedWeights,
  { format, N, K }: QuantizedWeights,
  layout: Layout,
  geometry: Geometry,
): Reading[] {
  const { bits } = geometry;
  const placeOf = expectedPlace(layout, geometry);
  const minBits = SCALE_TYPES[minType(format)].bits;
  const zeroBits = format.zeroPoint === 'min' ? minBits : [1, 2, 4, 8].find((width) => width >= bits)!;
  const inField = (words: Uint32Array | undefined, index: number, width: number): number | undefined =>
    words && bitsAt(words, index * width, width);
  const groups = groupCount(format, K);
  const readings: Reading[] = [];
  for (let n = 0; n < N; n++) {
    for (let k = 0; k < K; k++) {
      let code = 0;
      for (let bit = 0; bit < bits; bit++) code += 2 ** bit * bitsAt(packed.weights, placeOf(n, k, bit), 1);
      const g = Math.floor(k / groupSize(format, K));
      const group = groupPlace(layout, geometry, n, g);
      readings.push([
        code,
        inField(packed.scales, group, scaleOf(format).bits),
        inField(packed.zeros, group, zeroBits),
        ...parentsOf(packed, format, K, n * groups + g, n, k),
      ]);
    }
  }
  return readings;
}

function parentsOf(
  { parents }: PackedWeights,
  { secondLevel, zeroPoint }: WeightFormat,
  K: number,
  rowMajorGroup: number,
  n: number,
  k: number,
): Reading {
  if (!parents) return [undefined, undefined];
  const f32 = new Float32Array(parents.buffer);
  if (secondLevel === 'tensor') return [f32[0], undefined];
  if (secondLevel === 'double') return [f32[Math.floor(rowMajorGroup / 256)], f32.at(-1)];
  const block = n * Math.ceil(K / 256) + Math.floor(k / 256);
  const half = (i: number): number => decodeFloat16(bitsAt(parents, 16 * i, 16));
  return zeroPoint === 'min' ? [half(2 * block), half(2 * block + 1)] : [half(block), undefined];
}

/** The same from what is stored, before any layout. */
function readStored({ format, N, K, codes, zeros, stored }: QuantizedWeights): Reading[] {
  const size = groupSize(format, K);
  const groups = groupCount(format, K);
  return Array.from({ length: N * K }, (_, i) => {
    const [n, k] = [Math.floor(i / K), i % K];
    const group = n * groups + Math.floor(k / size);
    const block = {
      none: 0,
      tensor: 0,
      super: n * Math.ceil(K / 256) + Math.floor(k / 256),
      double: group >> 8,
    };
    const parent = block[format.secondLevel];
    return [
      codes[i],
      scaleOf(format).bits === 0 ? undefined : stored.scales[group],
      zeros?.[group] ?? stored.mins?.[group],
      stored.parents?.[parent],
      stored.parentMins?.[parent] ?? stored.offset,
    ];
  });
}

/** The first weight of which two lists of readings differ. */
function firstDifference(
  some: readonly Reading[],
  others: readonly Reading[],
): { readonly i: number; readonly some: Reading; readonly other: Reading } | undefined {
  if (some.length !== others.length) throw new Error(`${some.length} and ${others.length} readings`);
  const i = some.findIndex((reading, at) => reading.some((value, part) => value !== others[at]![part]));
  return i < 0 ? undefined : { i, some: some[i]!, other: others[i]! };
}

/** Every preset; and every type of scale that stands alone, with zero points and with minima. */
const FORMATS: readonly (readonly [string, WeightFormat])[] = [
  ...PRESET_NAMES.map((name) => [name, presetFormat(name)] as const),
  ...SCALE_TYPE_NAMES.filter((name) =>
    ['f16', 'f32', 'bf16', 'e8m0', 'ue4m3', 'ue5m3'].includes(name),
  ).flatMap((scale) =>
    ([true, 'min'] as const).map(
      (zeroPoint) =>
        [
          `uint5 ${scale} ${String(zeroPoint)}`,
          weightFormat({ element: 'uint5', scale, zeroPoint, group: 24 }),
        ] as const,
    ),
  ),
];

describe.each(FORMATS)('%s', (_, format) => {
  const { bits } = elementOf(format);
  const layouts = KNOWN_LAYOUTS.map(parseLayout).filter((layout) => !layoutRefusal(layout, { bits }));

  test('in any layout, everything a weight needs lies where the layout says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...layouts),
        raggedSizes,
        fc.boolean(),
        fc.nat(),
        (layout, sizes, deep, seed) => {
          const { N } = sizes;
          const K = deep ? sizes.K + 256 : sizes.K;
          const weights = anyQuantized(format, N, K, seed);
          const geometry = geometryOf(layout, bits, { ...sizes, K }, groupSize(format, K));
          const packed = packWeights(weights, layout, geometry);
          expect(
            firstDifference(readPacked(packed, weights, layout, geometry), readStored(weights)),
          ).toBeUndefined();
        },
      ),
      { numRuns: 8 },
    );
  });
});

describe('the comparison notices', () => {
  const format = presetFormat('q4_k');
  const layout = parseLayout('interleaved');
  const weights = anyQuantized(format, 4, 512, 1);
  const geometry = geometryOf(layout, 4, { N: 4, K: 512, NB: 4, padN: 0, padK: 0 }, 32);
  const packed = packWeights(weights, layout, geometry);
  const reads = (changed: Partial<PackedWeights>): Reading[] =>
    readPacked({ ...packed, ...changed }, weights, layout, geometry);

  test('nothing where nothing is wrong', () => {
    expect(firstDifference(reads({}), readStored(weights))).toBeUndefined();
  });

  test.each(['weights', 'scales', 'zeros', 'parents'] as const)('one wrong bit of the %s', (buffer) => {
    const words = Uint32Array.from(packed[buffer]!);
    words[1]! ^= 1 << 9;
    expect(firstDifference(reads({ [buffer]: words }), readStored(weights))).toBeDefined();
  });

  test('groups in the order of another layout', () => {
    const { scales } = packWeights(weights, parseLayout('stream'), geometry);
    expect(firstDifference(reads({ scales }), readStored(weights))).toBeDefined();
  });
});
