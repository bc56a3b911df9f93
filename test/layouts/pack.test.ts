import { describe, expect, test } from 'vitest';
import { range } from '../../src/base/integers.ts';
import { elementOf, groupCount, groupSize, type WeightFormat } from '../../src/formats/format.ts';
import { assembleQuantized, type QuantizedWeights, type StoredScales } from '../../src/formats/quantized.ts';
import { groupIndex, type PackedWeights, packWeights } from '../../src/layouts/pack.ts';
import { unpackCodes } from '../../src/layouts/pack-codes.ts';
import { parseLayout } from '../../src/layouts/registry.ts';
import { weightFormat } from '../support/weight-format.ts';
import { presetFormat } from './foreign/random-foreign.ts';
import { geometryOf } from './known-layouts.ts';

type Codes = readonly number[];

interface Given {
  readonly N: number;
  readonly K: number;
  /** [N, groups], as the rest. */
  readonly scales?: Codes;
  readonly zeros?: Codes;
  readonly mins?: Codes;
  readonly parents?: Codes;
  readonly parentMins?: Codes;
  readonly offset?: number;
}

/** Weights whose codes are 0. */
function weightsOf(format: WeightFormat, given: Given): QuantizedWeights {
  const { N, K, scales, zeros, mins, parents, parentMins, offset } = given;
  const stored: StoredScales = {
    scales: scales ? Uint32Array.from(scales) : new Uint32Array(N * groupCount(format, K)),
    mins: mins && Uint32Array.from(mins),
    parents: parents && Float32Array.from(parents),
    parentMins: parentMins && Float32Array.from(parentMins),
    offset,
  };
  return assembleQuantized(format, N, K, new Uint8Array(N * K), stored, zeros && Uint8Array.from(zeros));
}

/** Packed into the smallest geometry with four columns side by side, or `NB`. */
function packed(name: string, weights: QuantizedWeights, NB = 4): PackedWeights {
  const { format, N, K } = weights;
  const layout = parseLayout(name);
  const { bits } = elementOf(format);
  const sizes = { N, K, NB, padN: 0, padK: 0 };
  return packWeights(weights, layout, geometryOf(layout, bits, sizes, groupSize(format, K)));
}

const hexWords = (words: Uint32Array | undefined): string[] | undefined =>
  words && [...words].map((word) => word.toString(16).padStart(8, '0'));

