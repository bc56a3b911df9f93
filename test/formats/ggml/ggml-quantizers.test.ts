import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WeightFormat } from '../../../src/formats/format.ts';
import { GGML_QUANTIZERS } from '../../../src/formats/ggml/quantizers.ts';
import { GGML_CODECS } from '../../../src/formats/ggml/registry.ts';
import { PRESETS } from '../../../src/formats/presets.ts';
import { assembleQuantized, type QuantizedWeights } from '../../../src/formats/quantized.ts';
import { decodeAll, expected, K, N, relativeError, source } from './vectors.ts';

const TYPES = Object.entries(GGML_CODECS).map(([type, { preset }]) => [type, preset] as const);
const formatOf = (preset: string): WeightFormat => PRESETS[preset]!.format;

const quantize = (preset: string, values: Float32Array, rows: number, columns: number): QuantizedWeights =>
  GGML_QUANTIZERS[preset]!(values, rows, columns, formatOf(preset));

test('there is a quantizer for every type that has a codec, and for no other', () => {
  expect(Object.keys(GGML_QUANTIZERS).sort()).toEqual(TYPES.map(([, preset]) => preset).sort());
});

describe('the weights that ggml quantized', () => {
  /** Whether the weights lose no more than ggml's, but for a hundred-thousandth. */
  const isAsGood = (type: string, weights: QuantizedWeights): boolean =>
    relativeError(source, decodeAll(weights)) <= relativeError(source, expected(type)) * (1 + 1e-5);

  test.each(TYPES)('%s loses no more than ggml’s does', (type, preset) => {
    expect(isAsGood(type, quantize(preset, source, N, K))).toBe(true);
  });

  test.each(TYPES)('%s with each code in the place of its neighbour loses more', (type, preset) => {
    const { format, codes, stored } = quantize(preset, source, N, K);
    const moved = codes.map((_, i) => codes[i ^ 1]!);
    expect(isAsGood(type, assembleQuantized(format, N, K, moved, stored))).toBe(false);
  });

  test('a scale of largest magnitude over seven, without a search, is not good enough for Q4_0', () => {
    const scales = new Float32Array((N * K) / 32);
    const codes = new Uint8Array(N * K);
    for (let g = 0; g < scales.length; g++) {
      const group = source.subarray(32 * g, 32 * g + 32);
      const scale = Math.max(...group.map(Math.abs)) / 7;
      scales[g] = scale;
      codes.set(
        group.map((value) => Math.round(value / scale) + 8),
        32 * g,
      );
    }
    // An f32 scale, so that its rounding cannot be what fails.
    const format: WeightFormat = { ...formatOf('q4_0'), scale: 'f32' };
    const stored = { scales: new Uint32Array(scales.buffer) };
    expect(isAsGood('q4_0', assembleQuantized(format, N, K, codes, stored))).toBe(false);
  });

  test('a parent that is off by a thirtieth is not good enough for Q6_K', () => {
    const { format, codes, stored } = quantize('q6_k', source, N, K);
    const parents = stored.parents!.map((parent) => parent * (1 + 1 / 30));
    expect(isAsGood('q6_k', assembleQuantized(format, N, K, codes, { ...stored, parents }))).toBe(false);
  });

  test.each(TYPES)('%s survives being packed', (type, preset) => {
    const weights = quantize(preset, source, N, K);
    const codec = GGML_CODECS[type]!;
    expect(codec.unpack(codec.pack(weights), N, K)).toEqual(weights);
  });
});

