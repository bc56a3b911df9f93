import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/element-names.ts';
import { type QuantizedWeights, RowDecoder } from '../../../src/formats/quantized.ts';
import { packI2s, unpackI2s } from '../../../src/layouts/foreign/bitnet.ts';
import { hex, presetFormat, randomQuantized, steps } from './random-foreign.ts';

const I2_S = presetFormat('i2_s');
const cases = fc
  .record({ N: fc.integer({ min: 1, max: 4 }), K: steps(128, 3), seed: fc.nat() })
  .map(({ N, K, seed }) => randomQuantized(I2_S, N, K, seed));

test('a byte holds four codes that are 32 apart, the first on top', () => {
  const weights = randomQuantized(I2_S, 1, 256, 1);
  for (const [group, code] of [2, 0, 1, 2].entries()) weights.codes[128 + 5 + 32 * group] = code;
  // 10 00 01 10
  expect(packI2s(weights)[32 + 5]).toBe(0x86);
});

test('the scale follows the codes, and zeros follow it', () => {
  const weights = randomQuantized(I2_S, 1, 128, 1);
  weights.stored.parents![0] = 1.5;
  expect(hex(packI2s(weights).subarray(32), 2)).toBe(
    ['00 00 c0 3f', ...Array<string>(28).fill('00')].join(' '),
  );
});

/** Whether each code is in its byte, `apart` bytes between the codes of one. */
const holds = ({ codes }: QuantizedWeights, bytes: Uint8Array, apart: number): boolean =>
  codes.every((code, i) => {
    const [block, at] = [Math.floor(i / (4 * apart)), i % (4 * apart)];
    return Math.floor(bytes[block * apart + (at % apart)]! / 4 ** (3 - Math.floor(at / apart))) % 4 === code;
  });

test('every code is at its place, and the blocks of ARM are noticed', () => {
  fc.assert(
    fc.property(cases, (weights) => {
      expect(holds(weights, packI2s(weights), 32)).toBe(true);
    }),
    { numRuns: 30 },
  );
  const weights = randomQuantized(I2_S, 1, 128, 1);
  expect(holds(weights, packI2s(weights), 16)).toBe(false);
});

test('unpacking returns what was packed, also from the middle of a buffer', () => {
  fc.assert(
    fc.property(cases, (weights) => {
      const bytes = packI2s(weights);
      const file = new Uint8Array(bytes.length + 3);
      file.set(bytes, 3);
      expect(unpackI2s(file.subarray(3), weights.N, weights.K)).toEqual(weights);
    }),
    { numRuns: 30 },
  );
});

test('codes 0, 1, 2 are −1, 0, 1 times the scale', () => {
  const weights = randomQuantized(I2_S, 1, 128, 1);
  weights.codes.set([0, 1, 2]);
  weights.stored.parents![0] = 2.5;
  const read = unpackI2s(packI2s(weights), 1, 128);
  const row = new Float64Array(128);
  new RowDecoder(read.format, 128).decode(read, 0, row);
  expect([...row.subarray(0, 3)]).toEqual([-2.5, 0, 2.5]);
});

describe('broken tensors', () => {
  test('are refused, saying what is wrong', () => {
    const bytes = packI2s(randomQuantized(I2_S, 2, 128, 1));
    expect(() => unpackI2s(bytes.subarray(1), 2, 128)).toThrow(
      'The I2_S tensor has 95 values: [96] makes 96',
    );
    expect(() => unpackI2s(bytes, 2, 64)).toThrow('K is 64: it must be a multiple of 128');
    expect(() => unpackI2s(bytes.with(3, 0x30), 2, 128)).toThrow('Byte 3 of the I2_S tensor has a code 3');
    // 0x7f800000 is infinity.
    expect(() => unpackI2s(bytes.with(66, 0x80).with(67, 0x7f), 2, 128)).toThrow(/makes a scale of/);
    expect(() => unpackI2s(bytes, 2 ** 40, 2 ** 40)).toThrow(FormatError);
    expect(() => packI2s(randomQuantized(presetFormat('tq2_0'), 1, 256, 1))).toThrow(
      /I2_S cannot hold tq2_0/,
    );
  });
});
