import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFloat16 } from '../../../src/base/float16.ts';
import { FormatError } from '../../../src/formats/element-names.ts';
import { groupSize, type WeightFormat } from '../../../src/formats/format.ts';
import { type QuantizedWeights, RowDecoder } from '../../../src/formats/quantized.ts';
import { unpackGptq } from '../../../src/layouts/foreign/gptq.ts';
import { type IndexedGptqTensors, packGptq } from './pack-gptq.ts';
import { hex, presetFormat, randomQuantized, steps } from './random-foreign.ts';

const WHOLE: Readonly<Record<number, number>> = { 2: 16, 3: 32, 4: 8, 8: 4 };

const gptqFormat = (bits: number, version: 1 | 2, group: number): WeightFormat => {
  const { preset, ...format } = presetFormat(`gptq${bits}${version === 1 ? '' : '-v2'}`);
  return group === format.group ? { ...format, preset: preset! } : { ...format, group };
};

/** Random weights with a permutation of K. */
const cases = fc
  .record({ bits: fc.constantFrom(2, 3, 4, 8), version: fc.constantFrom(1 as const, 2 as const) })
  .chain(({ bits, version }) =>
    fc.record({
      version: fc.constant(version),
      N: steps(WHOLE[bits]!, 2),
      K: steps(WHOLE[bits]!, 4),
      group: fc.constantFrom(8, 24, 128),
      bits: fc.constant(bits),
      seed: fc.nat(),
    }),
  )
  .chain(({ K, ...others }) =>
    fc.record({
      K: fc.constant(K),
      order: fc.shuffledSubarray(
        Array.from({ length: K }, (_, k) => k),
        { minLength: K },
      ),
      rest: fc.constant(others),
    }),
  );

const random = (
  { version, bits, group, N, seed }: { version: 1 | 2; bits: number; group: number; N: number; seed: number },
  K: number,
): QuantizedWeights => randomQuantized(gptqFormat(bits, version, group), N, K, seed);

test('32 codes of 3 bits lie in three words of their column', () => {
  const weights = randomQuantized(gptqFormat(3, 2, 128), 32, 32, 1);
  for (let k = 0; k < 32; k++) weights.codes[5 * 32 + k] = k % 8;
  const { qweight } = packGptq(weights);
  expect(hex([qweight[5]!, qweight[32 + 5]!, qweight[64 + 5]!], 8)).toBe('88fac688 c688fac6 fac688fa');
});

test('eight codes of 4 bits lie in one word, the first in its low nibble, and so do eight zero points along N', () => {
  const weights = randomQuantized(gptqFormat(4, 1, 128), 8, 8, 1);
  for (let i = 0; i < 8; i++) {
    weights.codes[3 * 8 + i] = i;
    weights.zeros![i] = i;
  }
  const { qweight, qzeros } = packGptq(weights);
  expect(hex([qweight[3]!, qzeros[0]!], 8)).toBe('76543210 76543210');
});

/** The weight at (n, k) by GPTQ's description of its tensors, bit by bit from them alone. */
function weightAt(
  { qweight, qzeros, scales, g_idx }: IndexedGptqTensors,
  bits: number,
  N: number,
  version: 1 | 2,
) {
  const field = (bitAt: (i: number) => number): number =>
    Array.from({ length: bits }, (_, b) => bitAt(b) * 2 ** b).reduce((sum, value) => sum + value, 0);
  const bit = (word: number, at: number): number => (word >>> at) & 1;
  return (n: number, k: number): number => {
    const g = g_idx[k]!;
    const code = field((b) => bit(qweight[Math.floor((k * bits + b) / 32) * N + n]!, (k * bits + b) % 32));
    const perRow = (N * bits) / 32;
    const zero = field((b) =>
      bit(qzeros[g * perRow + Math.floor((n * bits + b) / 32)]!, (n * bits + b) % 32),
    );
    const half = scales[g * N + n]!;
    const scale = 2 ** ((half >> 10) - 15) * (1 + (half & 1023) / 1024);
    return scale * (code - (version === 1 ? zero + 1 : zero));
  };
}

