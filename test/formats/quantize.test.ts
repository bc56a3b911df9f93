import { f16round } from '@petamoriken/float16';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listFormats } from '../../src/formats/catalogue.ts';
import { elementOf, groupCount, groupSize, type WeightFormat } from '../../src/formats/format.ts';
import { quantize, UnquantizableError } from '../../src/formats/quantize.ts';
import type { QuantizedWeights } from '../../src/formats/quantized.ts';

const INT4: WeightFormat = { element: 'int4', group: 8, scale: 'f32', zeroPoint: false };

const quantizeRow = (values: number[], format: WeightFormat): QuantizedWeights =>
  quantize(Float32Array.from(values), 1, values.length, format);

describe('hand-worked groups', () => {
  test.each([
    // Scale 7 / 7 = 1: ties at ±.5, ±1.5, ±2.5, ±3.5 go to the even integer; code = value + 8.
    ['int4', INT4, [7, -3.5, 0.5, 1.5, 2.5, -0.5, -1.5, 0], 1, [15, 4, 8, 10, 10, 8, 6, 8], undefined],
    // The largest magnitude is negative: −7 is code 1, and no code 0 arises.
    ['int4, negative', INT4, [-7, 7, 6.6, -6.6], 1, [1, 15, 15, 1], undefined],
    ['int8', { ...INT4, element: 'int8' }, [127, -127, -0.5, 1.5], 1, [255, 1, 128, 130], undefined],
    ['uint8', { ...INT4, element: 'uint8' }, [255, -3, 0.5, 1.5], 1, [255, 0, 0, 2], undefined],
    ['uint4', { ...INT4, element: 'uint4' }, [30, 3, 5, 29], 2, [15, 2, 2, 14], undefined],
    // 1/7 in binary16 is 1170·2⁻¹³; 2.5/7 is then 2.5006 steps, which rounds up, though 2.5 would round to 2.
    ['int4 f16', { ...INT4, scale: 'f16' }, [1, Math.fround(2.5 / 7)], 1170 * 2 ** -13, [15, 11], undefined],
    // Range 15, zero 4: 3.5 → 4 + 4.
    ['int4z', { ...INT4, zeroPoint: true }, [-4, 11, 0, 3.5], 1, [0, 15, 4, 8], 4],
    // zero = RNE(2.5) = 2; −2.5 → −2, 12.5 → 12.
    ['int4z, tie', { ...INT4, zeroPoint: true }, [-2.5, 12.5], 1, [0, 14], 2],
    ['int4z, positive', { ...INT4, zeroPoint: true }, [15, 7.5], 1, [15, 8], 0],
    ['int4z, negative', { ...INT4, zeroPoint: true }, [-15, -1], 1, [0, 14], 15],
    ['uint8z', { ...INT4, element: 'uint8', zeroPoint: true }, [-100, 155], 1, [0, 255], 100],
  ] satisfies [string, WeightFormat, number[], number, number[], number | undefined][])(
    '%s',
    (_, format, values, scale, codes, zero) => {
      const weights = quantizeRow(values, format);
      expect([...weights.scales]).toEqual([scale]);
      expect([...weights.codes]).toEqual(codes);
      expect(weights.zeros?.[0]).toBe(zero);
    },
  );

  test('each group of each column has its own scale, the short last one too', () => {
    const format: WeightFormat = { ...INT4, group: 2 };
    // The second column begins with a weight larger than any in the first one's short group.
    const values = Float32Array.of(7, 1, 14, 2, 21, -28, 4, 0, 0, 3.5);
    const { scales, codes } = quantize(values, 2, 5, format);
    expect([...scales]).toEqual([1, 2, 3, 4, 0, 0.5]);
    expect([...codes]).toEqual([15, 9, 15, 9, 15, 1, 9, 8, 8, 15]);
  });
});

describe('the ends of the scale types', () => {
  const f16: WeightFormat = { ...INT4, scale: 'f16' };

  test('a group of zeros has scale 0 and decodes to zeros', () => {
    expect(quantizeRow([0, -0, 0], f16)).toMatchObject({
      scales: Float32Array.of(0),
      codes: Uint8Array.of(8, 8, 8),
    });
    expect(quantizeRow([0, 0], { ...f16, zeroPoint: true })).toMatchObject({
      scales: Float32Array.of(0),
      codes: Uint8Array.of(0, 0),
      zeros: Uint8Array.of(0),
    });
  });

  test('an unsigned group without a positive weight has scale 0', () => {
    expect(quantizeRow([-1, -2], { ...f16, element: 'uint4' })).toMatchObject({
      scales: Float32Array.of(0),
      codes: Uint8Array.of(0, 0),
    });
  });

  test('a scale that would be subnormal in f16 is the smallest normal', () => {
    // 1e-4 / 2⁻¹⁴ = 1.64 → 2; 1e-6 → 0.
    expect(quantizeRow([1e-4, 1e-6], f16)).toMatchObject({
      scales: Float32Array.of(2 ** -14),
      codes: Uint8Array.of(10, 8),
    });
  });

  test('a scale that would overflow f16 is the largest finite one, and weights beyond clamp to the full range', () => {
    // ±1e6 / 65504 = ±15.3.
    expect(quantizeRow([1e6, -1e6, 131008], f16)).toMatchObject({
      scales: Float32Array.of(65504),
      codes: Uint8Array.of(15, 0, 10),
    });
  });

  test('f32 scales are normal and every code decodes to a finite f32', () => {
    expect(quantizeRow([1e-40], INT4).scales[0]).toBe(2 ** -126);
    const largest = quantizeRow([3.4e38, -3.4e38], { ...INT4, element: 'uint8', zeroPoint: true });
    expect(Number.isFinite(Math.fround(largest.scales[0]! * 255))).toBe(true);
  });
});

