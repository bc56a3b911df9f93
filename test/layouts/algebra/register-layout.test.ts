import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { range } from '../../../src/base/integers.ts';
import { LayoutError } from '../../../src/layouts/algebra/layout-error.ts';
import { makeLayout, sameLayout } from '../../../src/layouts/algebra/make-layout.ts';
import {
  columnLocal,
  columnSpatial,
  local,
  replicated,
  spatial,
} from '../../../src/layouts/algebra/primitives.ts';
import {
  indexOf,
  laneCount,
  localCount,
  placesOf,
  type RegisterLayout,
} from '../../../src/layouts/algebra/register-layout.ts';
import { layouts, mappingOf, rawLayouts } from './random-layouts.ts';

/** Rows 0 … 15: two local halves of eight lanes. Columns 0 … 7: four lanes of two locals. */
const MMA_C: RegisterLayout = {
  shape: [16, 8],
  modeShape: [2, 8, 4, 2],
  spatialModes: [1, 2],
  localModes: [0, 3],
};

describe('the accumulator of mma.m16n8', () => {
  test('has 32 lanes of 4 elements', () => {
    expect([laneCount(MMA_C), localCount(MMA_C)]).toEqual([32, 4]);
  });

  // The PTX manual's table for the accumulator: row = lane / 4 (+ 8 for c2, c3), column = lane % 4 · 2 + i % 2.
  test('puts c0 … c3 of each lane where the PTX manual does', () => {
    for (const lane of range(32)) {
      for (const i of range(4)) {
        const row = Math.floor(lane / 4) + (i < 2 ? 0 : 8);
        const column = (lane % 4) * 2 + (i % 2);
        expect(indexOf(MMA_C, lane, i)).toEqual([row, column]);
        expect(placesOf(MMA_C, [row, column])).toEqual([{ lane, local: i }]);
      }
    }
  });
});

test('a replicated lane axis holds each element once a copy', () => {
  // Lane = copy · 2 + column.
  const layout = { shape: [2], modeShape: [2], spatialModes: [-3, 0], localModes: [] };
  expect(mappingOf(layout)).toEqual([[[0]], [[1]], [[0]], [[1]], [[0]], [[1]]]);
  expect(placesOf(layout, [1]).map(({ lane }) => lane)).toEqual([1, 3, 5]);
});

test.each([
  ['local', local(2, 2), [[[0, 0], [0, 1], [1, 0], [1, 1]]]], // prettier-ignore
  ['column_local', columnLocal(2, 2), [[[0, 0], [1, 0], [0, 1], [1, 1]]]], // prettier-ignore
  ['spatial', spatial(2, 2), [[[0, 0]], [[0, 1]], [[1, 0]], [[1, 1]]]],
  ['column_spatial', columnSpatial(2, 2), [[[0, 0]], [[1, 0]], [[0, 1]], [[1, 1]]]],
  ['replicated', replicated(2), [[[0]], [[0]]]],
])('%s orders as its name says', (_, layout, mapping) => {
  expect(mappingOf(layout)).toEqual(mapping);
});

test('placesOf lists exactly the places from which indexOf returns the element', () => {
  fc.assert(
    fc.property(rawLayouts(2, { copies: true }), (layout) => {
      let places = 0;
      for (const n of range(layout.shape[0]!)) {
        for (const k of range(layout.shape[1]!)) {
          for (const place of placesOf(layout, [n, k])) {
            expect(indexOf(layout, place.lane, place.local)).toEqual([n, k]);
            places++;
          }
        }
      }
      expect(places).toBe(laneCount(layout) * localCount(layout));
    }),
    { numRuns: 60 },
  );
});

test('an element or a place outside the layout is an error', () => {
  expect(() => indexOf(MMA_C, 32, 0)).toThrow(RangeError);
  expect(() => indexOf(MMA_C, 0, 4)).toThrow(RangeError);
  expect(() => placesOf(MMA_C, [16, 0])).toThrow(RangeError);
  expect(() => placesOf(MMA_C, [0])).toThrow(RangeError);
});

describe('the canonical form', () => {
  test('has the same mapping', () => {
    fc.assert(
      fc.property(rawLayouts(3, { copies: true }), (layout) => {
        expect(mappingOf(makeLayout(layout))).toEqual(mappingOf(layout));
      }),
      { numRuns: 60 },
    );
  });

  test('is equal exactly where the mapping is', () => {
    fc.assert(
      fc.property(layouts(1), layouts(1), (a, b) => {
        const equal = JSON.stringify(mappingOf(a)) === JSON.stringify(mappingOf(b));
        expect(sameLayout(a, b)).toBe(equal && a.shape[0] === b.shape[0]);
      }),
      { numRuns: 300 },
    );
  });

  test('merges modes that follow each other and drops those of size 1', () => {
    const layout = { shape: [12], modeShape: [2, 1, 3, 2], spatialModes: [-2, 1, -2], localModes: [0, 2, 3] };
    expect(makeLayout(layout)).toEqual({ shape: [12], modeShape: [12], spatialModes: [-4], localModes: [0] });
  });

  test('tells layouts apart that differ only in the order of modes or in the shape', () => {
    expect(sameLayout(local(2, 3), columnLocal(2, 3))).toBe(false);
    expect(sameLayout(local(2, 3), local(6))).toBe(false);
    expect(sameLayout(local(6), spatial(6))).toBe(false);
  });
});

describe('what cannot be a layout is refused with the reason', () => {
  const valid = { shape: [4], modeShape: [4], spatialModes: [], localModes: [0] };
  test.each<[string, Partial<RegisterLayout>, string]>([
    ['no axis', { shape: [], modeShape: [], localModes: [] }, 'at least one axis'],
    ['size 0', { shape: [0] }, 'at least 1, not 0'],
    ['a broken size', { shape: [1.5] }, 'at least 1, not 1.5'],
    ['not a number', { modeShape: [NaN] }, 'at least 1, not NaN'],
    ['modes that are too many', { modeShape: [4, 2], localModes: [0, 1] }, 'do not fill the axes'],
    ['modes that are too few', { shape: [8] }, 'do not fill the axes'],
    ['a mode across two axes', { shape: [2, 2] }, 'do not fill the axes'],
    ['a mode in no list', { localModes: [] }, 'spatial or local, once'],
    ['a mode in both lists', { spatialModes: [0] }, 'spatial or local, once'],
    ['a mode that is none', { localModes: [1] }, 'spatial or local, once'],
    ['a negative local mode', { localModes: [-2] }, 'spatial or local, once'],
    ['an absurd shape', { shape: [2 ** 24, 2] }, 'too large'],
    ['absurdly many copies', { spatialModes: [-(2 ** 24)] }, 'too large'],
  ])('%s', (_, change, reason) => {
    expect(() => makeLayout({ ...valid, ...change })).toThrow(LayoutError);
    expect(() => makeLayout({ ...valid, ...change })).toThrow(reason);
  });

  test('but its largest size is accepted', () => {
    expect(localCount(local(2 ** 24))).toBe(2 ** 24);
    expect(() => replicated(0)).toThrow(LayoutError);
  });
});
