import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/element-names.ts';
import { RowDecoder } from '../../../src/formats/quantized.ts';
import {
  type BnbNestedTensors,
  type BnbTensors,
  packBnb,
  unpackBnb,
} from '../../../src/layouts/foreign/bitsandbytes.ts';
import { hex, presetFormat, randomQuantized, steps } from './random-foreign.ts';

const cases = fc
  .record({
    type: fc.constantFrom('nf4' as const, 'fp4' as const),
    nested: fc.boolean(),
    N: fc.integer({ min: 1, max: 90 }),
    K: steps(64, 4),
    seed: fc.nat(),
  })
  .map(({ type, nested, N, K, seed }) => ({
    type,
    weights: randomQuantized(presetFormat(`bnb-${type}${nested ? '-dq' : ''}`), N, K, seed),
  }));

test('the first of two codes is in the high nibble', () => {
  const weights = randomQuantized(presetFormat('bnb-nf4'), 1, 64, 1);
  weights.codes.set([0, 1, 2, 3, 4, 5, 6, 15]);
  expect(hex(packBnb(weights).packed.subarray(0, 4), 2)).toBe('01 23 45 6f');
});

const digits = (bytes: Uint8Array): string => hex(bytes, 2).replaceAll(' ', '');

test('the bytes read in hexadecimal are the codes row by row, and swapped nibbles are noticed', () => {
  fc.assert(
    fc.property(cases, ({ weights }) => {
      const codes = Array.from(weights.codes, (code) => code.toString(16)).join('');
      expect(digits(packBnb(weights).packed)).toBe(codes);
    }),
    { numRuns: 30 },
  );
  const { packed } = packBnb(randomQuantized(presetFormat('bnb-nf4'), 1, 64, 1));
  expect(digits(packed.map((byte) => (byte << 4) | (byte >> 4)))).not.toBe(digits(packed));
});

test('unpacking returns what was packed', () => {
  fc.assert(
    fc.property(cases, ({ type, weights }) => {
      expect(unpackBnb(type, packBnb(weights), weights.N, weights.K)).toEqual(weights);
    }),
    { numRuns: 30 },
  );
});

test('weights are absmax times a value of the table', () => {
  // NF4: 0xf is 1, 0x0 is −1, 0x7 is 0; bitsandbytes FP4: 0x3 is 1, 0xb is −1, 0x2 is 2/3.
  const read = (type: 'nf4' | 'fp4', byte: number): number[] => {
    const tensors = { packed: new Uint8Array(64).fill(byte), absmax: Float32Array.of(0.5, 3) };
    const weights = unpackBnb(type, tensors, 2, 64);
    const row = new Float64Array(64);
    new RowDecoder(weights.format, 64).decode(weights, 1, row);
    return [row[0]!, row[1]!];
  };
  expect(read('nf4', 0xf0)).toEqual([3, -3]);
  expect(read('nf4', 0x7f)).toEqual([0, 3]);
  expect(read('fp4', 0x3b)).toEqual([3, -3]);
  expect(read('fp4', 0x20)).toEqual([3 * Math.fround(2 / 3), 0]);
});

test('a nested absmax is a value of the map times its 256th part, plus the offset', () => {
  // The map is ascending: the last code is 1. 257 blocks, so the last has the second nested absmax.
  const tensors: BnbNestedTensors = {
    packed: new Uint8Array((257 * 64) / 2),
    absmax: new Uint8Array(257).fill(255),
    nestedAbsmax: Float32Array.of(2, 5),
    nestedOffset: 0.25,
  };
  const { scales } = unpackBnb('nf4', tensors, 257, 64);
  expect([scales[0], scales[255], scales[256]]).toEqual([2.25, 2.25, 5.25]);
});

describe('broken layers', () => {
  const tensors = packBnb(randomQuantized(presetFormat('bnb-nf4'), 2, 64, 1)) as BnbTensors;
  const nested = packBnb(randomQuantized(presetFormat('bnb-nf4-dq'), 2, 64, 1)) as BnbNestedTensors;

  test.each([
    [{ ...tensors, packed: new Uint8Array(63) }, 'The packed weight has 63 values: [2, 32] makes 64'],
    [{ ...tensors, absmax: new Float32Array(3) }, 'absmax has 3 values: [2, 1] makes 2'],
    [{ ...tensors, absmax: Float32Array.of(1, NaN) }, 'absmax makes a scale of NaN'],
    [{ ...nested, absmax: new Uint8Array(1) }, 'absmax has 1 values: [2, 1] makes 2'],
    [{ ...nested, nestedAbsmax: new Float32Array(2) }, 'nested_absmax has 2 values: [1] makes 1'],
    [{ ...nested, nestedOffset: Infinity }, 'absmax makes a scale of Infinity'],
  ])('are refused, naming the tensor', (broken, message) => {
    expect(() => unpackBnb('nf4', broken, 2, 64)).toThrow(message);
    expect(() => unpackBnb('nf4', broken, 2, 64)).toThrow(FormatError);
  });

  test('rows that would share a scale, absurd sizes and other formats are refused', () => {
    expect(() => unpackBnb('nf4', tensors, 4, 32)).toThrow('K is 32: it must be a multiple of 64');
    expect(() => unpackBnb('nf4', tensors, 2 ** 40, 2 ** 40)).toThrow(FormatError);
    expect(() => packBnb(randomQuantized(presetFormat('nvfp4'), 1, 64, 1))).toThrow(
      /bitsandbytes cannot hold nvfp4/,
    );
    expect(() => packBnb(randomQuantized(presetFormat('bnb-nf4'), 1, 63, 1))).toThrow('K is 63');
  });
});