describe('weights that are not numbers', () => {
  test.each([NaN, Infinity, -Infinity])('%f is refused by its place', (value) => {
    const act = (): unknown => quantize(Float32Array.of(0, 1, 2, 3, 4, value), 2, 3, INT4);
    expect(act).toThrow(UnquantizableError);
    expect(act).toThrow(
      `The weight at n = 1, k = 2 is ${String(value)}: only finite weights can be quantized.`,
    );
  });
});

/** A weight's distance to its decoded code and to the nearest value on its group's grid, exact in f64. */
function distances(
  values: Float32Array,
  weights: QuantizedWeights,
  index: number,
): { chosen: number; nearest: number } {
  const { format, K, codes, scales, zeros } = weights;
  const { bits, signed } = elementOf(format);
  const group =
    Math.floor(index / K) * groupCount(format, K) + Math.floor((index % K) / groupSize(format, K));
  const zero = zeros ? zeros[group]! : signed ? 2 ** (bits - 1) : 0;
  const distance = (code: number): number => Math.abs(values[index]! - scales[group]! * (code - zero));
  const all = Array.from({ length: 2 ** bits }, (_, code) => distance(code));
  return { chosen: distance(codes[index]!), nearest: Math.min(...all) };
}

const matrix = fc
  .record({ N: fc.integer({ min: 1, max: 3 }), K: fc.integer({ min: 1, max: 40 }) })
  .chain(({ N, K }) => {
    const weight = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true, min: -1, max: 1 }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -40, max: 40 }).map((halves) => halves / 2),
    );
    return fc
      .array(weight, { minLength: N * K, maxLength: N * K })
      .map((values) => ({ N, K, values: Float32Array.from(values) }));
  });

describe.each(listFormats(64))('$name', (format) => {
  test('every weight gets the nearest code of its grid', () => {
    fc.assert(
      fc.property(matrix, ({ N, K, values }) => {
        const weights = quantize(values, N, K, format);
        for (let i = 0; i < values.length; i++) {
          const { chosen, nearest } = distances(values, weights, i);
          expect(chosen).toBe(nearest);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('within the range of the scale type, decoding is within half a step of every weight that the grid spans', () => {
    const { bits, signed } = elementOf(format);
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, min: -30000, max: 30000 }), { minLength: 1, maxLength: 16 }),
        (list) => {
          const values = Float32Array.from(list, (value) =>
            signed || format.zeroPoint ? value : Math.abs(value),
          );
          const weights = quantize(values, 1, values.length, format);
          const span = Math.max(...values, 0) - Math.min(...values, 0);
          // At the ends of the grid, the rounding of the scale comes on top.
          const slack = span * (format.scale === 'f16' ? 2 ** -11 : 2 ** -24);
          for (let i = 0; i < values.length; i++) {
            const { chosen } = distances(values, weights, i);
            expect(chosen).toBeLessThanOrEqual(weights.scales[0]! / 2 + slack);
          }
          expect(weights.scales[0]).toBeLessThanOrEqual(
            Math.max((span / (2 ** (bits - 1) - 1)) * 1.001, 2 ** -14),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  test('scales are zero or normal numbers of their type', () => {
    fc.assert(
      fc.property(matrix, ({ N, K, values }) => {
        for (const scale of quantize(values, N, K, format).scales) {
          const [smallest, stored] =
            format.scale === 'f16' ? [2 ** -14, f16round(scale)] : [2 ** -126, Math.fround(scale)];
          expect(stored).toBe(scale);
          expect(scale === 0 || (scale >= smallest && Number.isFinite(scale))).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

test('the nearest-code check finds a code that is one off', () => {
  const values = Float32Array.of(7, 3, -2);
  const weights = quantize(values, 1, 3, INT4);
  weights.codes[1]! += 1;
  const { chosen, nearest } = distances(values, weights, 1);
  expect(chosen).toBeGreaterThan(nearest);
});
