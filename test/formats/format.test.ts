import { describe, expect, test } from 'vitest';
import { listFormats } from '../../src/formats/catalogue.ts';
import { ELEMENT_NAMES, ELEMENTS, zeroCode } from '../../src/formats/element.ts';
import {
  bitsPerWeight,
  formatName,
  groupCount,
  groupSize,
  scaleBits,
  type WeightFormat,
  zeroBits,
} from '../../src/formats/format.ts';

const int4: WeightFormat = { element: 'int4', group: 32, scale: 'f16', zeroPoint: false };

describe('elements', () => {
  test('signed codes are excess codes, unsigned ones are the value', () => {
    expect(ELEMENT_NAMES.map((name) => [name, zeroCode(ELEMENTS[name])])).toEqual([
      ['int4', 8],
      ['uint4', 0],
      ['int8', 128],
      ['uint8', 0],
    ]);
  });
});

describe('groups', () => {
  test('the last group is short where the size does not divide K', () => {
    expect([1, 31, 32, 33, 64, 97].map((K) => groupCount(int4, K))).toEqual([1, 1, 1, 2, 2, 4]);
  });

  test('a group is never longer than the column', () => {
    expect(groupSize(int4, 20)).toBe(20);
    expect(groupSize({ ...int4, group: 'K' }, 4097)).toBe(4097);
    expect(groupCount({ ...int4, group: 'K' }, 4097)).toBe(1);
  });
});

describe('sizes', () => {
  // Published ideals: 8.125 and 4.125 for g128 with f16 scales; Q4_0, g32, 4.5; NF4's f32 scale over 64, 4.5.
  test.each([
    [{ ...int4, element: 'int8', group: 128 }, 8.125],
    [{ ...int4, group: 128 }, 4.125],
    [int4, 4.5],
    [{ ...int4, group: 64, scale: 'f32' }, 4.5],
    // A stored zero point adds bits / group: 4 / 32.
    [{ ...int4, zeroPoint: true }, 4.625],
    [{ ...int4, element: 'uint8', group: 16, zeroPoint: true }, 8 + 16 / 16 + 8 / 16],
    [{ ...int4, group: 'K' }, 4 + 16 / 4096],
  ] satisfies [WeightFormat, number][])('%o takes %f bits a weight', (format, bits) => {
    expect(bitsPerWeight(format, 4096)).toBe(bits);
  });

  test('a short last group costs a whole scale', () => {
    expect(bitsPerWeight(int4, 33)).toBe(4 + (2 * 16) / 33);
  });

  test('scales and zero points are stored in whole powers of two', () => {
    expect([
      scaleBits('f16'),
      scaleBits('f32'),
      zeroBits(int4),
      zeroBits({ ...int4, element: 'uint8' }),
    ]).toEqual([16, 32, 4, 8]);
  });
});

test('names say the element, the zero point, the group and an f32 scale', () => {
  expect(formatName(int4)).toBe('int4-g32');
  expect(formatName({ element: 'uint8', group: 'K', scale: 'f32', zeroPoint: true })).toBe('uint8z-gK-f32');
});

test('the catalogue lists every format once', () => {
  const entries = listFormats(4096);
  expect(entries).toHaveLength(4 * 5 * 2 * 2);
  expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
  expect(entries.find(({ name }) => name === 'int8-g128')?.bitsPerWeight).toBe(8.125);
});