/** Whether tensors say, weight by weight, what canonical weights do. */
function agrees(
  tensors: IndexedGptqTensors,
  weights: QuantizedWeights,
  order: readonly number[],
  version: 1 | 2,
): boolean {
  const { format, N, K } = weights;
  const decoder = new RowDecoder(format, K);
  const row = new Float64Array(K);
  const at = weightAt(tensors, Number(format.element.slice(4)), N, version);
  return Array.from({ length: N }, (_, n) => n).every((n) => {
    decoder.decode(weights, n, row);
    return order.every((original, k) => at(n, original) === row[k]);
  });
}

describe('any bits, group, version and order', () => {
  test('the tensors mean what the weights do', () => {
    fc.assert(
      fc.property(cases, ({ K, order, rest }) => {
        const weights = random(rest, K);
        const tensors = packGptq(weights, Uint32Array.from(order));
        expect(agrees(tensors, weights, order, rest.version)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('unpacking returns what was packed, in the order in which groups are consecutive', () => {
    fc.assert(
      fc.property(cases, ({ K, order, rest }) => {
        const weights = random(rest, K);
        const size = groupSize(weights.format, K);
        // Within a group unpacking keeps the order of k.
        const sorted = order
          .map((k, i) => [Math.floor(i / size), k] as const)
          .sort((a, b) => a[0] - b[0] || a[1] - b[1])
          .map(([, k]) => k);
        const tensors = packGptq(weights, Uint32Array.from(order));
        const { N, bits, version, group } = rest;
        const back = unpackGptq(tensors, { N, K, bits, version, group });
        expect([...(back.order ?? sorted.keys())]).toEqual(sorted);
        expect(back.weights.format).toEqual(weights.format);
        expect(packGptq(back.weights, back.order)).toEqual(tensors);
        expect(agrees(tensors, back.weights, sorted, version)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('without g_idx, and with one in order, nothing moves', () => {
    const weights = randomQuantized(gptqFormat(4, 1, 32), 16, 64, 7);
    const { g_idx, ...plain } = packGptq(weights);
    expect([...g_idx]).toEqual(Array.from({ length: 64 }, (_, k) => (k < 32 ? 0 : 1)));
    const sizes = { N: 16, K: 64, bits: 4, version: 1 } as const;
    expect(unpackGptq(plain, sizes)).toEqual({ weights, order: undefined });
    expect(unpackGptq({ ...plain, g_idx }, sizes)).toEqual({ weights, order: undefined });
  });

  test('the comparison notices the other version, another order and codes packed along N', () => {
    const weights = randomQuantized(gptqFormat(4, 1, 32), 64, 64, 7);
    const order = Array.from({ length: 64 }, (_, k) => k);
    const tensors = packGptq(weights);
    expect(agrees(tensors, weights, order, 1)).toBe(true);
    expect(agrees(tensors, weights, order, 2)).toBe(false);
    expect(agrees(tensors, weights, order.toReversed(), 1)).toBe(false);
    const turned = tensors.qweight.map((_, i) => tensors.qweight[(i % 8) * 64 + (i >> 3)]!);
    expect(agrees({ ...tensors, qweight: turned }, weights, order, 1)).toBe(false);
  });
});

test('the format is a preset where the group is, and has no name where not', () => {
  const read = (group: number, version: 1 | 2): unknown => {
    const weights = randomQuantized(gptqFormat(4, version, group), 8, 256, 3);
    return unpackGptq(packGptq(weights), { N: 8, K: 256, bits: 4, version }).weights.format;
  };
  expect(read(128, 1)).toMatchObject({ preset: 'gptq4', group: 128, zeroPoint: 'minus-one' });
  expect(read(128, 2)).toMatchObject({ preset: 'gptq4-v2', group: 128, zeroPoint: true });
  expect(read(64, 1)).not.toHaveProperty('preset');
  expect(read(64, 1)).toMatchObject({ group: 64 });
  expect(read(256, 1)).toMatchObject({ group: 'K' });
});

test('version 1 stores zero points minus 1', () => {
  // One column group: scale 1, stored zero 7, code 15: 15 − 8 in version 1, 15 − 7 in version 2.
  const read = (version: 1 | 2): number[] => {
    const tensors = {
      qweight: new Int32Array(8).fill(-1),
      qzeros: Int32Array.of(0x77777777),
      scales: new Uint16Array(8).fill(encodeFloat16(1)),
    };
    const { weights } = unpackGptq(tensors, { N: 8, K: 8, bits: 4, version });
    const row = new Float64Array(8);
    new RowDecoder(weights.format, 8).decode(weights, 0, row);
    return [...row];
  };
  expect(read(1)).toEqual(Array(8).fill(7));
  expect(read(2)).toEqual(Array(8).fill(8));
});

describe('broken layers', () => {
  const weights = randomQuantized(gptqFormat(4, 1, 32), 16, 80, 7);
  const tensors = packGptq(weights);
  const sizes = { N: 16, K: 80, bits: 4, version: 1, group: 32 } as const;

  test('a short last group is none of them', () => {
    expect(unpackGptq(tensors, sizes).weights).toEqual(weights);
    expect(unpackGptq(tensors, { ...sizes, group: undefined }).weights).toEqual(weights);
  });

  test.each([
    ['qweight', { ...tensors, qweight: new Int32Array(159) }, 'qweight has 159 values: [10, 16] makes 160'],
    ['qzeros', { ...tensors, qzeros: new Int32Array(7) }, 'qzeros has 7 values: [3, 2] makes 6'],
    ['scales', { ...tensors, scales: new Uint16Array(47) }, 'scales has 47 values: [2, 16] makes 32'],
    ['g_idx', { ...tensors, g_idx: new Int32Array(79) }, 'g_idx has 79 values: [80] makes 80'],
    ['g_idx', { ...tensors, g_idx: tensors.g_idx.with(3, 3) }, 'g_idx has group 3 for k = 3'],
    ['g_idx', { ...tensors, g_idx: tensors.g_idx.with(3, -1) }, 'g_idx has group -1 for k = 3'],
    [
      'g_idx',
      { ...tensors, g_idx: tensors.g_idx.with(3, 1) },
      'g_idx puts 31 weights into group 0: every group must have exactly 32, except a short last one.',
    ],
    ['scales', { ...tensors, scales: new Uint16Array(48).fill(0x7c00) }, 'scales makes a scale of Infinity'],
  ])('%s is named', (_, broken, message) => {
    expect(() => unpackGptq(broken, sizes)).toThrow(message);
    expect(() => unpackGptq(broken, sizes)).toThrow(FormatError);
  });

  test('sizes that do not fill words or are absurd are refused at once', () => {
    expect(() => unpackGptq(tensors, { ...sizes, K: 2 ** 52, N: 16 })).toThrow(FormatError);
    expect(() => unpackGptq(tensors, { ...sizes, K: 81 })).toThrow(/K is 81: it must be a multiple of 8/);
    expect(() => unpackGptq(tensors, { ...sizes, N: 0 })).toThrow('N is 0');
    expect(() => unpackGptq(tensors, { ...sizes, bits: 5 })).toThrow('GPTQ has 2, 3, 4, 8 bits');
    expect(() => unpackGptq(tensors, { ...sizes, group: 16 })).toThrow(/groups of 16 do not make K = 80/);
    const { g_idx, ...plain } = tensors;
    expect(g_idx).toHaveLength(80);
    expect(() => unpackGptq(plain, { ...sizes, group: undefined })).toThrow(/must be said/);
  });
});
