import { f16round } from '@petamoriken/float16';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementValues } from '../../src/formats/element.ts';
import { FormatError } from '../../src/formats/element-names.ts';
import { elementOf, formatName, groupCount, groupSize, type WeightFormat } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import { quantize, UnquantizableError } from '../../src/formats/quantize.ts';
import { type QuantizedWeights, RowDecoder } from '../../src/formats/quantized.ts';

const INT4: WeightFormat = {
  element: 'int4',
  group: 8,
  scale: 'f32',
  zeroPoint: false,
  secondLevel: 'none',
  rule: 'amax',
  block: 1,
};

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
    // GPTQ v1 stores 3 for zero point 4; a zero point of 0 cannot be stored, so that all of 0 … 14 lie above 1.
    ['gptq', { ...INT4, element: 'uint4', zeroPoint: 'minus-one' }, [-4, 11, 0, 3.5], 1, [0, 15, 4, 8], 3],
    ['gptq, positive', { ...INT4, element: 'uint4', zeroPoint: 'minus-one' }, [14, 7], 1, [15, 8], 0],
    ['gptq, negative', { ...INT4, element: 'uint4', zeroPoint: 'minus-one' }, [-15, -1], 1, [0, 14], 14],
    ['ternary', { ...INT4, element: 'ternary' }, [3, -3, 1.5, -1.6], 3, [2, 0, 1, 0], undefined],
    // Odd numbers: 7 is code 7, 0 lies between −1 and 1 and becomes the even code's, 1.
    ['bipolar3', { ...INT4, element: 'bipolar3' }, [7, -7, 2.1, 0], 1, [7, 0, 5, 4], undefined],
    // One value below zero and 0: what is above zero is lost.
    ['int1', { ...INT4, element: 'int1' }, [5, -2, -0.9], 2, [1, 0, 1], undefined],
    ['mxint8', { ...INT4, element: 'int8-mx' }, [127 / 64, -127 / 64, 1 / 64], 1, [255, 1, 129], undefined],
    ['e2m1', { ...INT4, element: 'e2m1' }, [12, -6, 1, -1.4], 2, [7, 13, 1, 9], undefined],
    // The largest weight is below zero; −127 is nearer its end than 113 is to the other.
    ['iq4_nl', { ...INT4, element: 'iq4-nl' }, [-127, 113, 0], 1, [0, 15, 8], undefined],
    ['nf4', { ...INT4, element: 'nf4' }, [-2, 0, 1], 2, [0, 7, 12], undefined],
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

describe('minima', () => {
  const q4: WeightFormat = { ...INT4, element: 'uint4', zeroPoint: 'min' };

  test('the least weight is the minimum, and 0 need not be spanned', () => {
    const { scales, mins, codes } = quantizeRow([10, 25, 12.6], q4);
    expect([...scales]).toEqual([1]);
    expect([...mins!]).toEqual([10]);
    expect([...codes]).toEqual([0, 15, 3]);
  });

  test('a constant group is its minimum', () => {
    const { scales, mins } = quantizeRow([-3, -3], q4);
    expect([scales[0], mins![0]]).toEqual([0, -3]);
  });

  test('multiples of a second level are taken off, so that a minimum is at most 0', () => {
    const format: WeightFormat = { ...q4, group: 16, scale: 'u6', secondLevel: 'super' };
    const values = [
      ...Array.from({ length: 16 }, (_, k) => k + 5),
      ...Array.from({ length: 16 }, (_, k) => k - 63),
    ];
    const { mins, stored } = quantizeRow(values, format);
    expect([...mins!].map((min) => min + 0)).toEqual([0, -63]);
    expect([...stored.mins!]).toEqual([0, 63]);
    expect(stored.parentMins![0]).toBe(1);
  });
});