describe('scales', () => {
  // 1, 2, … 8 as f16.
  const HALVES = [0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600, 0x4700, 0x4800];

  test('of f16, one a column: two a word, the even index in the low half', () => {
    const weights = weightsOf(weightFormat({ group: 'K' }), { N: 8, K: 32, scales: HALVES });
    const words = ['40003c00', '44004200', '46004500', '48004700'];
    expect(hexWords(packed('interleaved', weights).scales)).toEqual(words);
    expect(hexWords(packed('stream', weights).scales)).toEqual(words);
  });

  test('of f16 groups: side by side with their columns where those are, else row after row', () => {
    // Column n has groups 2 n + 1 and 2 n + 2.
    const weights = weightsOf(weightFormat({ group: 32 }), { N: 4, K: 64, scales: HALVES });
    const rows = ['40003c00', '44004200', '46004500', '48004700'];
    // Group 0 of columns 0 … 3: 1 3 5 7, then group 1: 2 4 6 8.
    const columns = ['42003c00', '47004500', '44004000', '48004600'];
    expect(hexWords(packed('interleaved', weights).scales)).toEqual(columns);
    expect(hexWords(packed('stream', weights).scales)).toEqual(rows);
    expect(hexWords(packed('local(2,2).spatial(2,4).local(1,2)', weights).scales)).toEqual(rows);
  });

  test('of the next block of columns follow those of all groups', () => {
    // Columns 0 … 3 have 1 in group 0 and 2 in group 1, columns 4 … 7 have 3 and 4.
    const scales = range(8).flatMap((n) => (n < 4 ? [0x3c00, 0x4000] : [0x4200, 0x4400]));
    const weights = weightsOf(weightFormat({ group: 32 }), { N: 8, K: 64, scales });
    const twice = (word: string): string[] => [word, word];
    expect(hexWords(packed('interleaved', weights).scales)).toEqual([
      ...twice('3c003c00'),
      ...twice('40004000'),
      ...twice('42004200'),
      ...twice('44004400'),
    ]);
  });

  test('of f32: a word each', () => {
    const scales = [0x3f800000, 0x40000000, 0xbf800000, 0x3f000000];
    const weights = weightsOf(weightFormat({ scale: 'f32', group: 16 }), { N: 2, K: 32, scales });
    expect(hexWords(packed('stream', weights, 2).scales)).toEqual([
      '3f800000',
      '40000000',
      'bf800000',
      '3f000000',
    ]);
    // Columns 2 and 3 are padding.
    expect(hexWords(packed('interleaved', weights).scales)).toEqual([
      ...['3f800000', 'bf800000', '00000000', '00000000'],
      ...['40000000', '3f000000', '00000000', '00000000'],
    ]);
  });

  test('of e8m0: four a word', () => {
    const weights = weightsOf(presetFormat('mxfp4'), { N: 2, K: 64, scales: [0x7f, 0x80, 0x7e, 0x81] });
    expect(hexWords(packed('stream', weights, 2).scales)).toEqual(['817e807f']);
    expect(hexWords(packed('interleaved', weights).scales)).toEqual(['00007e7f', '00008180']);
  });

  test('of 6 bits: one stream, the sixth over the end of a word', () => {
    // 1 2 3 4 are bytes 81 30 10; 5 is 000101 above them; the low bits of 6 are 10, the rest is 0001.
    const format = weightFormat({ element: 'int3', scale: 'i6', secondLevel: 'super' });
    const weights = weightsOf(format, { N: 1, K: 192, scales: [1, 2, 3, 4, 5, 6], parents: [1] });
    expect(hexWords(packed('stream', weights, 1).scales)).toEqual(['85103081', '00000001']);
  });

  test('of 4 bits: eight a word', () => {
    const format = weightFormat({ element: 'uint2', scale: 'u4', group: 16, secondLevel: 'super' });
    const weights = weightsOf(format, { N: 1, K: 128, scales: [1, 2, 3, 4, 5, 6, 7, 8], parents: [1] });
    expect(hexWords(packed('stream', weights, 1).scales)).toEqual(['87654321']);
  });

  test('that are none have no buffer', () => {
    const weights = weightsOf(presetFormat('i2_s'), { N: 1, K: 128, parents: [0.5] });
    const { scales, zeros, parents } = packed('interleaved', weights);
    expect([scales, zeros]).toEqual([undefined, undefined]);
    expect(hexWords(parents)).toEqual(['3f000000']);
  });

  test('of groups in the padding are 0', () => {
    // 40 weights are groups of 16, 16 and 8; 64 padded ones have four.
    const weights = weightsOf(weightFormat({ scale: 'f32', group: 16 }), { N: 1, K: 40, scales: [1, 2, 3] });
    expect([...packed('stream', weights, 1).scales!]).toEqual([1, 2, 3, 0]);
  });
});

