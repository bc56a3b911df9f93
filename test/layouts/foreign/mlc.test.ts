import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/element-names.ts';
import { type QuantizedWeights, RowDecoder } from '../../../src/formats/quantized.ts';
import { packMlc, unpackMlc } from '../../../src/layouts/foreign/mlc.ts';
import { hex, presetFormat, randomQuantized, steps, unnamed } from './random-foreign.ts';

const cases = fc
  .constantFrom('q4f16_1' as const, 'q3f16_1' as const)
  .chain((preset) =>
    fc.record({
      preset: fc.constant(preset),
      N: fc.integer({ min: 1, max: 4 }),
      K: preset === 'q4f16_1' ? steps(32, 4) : fc.integer({ min: 1, max: 130 }),
      seed: fc.nat(),
    }),
  )
  .map(({ preset, N, K, seed }) => ({ preset, weights: randomQuantized(presetFormat(preset), N, K, seed) }));

test('eight codes of 4 bits and ten of 3 bits begin at the low end of a word', () => {
  const four = randomQuantized(presetFormat('q4f16_1'), 1, 32, 1);
  four.codes.set([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(hex(packMlc(four).q_weight.subarray(0, 1), 8)).toBe('76543210');
  const three = randomQuantized(presetFormat('q3f16_1'), 1, 40, 1);
  three.codes.set([0, 1, 2, 3, 4, 5, 6, 7, 1, 2, 5]);
  // Octal digits, the first code last: 2 1 7 6 5 4 3 2 1 0; the eleventh code is in the next word.
  const [first, second] = packMlc(three).q_weight;
  expect(first).toBe(0o2176543210);
  expect(second! & 7).toBe(5);
});

test('values are the code minus 7, and minus 3', () => {
  const read = (preset: 'q4f16_1' | 'q3f16_1', word: number, K: number): number[] => {
    const tensors = { q_weight: new Uint32Array(4).fill(word), q_scale: Uint16Array.of(0x3c00) };
    const weights = unpackMlc(preset, tensors, 1, K);
    const row = new Float64Array(K);
    new RowDecoder(weights.format, K).decode(weights, 0, row);
    return [...row.subarray(0, 8)];
  };
  expect(read('q4f16_1', 0x76543210, 32)).toEqual([-7, -6, -5, -4, -3, -2, -1, 0]);
  expect(read('q3f16_1', 0o2176543210, 40)).toEqual([-3, -2, -1, 0, 1, 2, 3, 4]);
});

/** Whether the digits of each word, from its low end on, are the codes along K; a group has four words. */
function holds({ N, K, codes }: QuantizedWeights, words: Uint32Array, bits: number, per: number): boolean {
  const perRow = words.length / N;
  return Array.from({ length: N }, (_, n) => n).every((n) => {
    const row = Array.from(words.subarray(n * perRow, (n + 1) * perRow)).flatMap((word) => {
      const digits = Array.from(word.toString(2).padStart(32, '0')).reverse();
      return Array.from({ length: per }, (_, i) =>
        parseInt(
          digits
            .slice(i * bits, (i + 1) * bits)
            .reverse()
            .join(''),
          2,
        ),
      );
    });
    return Array.from({ length: K }, (_, k) => k).every((k) => row[k] === codes[n * K + k]);
  });
}

test('every code is at its place, and a contiguous stream is noticed', () => {
  fc.assert(
    fc.property(cases, ({ preset, weights }) => {
      const { q_weight } = packMlc(weights);
      const [bits, per, group] = preset === 'q4f16_1' ? [4, 8, 32] : [3, 10, 40];
      expect(q_weight).toHaveLength(weights.N * Math.ceil(weights.K / group) * 4);
      expect(holds(weights, q_weight, bits, per)).toBe(true);
    }),
    { numRuns: 40 },
  );
  const weights = randomQuantized(presetFormat('q3f16_1'), 1, 40, 1);
  // Straddling words would put the eleventh code at bit 30.
  const stream = packMlc(weights).q_weight.map(
    (word, i, all) => (word >>> (2 * i)) | ((all[i + 1] ?? 0) << 30),
  );
  expect(holds(weights, stream, 3, 10)).toBe(false);
});

test('unpacking returns what was packed, whatever the bits left in a word are', () => {
  fc.assert(
    fc.property(cases, ({ preset, weights }) => {
      const tensors = packMlc(weights);
      expect(unpackMlc(preset, tensors, weights.N, weights.K)).toEqual(weights);
      if (preset === 'q4f16_1') return;
      const q_weight = tensors.q_weight.map((word) => word | 0xc0000000);
      expect(unpackMlc(preset, { ...tensors, q_weight }, weights.N, weights.K)).toEqual(weights);
    }),
    { numRuns: 40 },
  );
});

describe('broken layers', () => {
  test('are refused, naming the tensor', () => {
    const q_scale = new Uint16Array(2);
    expect(() => unpackMlc('q3f16_1', { q_weight: new Uint32Array(7), q_scale }, 1, 41)).toThrow(
      'q_weight has 7 values: [1, 8] makes 8',
    );
    expect(() => unpackMlc('q3f16_1', { q_weight: new Uint32Array(8), q_scale }, 1, 81)).toThrow(FormatError);
    expect(() => unpackMlc('q3f16_1', { q_weight: new Uint32Array(4), q_scale }, 1, 40)).toThrow(
      'q_scale has 2 values: [1, 1] makes 1',
    );
    expect(() => unpackMlc('q4f16_1', { q_weight: new Uint32Array(8), q_scale }, 1, 40)).toThrow(
      'K is 40: it must be a multiple of 32',
    );
    expect(() => unpackMlc('q4f16_1', { q_weight: new Uint32Array(8), q_scale }, 2 ** 40, 2 ** 40)).toThrow(
      FormatError,
    );
  });

  test('other formats have no room', () => {
    expect(() => packMlc(randomQuantized(presetFormat('q4_0'), 1, 32, 1))).toThrow(
      /MLC LLM cannot hold q4_0/,
    );
    const format = unnamed(presetFormat('q4f16_1'));
    expect(() => packMlc(randomQuantized({ ...format, group: 64 }, 1, 64, 1))).toThrow(/its group is 64/);
  });
});