describe('blocks', () => {
  test('K must be a multiple of the block', () => {
    const act = (): unknown => quantize(new Float32Array(161), 1, 161, PRESETS['q4_k']!.format);
    expect(act).toThrow(FormatError);
    expect(act).toThrow('q4_k has blocks of 256 weights: K must be a multiple of it, and is 161.');
  });

  test('only ggml’s own presets have a rule of ggml’s', () => {
    expect(() => quantizeRow([1, 2], { ...INT4, rule: 'ggml' })).toThrow(
      'Internal error: int4-g8-f32 has no quantizer of ggml',
    );
  });
});

/** A weight's distance to its decoded code and to the nearest value on its group's grid, exact in f64. */
function distances(
  values: Float32Array,
  weights: QuantizedWeights,
  index: number,
): { chosen: number; nearest: number } {
  const { format, K, codes } = weights;
  const [n, k] = [Math.floor(index / K), index % K];
  const decoder = new RowDecoder(format, K);
  const distance = (code: number): number =>
    Math.abs(values[index]! - decoder.decodeOne(weights, n, Math.floor(k / groupSize(format, K)), code));
  const all = Array.from(elementValues(elementOf(format)), (_, code) => distance(code));
  return { chosen: distance(codes[index]!), nearest: Math.min(...all.filter((each) => each < Infinity)) };
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

/** Formats whose codes, zero points and scales come in all kinds. */
const FORMATS: readonly WeightFormat[] = [
  ...['int4', 'uint4', 'int8', 'uint8'].flatMap((element) =>
    [false, true].flatMap((zeroPoint) =>
      ([16, 'K'] as const).flatMap((group) =>
        (['f16', 'f32'] as const).map((scale) => ({ ...INT4, element, zeroPoint, group, scale })),
      ),
    ),
  ),
  { ...INT4, element: 'uint3', zeroPoint: 'minus-one', group: 5 },
  { ...INT4, element: 'int5', scale: 'bf16', group: 40 },
  { ...INT4, element: 'bipolar2' },
  { ...INT4, element: 'ternary', rule: 'mean' },
  { ...INT4, element: 'e2m1', scale: 'e8m0', rule: 'floor' },
  { ...INT4, element: 'e3m2', scale: 'ue5m3', rule: 'ceil' },
  { ...INT4, element: 'e4m3', scale: 'ue4m3', secondLevel: 'tensor' },
  { ...INT4, element: 'e4m3:top=nan,overflow=infinity' },
  { ...INT4, element: 'nf4', scale: 'dynamic8', secondLevel: 'double' },
  { ...INT4, element: 'int3', scale: 'i6', secondLevel: 'super', group: 16 },
  { ...INT4, element: 'table:-4,1,0.5,9,-0.25', rule: 'least-squares' },
];
const LINEAR = FORMATS.filter(
  ({ element, scale, zeroPoint }) =>
    /^u?int[48]$/.test(element) && ['f16', 'f32'].includes(scale) && zeroPoint !== 'minus-one',
);

describe.each(FORMATS.map((format) => ({ name: formatName(format), format })))('$name', ({ format }) => {
  test('every weight gets the nearest code of its grid', () => {
    fc.assert(
      fc.property(matrix, ({ N, K, values }) => {
        const weights = quantize(values, N, K, format);
        for (let i = 0; i < values.length; i++) {
          const { chosen, nearest } = distances(values, weights, i);
          // A quotient on the verge of a tie may go either way.
          expect(chosen).toBeLessThanOrEqual(nearest * (1 + 2 ** -40));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('codes are codes of the element, and everything decodes to a finite f32', () => {
    fc.assert(
      fc.property(matrix, ({ N, K, values }) => {
        const weights = quantize(values, N, K, format);
        expect(weights.scales).toHaveLength(N * groupCount(format, K));
        const decoder = new RowDecoder(format, K);
        const row = new Float64Array(K);
        for (let n = 0; n < N; n++) {
          decoder.decode(weights, n, row);
          expect([...row].map(Math.fround).filter((value) => !Number.isFinite(value))).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe.each(LINEAR.map((format) => ({ name: formatName(format), format })))('$name', ({ format }) => {
  test('within the range of the scale type, decoding is within half a step of every weight that the grid spans', () => {
    const { bits } = elementOf(format);
    const signed = format.element.startsWith('int');
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