describe('zero points', () => {
  test('of 4 bits: eight a word, in the order of the scales', () => {
    const format = weightFormat({ element: 'uint4', zeroPoint: true });
    const weights = weightsOf(format, { N: 4, K: 64, zeros: [1, 2, 3, 4, 5, 6, 7, 8] });
    expect(hexWords(packed('stream', weights).zeros)).toEqual(['87654321']);
    expect(hexWords(packed('interleaved', weights).zeros)).toEqual(['86427531']);
  });

  test('that are stored one less are packed as they are stored', () => {
    const format = weightFormat({ element: 'uint4', zeroPoint: 'minus-one' });
    const weights = weightsOf(format, { N: 2, K: 64, zeros: [7, 0, 15, 3] });
    expect(hexWords(packed('stream', weights, 2).zeros)).toEqual(['00003f07']);
  });

  test.each([
    [1, [1, 0, 1, 1], 0b1101],
    [2, [3, 0, 1, 2], 0b10_01_00_11],
    [3, [7, 0, 5, 2], 0x2507],
    [5, [31, 0, 16, 2], 0x0210001f],
    [6, [63, 0, 32, 2], 0x0220003f],
    [7, [127, 0, 64, 2], 0x0240007f],
    [8, [255, 0, 128, 2], 0x028000ff],
  ])('of %i bits take a power of two of bits', (bits, zeros, word) => {
    const format = weightFormat({ element: `uint${bits}`, zeroPoint: true });
    expect([...packed('stream', weightsOf(format, { N: 1, K: 128, zeros }), 1).zeros!]).toEqual([word]);
  });

  test('that are not stored have no buffer', () => {
    expect(packed('interleaved', weightsOf(weightFormat(), { N: 1, K: 32 })).zeros).toBeUndefined();
  });
});

describe('minima', () => {
  const min = { element: 'uint4', zeroPoint: 'min' } as const;

  test('of f16 lie as the scales do', () => {
    const weights = weightsOf(weightFormat(min), {
      N: 2,
      K: 64,
      scales: [0x3c00, 0x4000, 0x4200, 0x4400],
      mins: [0xbc00, 0xc000, 0xc200, 0xc400],
    });
    const { scales, zeros } = packed('stream', weights, 2);
    expect(hexWords(scales)).toEqual(['40003c00', '44004200']);
    expect(hexWords(zeros)).toEqual(['c000bc00', 'c400c200']);
    expect(hexWords(packed('interleaved', weights).zeros)).toEqual([
      ...['c200bc00', '00000000'],
      ...['c400c000', '00000000'],
    ]);
  });

  test('are f16 where scales have no sign', () => {
    const format = weightFormat({ ...min, scale: 'e8m0' });
    const weights = weightsOf(format, { N: 1, K: 64, scales: [127, 128], mins: [0xbc00, 0x3800] });
    const { scales, zeros } = packed('stream', weights, 1);
    expect(hexWords(scales)).toEqual(['0000807f']);
    expect(hexWords(zeros)).toEqual(['3800bc00']);
  });

  test('of 6 bits are a stream too, and each f16 of the second level has that of the minima after it', () => {
    const format = weightFormat({ ...min, scale: 'u6', secondLevel: 'super' });
    const weights = weightsOf(format, {
      N: 2,
      K: 96,
      scales: [1, 2, 3, 4, 5, 6],
      mins: [6, 5, 4, 3, 2, 1],
      parents: [1, 2],
      parentMins: [0.5, -1],
    });
    const { scales, zeros, parents } = packed('stream', weights, 2);
    expect(hexWords(scales)).toEqual(['85103081', '00000001']);
    // 000110 | 000101 | 000100 | 000011 | 000010 | 000001 from the low bits up.
    expect(hexWords(zeros)).toEqual(['420c4146', '00000000']);
    expect(hexWords(parents)).toEqual(['38003c00', 'bc004000']);
  });
});