describe('weights that a format holds exactly', () => {
  // Codes from end to end in each group, and scales that are powers of two: no search may miss those.
  test.each([
    ['q4_0', (i: number) => (i % 16) - 8],
    ['q4_1', (i: number) => (i % 16) - 3],
    ['q5_0', (i: number) => (i % 32) - 16],
    ['q5_1', (i: number) => (i % 32) + 7],
    ['q8_0', (i: number) => (i % 32 === 0 ? -128 : (i * 37) % 128)],
    [
      'iq4_nl',
      (i: number) => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113][i % 16]!,
    ],
    ['mxfp4-ggml', (i: number) => [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.5, -1, -1.5, -2, -3, -4, -6][i % 15]!],
    ['nvfp4-ggml', (i: number) => [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.5, -1, -1.5, -2, -3, -4, -6][i % 15]!],
    ['tq1_0', (i: number) => (i % 3) - 1],
    ['tq2_0', (i: number) => (i % 3) - 1],
    ['q1_0', (i: number) => 2 * (i % 2) - 1],
    ['q2_0', (i: number) => (i % 4) - 1],
  ] satisfies [string, (i: number) => number][])('%s loses nothing', (preset, value) => {
    const values = Float32Array.from({ length: 256 }, (_, i) => value(i) / 8);
    expect([...decodeAll(quantize(preset, values, 1, 256))]).toEqual([...values]);
  });

  test('the negative of what Q4_0 holds is held as well, by a negative scale', () => {
    const values = Float32Array.from({ length: 32 }, (_, i) => 8 - (i % 16));
    const weights = quantize('q4_0', values, 1, 32);
    expect([...decodeAll(weights)]).toEqual([...values]);
    expect(weights.scales[0]).toBe(-1);
  });
});

describe('weights at the ends of f32', () => {
  const rows: Readonly<Record<string, (i: number) => number>> = {
    'the largest': (i) => (i % 2 ? 1 : -1) * 3.4028234663852886e38,
    'large ones': (i) => ((i * 7919) % 1000) * 1e6,
    'the least': (i) => (i % 3 ? 1 : -1) * 2 ** -149,
    'small ones': (i) => (((i * 7919) % 1000) - 500) * 1e-9,
    'one among zeros': (i) => (i === 100 ? 1e4 : 0),
    'one tiny among zeros': (i) => (i === 100 ? 1e-40 : 0),
    'all the same': () => 0.7,
    'all the same, negative and tiny': () => -1e-7,
    'none negative': (i) => 5 + ((i * 7919) % 100) / 100,
    'all scales at once': (i) => (i % 2 ? 1 : -1) * 10 ** ((i % 70) - 38),
  };

  test.each(TYPES.flatMap(([, preset]) => Object.keys(rows).map((name) => [preset, name] as const)))(
    '%s of %s is finite and no worse than zeros',
    (preset, name) => {
      const values = Float32Array.from({ length: 512 }, (_, i) => rows[name]!(i));
      const decoded = decodeAll(quantize(preset, values, 1, 512));
      expect(decoded.every(Number.isFinite)).toBe(true);
      expect(relativeError(values, decoded)).toBeLessThanOrEqual(1 + 1e-9);
    },
  );

  test.each(TYPES)('%s of zeros is zeros', (_, preset) => {
    const decoded = decodeAll(quantize(preset, new Float32Array(512), 2, 256));
    expect(decoded).toEqual(new Float32Array(512));
  });

  test.each(TYPES)('%s of any finite weights is finite and no worse than zeros', (_, preset) => {
    const weight = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ min: -1, max: 1, noNaN: true }),
      fc.constant(0),
    );
    fc.assert(
      fc.property(fc.array(weight, { minLength: 256, maxLength: 256 }), (array) => {
        const values = Float32Array.from(array);
        const decoded = decodeAll(quantize(preset, values, 1, 256));
        expect(decoded.every(Number.isFinite)).toBe(true);
        if (values.some((value) => value !== 0)) {
          expect(relativeError(values, decoded)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('a K-quant of weights as small as a model’s keeps its precision, though its parents are subnormal f16', () => {
    // A standard deviation of 0.02, as large models have: the parent of Q6_K is then about 0.02 · 3 / 32 / 128.
    const small = source.map((value) => value / 6);
    const weights = quantize('q6_k', small, N, K);
    expect(Math.max(...weights.stored.parents!)).toBeLessThan(2 ** -14);
    expect(relativeError(small, decodeAll(weights))).toBeLessThan(
      1.02 * relativeError(source, expected('q6_k')),
    );
  });
});

test('a K that is no multiple of the block is refused', () => {
  expect(() => quantize('q4_k', new Float32Array(128), 1, 128)).toThrow('K is 128 and must be a multiple');
});
