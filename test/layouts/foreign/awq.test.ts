import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/element-names.ts';
import type { WeightFormat } from '../../../src/formats/format.ts';
import type { QuantizedWeights } from '../../../src/formats/quantized.ts';
import { AWQ_NIBBLES, unpackAwq } from '../../../src/layouts/foreign/awq.ts';
import { AWQ_ORDER, packAwq } from './pack-awq.ts';
import { hex, presetFormat, randomQuantized, steps, unnamed } from './random-foreign.ts';

const AWQ = presetFormat('awq');
const withGroup = (group: WeightFormat['group']): WeightFormat =>
  group === AWQ.group ? AWQ : { ...unnamed(AWQ), group };

const cases = fc
  .record({
    N: steps(8, 4),
    K: fc.integer({ min: 1, max: 130 }),
    group: fc.constantFrom(16, 64, 128),
    seed: fc.nat(),
  })
  .map(({ N, K, group, seed }) => randomQuantized(withGroup(group), N, K, seed));

test('columns 0 … 7 make the word 0x75316420, weights and zero points alike', () => {
  const weights = randomQuantized(withGroup(128), 8, 1, 0);
  for (let n = 0; n < 8; n++) weights.codes[n] = weights.zeros![n] = n;
  const { qweight, qzeros } = packAwq(weights);
  expect(hex([...qweight, ...qzeros], 8)).toBe('75316420 75316420');
});

test('the two orders are inverses', () => {
  expect(AWQ_ORDER.map((column) => AWQ_NIBBLES[column])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

/** Codes as hexadecimal digits: a word has its top nibble first, so the order of columns is 7 5 3 1 6 4 2 0. */
function digitsAgree({ codes, N, K }: QuantizedWeights, words: Int32Array, order: string): boolean {
  return words.every((word, i) => {
    const k = Math.floor(i / (N / 8));
    const first = 8 * (i % (N / 8));
    return Array.from(hex([word], 8)).every(
      (digit, at) => parseInt(digit, 16) === codes[(first + Number(order[at])) * K + k],
    );
  });
}

test('each word has the nibbles of eight neighbouring columns in order, and another order is noticed', () => {
  fc.assert(
    fc.property(cases, (weights) => {
      expect(digitsAgree(weights, packAwq(weights).qweight, '75316420')).toBe(true);
    }),
    { numRuns: 40 },
  );
  const weights = randomQuantized(withGroup(128), 16, 8, 5);
  expect(digitsAgree(weights, packAwq(weights).qweight, '76543210')).toBe(false);
});

test('unpacking returns what was packed', () => {
  fc.assert(
    fc.property(cases, (weights) => {
      const { N, K, format } = weights;
      expect(unpackAwq(packAwq(weights), { N, K, group: Number(format.group) })).toEqual(weights);
    }),
    { numRuns: 40 },
  );
});

test('the group is told from the rows of the scales', () => {
  const read = (group: WeightFormat['group']): WeightFormat =>
    unpackAwq(packAwq(randomQuantized(withGroup(group), 8, 256, 1)), { N: 8, K: 256 }).format;
  expect(read(128)).toEqual(presetFormat('awq'));
  expect(read(64)).toEqual(withGroup(64));
  expect(read('K')).toEqual(withGroup('K'));
});

describe('broken layers', () => {
  const tensors = packAwq(randomQuantized(withGroup(64), 16, 128, 1));
  const sizes = { N: 16, K: 128 };

  test.each([
    [{ ...tensors, qweight: new Int32Array(255) }, 'qweight has 255 values: [128, 2] makes 256'],
    [{ ...tensors, qzeros: new Int32Array(5) }, 'qzeros has 5 values: [2, 2] makes 4'],
    [{ ...tensors, scales: new Uint16Array(31) }, 'scales has 31 values: [1, 16] makes 16'],
    [{ ...tensors, scales: new Uint16Array(0) }, 'scales has 0 values: [1, 16] makes 16'],
    [{ ...tensors, scales: new Uint16Array(16 * 129) }, 'scales has 129 rows of 16'],
  ])('are refused, naming the tensor', (broken, message) => {
    expect(() => unpackAwq(broken, sizes)).toThrow(message);
    expect(() => unpackAwq(broken, sizes)).toThrow(FormatError);
  });

  test('columns that fill no word are refused', () => {
    const scales = new Uint16Array(12);
    expect(() => unpackAwq({ ...tensors, scales }, { ...sizes, N: 12 })).toThrow(
      'N is 12: it must be a multiple of 8',
    );
  });
});