describe('the second level', () => {
  test('super: f16, two a word, column after column whatever the layout', () => {
    const format = weightFormat({ element: 'int6', group: 16, scale: 'i8', secondLevel: 'super' });
    // K = 512 has two for each of three columns.
    const weights = weightsOf(format, { N: 3, K: 512, parents: [1, 2, 3, 4, 5, 6] });
    for (const name of ['interleaved', 'stream', 'marlin']) {
      expect(hexWords(packed(name, weights).parents)).toEqual(['40003c00', '44004200', '46004500']);
    }
  });

  test('super: an odd one out fills half a word', () => {
    const format = weightFormat({ element: 'int6', group: 16, scale: 'i8', secondLevel: 'super' });
    const weights = weightsOf(format, { N: 3, K: 256, parents: [1, 2, 3] });
    expect(hexWords(packed('interleaved', weights).parents)).toEqual(['40003c00', '00004200']);
  });

  test('tensor: one f32', () => {
    const weights = weightsOf(presetFormat('nvfp4'), { N: 2, K: 32, parents: [1.5] });
    expect(hexWords(packed('interleaved', weights).parents)).toEqual(['3fc00000']);
  });

  test('double: f32 in row-major order, what is added last', () => {
    // 2 · 130 groups are 256 and 4.
    const format = presetFormat('bnb-nf4-dq');
    const weights = weightsOf(format, { N: 2, K: 64 * 130, parents: [1.5, 2], offset: 0.25 });
    const { parents, scales } = packed('interleaved', weights);
    expect(hexWords(parents)).toEqual(['3fc00000', '40000000', '3e800000']);
    expect(scales?.length).toBe((4 * 130 * 8) / 32);
  });

  test('none has no buffer', () => {
    expect(packed('interleaved', weightsOf(weightFormat(), { N: 1, K: 32 })).parents).toBeUndefined();
  });
});

describe('groups have an index', () => {
  const geometry = { paddedN: 8, paddedK: 96, bits: 4, NB: 4, groups: 3 };

  test.each([
    // Block 1 begins at 4 · 3; group 2 of its column 1.
    ['interleaved', 12 + 2 * 4 + 1],
    ['stream', 5 * 3 + 2],
    ['marlin', 5 * 3 + 2],
  ])('in %s', (name, index) => {
    expect(groupIndex(parseLayout(name), geometry, 5, 2)).toBe(index);
  });

  test.each(['interleaved', 'stream', 'marlin'])('of its own in %s', (name) => {
    const layout = parseLayout(name);
    const all = range(8).flatMap((n) => range(3).map((group) => groupIndex(layout, geometry, n, group)));
    expect(all.sort((a, b) => a - b)).toEqual(range(24));
  });
});

describe('padding along K', () => {
  const paddedCodes = (format: WeightFormat, zeros?: Codes): Uint8Array => {
    const weights = weightsOf(format, { N: 1, K: 20, ...(zeros && { zeros }) });
    const layout = parseLayout('stream');
    const { bits } = elementOf(format);
    const geometry = { paddedN: 2, paddedK: 32, bits, NB: 1, groups: groupCount(format, 20) };
    return unpackCodes(packWeights(weights, layout, geometry).weights, layout, geometry, 2, 32);
  };

  test.each([
    ['int4', 8],
    ['uint4', 0],
    ['int1', 1],
    ['ternary', 1],
    // −3 −1 1 3: the first of the two nearest to zero.
    ['bipolar2', 1],
    ['e2m1', 0],
    ['nf4', 7],
    ['int4-mlc', 7],
  ])('and whole columns of %s have the code nearest to zero', (element, code) => {
    const codes = paddedCodes(weightFormat({ element }));
    expect([...codes]).toEqual([...Array<number>(20).fill(0), ...Array<number>(12 + 32).fill(code)]);
  });

  test('has the zero point of the last group where one is stored', () => {
    const codes = paddedCodes(weightFormat({ element: 'uint4', group: 16, zeroPoint: true }), [3, 11]);
    expect([...codes.subarray(20, 32)]).toEqual(Array<number>(12).fill(11));
  });
});

test.each(['interleaved', 'stream', 'marlin'])(
  '%s: a geometry smaller than the matrix is refused',
  (name) => {
    const weights = weightsOf(weightFormat({ group: 'K' }), { N: 65, K: 33 });
    const geometry = { paddedN: 128, paddedK: 64, bits: 4, NB: 64, groups: 1 };
    const layout = parseLayout(name);
    expect(() => packWeights(weights, layout, { ...geometry, paddedK: 32 })).toThrow(RangeError);
    expect(() => packWeights(weights, layout, { ...geometry, paddedN: 64 })).toThrow(RangeError);
    expect(packWeights(weights, layout, geometry).weights).toHaveLength((128 * 64 * 4) / 32);
  },
);
