import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dequantize } from '../../src/formats/dequantize.ts';
import { elementValues } from '../../src/formats/element.ts';
import { elementOf, type ScaleRule, type WeightFormat } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import { relativeRmse } from '../../src/formats/quantization-error.ts';
import { quantize } from '../../src/formats/quantize.ts';
import type { QuantizedWeights } from '../../src/formats/quantized.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import { SCALE_TYPES } from '../../src/formats/scale-type.ts';

const E2M1: WeightFormat = {
  element: 'e2m1',
  group: 16,
  scale: 'e8m0',
  zeroPoint: false,
  secondLevel: 'none',
  rule: 'amax',
  block: 1,
};
const NVFP4 = PRESETS['nvfp4']!.format;

const quantizeRow = (values: readonly number[], format: WeightFormat): QuantizedWeights =>
  quantize(Float32Array.from(values), 1, values.length, format);
const decodedRow = (values: readonly number[], format: WeightFormat): number[] => [
  ...dequantize(quantizeRow(values, format)),
];

/** Groups of 16 whose largest magnitudes are given. */
const blocks = (...largest: number[]): number[] =>
  largest.flatMap((each) => Array.from({ length: 16 }, (_, k) => (k === 3 ? each : 0)));

describe('NVFP4', () => {
  test('worked scales: the largest weight of the matrix is 10', () => {
    const { stored } = quantizeRow(blocks(10, 3, 1, 0.01, 0.001), NVFP4);
    expect([...stored.scales].map(SCALE_TYPES.ue4m3.decode)).toEqual([448, 128, 44, 0.4375, 0.04296875]);
    expect(stored.parents![0]).toBe(Math.fround(10 / (6 * 448)));
  });

  test('worked decode scales', () => {
    const { scales } = quantizeRow(blocks(10, 3, 1), NVFP4);
    const published = [1.66667, 0.47619, 0.16369];
    scales.forEach((scale, i) => {
      expect(scale).toBeCloseTo(published[i]!, 5);
    });
  });

  test('a weight that the rounded scale leaves beyond 6 becomes 6', () => {
    // 3 / 0.47619 = 6.3.
    const decoded = decodedRow(blocks(10, 3), NVFP4);
    expect(decoded[19]).toBeCloseTo((6 * 128 * 10) / (6 * 448), 5);
  });

  test('a matrix of zeros has scales of 0', () => {
    expect(decodedRow(blocks(0, 0), NVFP4)).toEqual(blocks(0, 0));
  });
});

describe('four over six', () => {
  const format = PRESETS['nvfp4-4over6']!.format;

  test('the largest scale is 256 when the largest weight becomes 6, 384 when it becomes 4', () => {
    // 6, 4 and 3 are values of E2M1; 4, 3 and 2 parts of 4 are exact at the other scale: 16/3 would lie between 4 and 6.
    const exactAtSix = Array.from({ length: 16 }, (_, k) => [6, 4, 3, -6][k % 4]!);
    const exactAtFour = Array.from({ length: 16 }, (_, k) => [6, 4.5, 3, -6][k % 4]!);
    const { stored } = quantizeRow([...exactAtSix, ...exactAtFour], format);
    expect([...stored.scales].map(SCALE_TYPES.ue4m3.decode)).toEqual([256, 384]);
    expect(stored.parents![0]).toBe(Math.fround(6 / (6 * 256)));
  });

  test('it loses no more than NVFP4 alone, on normal weights clearly less', () => {
    const values = randomWeights(3, 32, 256);
    const [six, better] = [NVFP4, format].map((each) =>
      relativeRmse(values, quantize(values, 32, 256, each)),
    );
    expect(better!).toBeLessThan(0.97 * six!);
  });
});

describe('rules on one block', () => {
  const block = [7, 3.5, 2.333, 0.3];

  test.each([
    // Published: floor gives scale 1 and {6, 4, 2, .5}; ceil scale 2 and {8, 4, 2, 0}.
    ['floor', 1, [6, 4, 2, 0.5]],
    ['ceil', 2, [8, 4, 2, 0]],
    // A power of two rounds up, lest the largest weight be cut off.
    ['amax', 2, [8, 4, 2, 0]],
  ] satisfies [ScaleRule, number, number[]][])('%s', (rule, scale, decoded) => {
    const weights = quantizeRow(block, { ...E2M1, rule });
    expect(weights.scales[0]).toBe(scale);
    expect([...dequantize(weights)]).toEqual(decoded);
  });

  test.each([
    ['e2m1', 2],
    ['e2m3', 2],
    ['e3m2', 4],
    ['e4m3', 8],
    ['e5m2', 15],
    ['int8-mx', 0],
  ])('floor: the exponent of %s’s largest value, %d, is taken off', (element, exponent) => {
    for (const largest of [1, 1.99, 5, 0.1]) {
      const { scales } = quantizeRow([largest, 0.01], { ...E2M1, element, rule: 'floor' });
      expect(scales[0]).toBe(2 ** (Math.floor(Math.log2(largest)) - exponent));
    }
  });

  test('floor gives a power of two in any type', () => {
    for (const scale of ['f16', 'f32', 'bf16', 'ue4m3', 'ue5m3'] as const) {
      expect(quantizeRow(block, { ...E2M1, scale, rule: 'floor' }).scales[0]).toBe(1);
    }
  });

  test('mean: ternary weights by their mean magnitude, as BitNet has them', () => {
    const format: WeightFormat = { ...E2M1, element: 'ternary', scale: 'f32', rule: 'mean' };
    // The mean is 1.5: 0.7 / 1.5 rounds to 0, 0.8 / 1.5 to 1.
    const { scales, codes } = quantizeRow([3, -1.5, 0.7, 0.8], format);
    expect([scales[0], ...codes]).toEqual([1.5, 2, 0, 1, 2]);
  });

  test('I2_S has one mean for the matrix', () => {
    const values = Float32Array.from({ length: 256 }, (_, i) => (i < 128 ? 1 : -3));
    const { scales, stored } = quantize(values, 2, 128, PRESETS['i2_s']!.format);
    expect([...stored.parents!]).toEqual([2]);
    expect([...scales]).toEqual([2, 2]);
  });
});

const weights = fc.array(fc.float({ noNaN: true, min: -30, max: 30 }), { minLength: 1, maxLength: 32 });
const error = (values: readonly number[], format: WeightFormat): number => {
  const decoded = dequantize(quantizeRow(values, format));
  return values.reduce((sum, value, k) => sum + (value - decoded[k]!) ** 2, 0);
};

describe('ceil', () => {
  const KINDS: readonly Partial<WeightFormat>[] = [
    { scale: 'e8m0' },
    { scale: 'f16' },
    { scale: 'bf16', element: 'int4' },
    { scale: 'ue5m3', element: 'e3m2' },
    { scale: 'ue4m3', secondLevel: 'tensor' },
    { scale: 'i6', secondLevel: 'super', element: 'int3' },
    { scale: 'dynamic8', secondLevel: 'double', element: 'nf4' },
  ];

  test.each(KINDS)('%o: no weight lies beyond the largest value', (kind) => {
    const format: WeightFormat = { ...E2M1, rule: 'ceil', ...kind };
    const largestValue = Math.max(...[...elementValues(elementOf(format))].filter(Number.isFinite));
    fc.assert(
      fc.property(weights, (values) => {
        quantizeRow(values, format).scales.forEach((scale, g) => {
          const largest = Math.max(...values.slice(16 * g, 16 * g + 16).map(Math.abs));
          expect(largest).toBeLessThanOrEqual(scale * largestValue);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('the scale is the smallest that will do', () => {
    fc.assert(
      fc.property(weights, (values) => {
        const { stored } = quantizeRow(values, { ...E2M1, group: 'K', scale: 'ue5m3', rule: 'ceil' });
        const largest = Math.max(...values.map(Math.abs));
        const [code] = stored.scales;
        if (code! > 1) expect(SCALE_TYPES.ue5m3.decode(code! - 1) * 6).toBeLessThan(largest);
      }),
    );
  });

  test('amax, which rounds to the nearest, does leave weights beyond: 3 / 0.47619 is 6.3', () => {
    const scale = quantizeRow(blocks(10, 3), NVFP4).scales[1]!;
    expect(3).toBeGreaterThan(6 * scale);
    expect(3).toBeLessThanOrEqual(6 * quantizeRow(blocks(10, 3), { ...NVFP4, rule: 'ceil' }).scales[1]!);
  });
});

describe('least squares', () => {
  const LEAST: WeightFormat = { ...E2M1, rule: 'least-squares' };

  test.each([
    { scale: 'e8m0' },
    { scale: 'f16', element: 'int4' },
    { scale: 'f16', element: 'bipolar1' },
    { scale: 'ue5m3', element: 'e2m1' },
    { scale: 'f32', element: 'nf4' },
    { scale: 'f32', element: 'ternary' },
  ] satisfies Partial<WeightFormat>[])('%o loses no more than amax', (kind) => {
    fc.assert(
      fc.property(weights, (values) => {
        const format = { ...LEAST, ...kind };
        const worse = error(values, { ...format, rule: 'amax' });
        expect(error(values, format)).toBeLessThanOrEqual(worse * (1 + 1e-6) + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    // Relative errors of normal weights, groups of 32: at least so much below amax's.
    ['int2', {}, 0.6],
    ['ternary', {}, 0.75],
    ['bipolar1', {}, 0.5],
    ['int4', {}, 0.95],
    ['uint3', { zeroPoint: true }, 0.97],
    ['uint3', { zeroPoint: 'min' }, 0.97],
    ['uint4', { zeroPoint: 'min', scale: 'u6', secondLevel: 'super' }, 0.99],
    ['int3', { scale: 'i6', secondLevel: 'super' }, 0.9],
    ['e2m1', { scale: 'ue4m3', secondLevel: 'tensor', group: 16 }, 0.97],
    ['nf4', { scale: 'dynamic8', secondLevel: 'double', group: 64 }, 0.99],
  ] satisfies [string, Partial<WeightFormat>, number][])('%s %o', (element, kind, part) => {
    const values = randomWeights(5, 16, 512);
    const format: WeightFormat = { ...LEAST, element, group: 32, scale: 'f16', ...kind };
    const [amax, least] = (['amax', 'least-squares'] as const).map((rule) =>
      relativeRmse(values, quantize(values, 16, 512, { ...format, rule })),
    );
    expect(least! / amax!).toBeLessThan(part);
  });

  test('the scale of ±1 is the mean magnitude', () => {
    const values = [1, -2, 3, -6];
    const { scales } = quantizeRow(values, { ...LEAST, element: 'bipolar1', scale: 'f32' });
    expect(scales[0]).toBe(3);
  });
});

describe('double quantization', () => {
  const format = PRESETS['bnb-nf4-dq']!.format;

  test('the offset is the mean, and each 256 scales have the largest difference from it', () => {
    const values = new Float32Array(512 * 64);
    // Scales 1, 3, 1, 3 … in the first 256 groups, 2 in the others: the mean is 2.
    for (let g = 0; g < 512; g++) values[64 * g] = g < 256 ? (g % 2 === 0 ? 1 : 3) : 2;
    const { stored, scales } = quantize(values, 8, 4096, format);
    expect(stored.offset).toBe(2);
    expect([...stored.parents!]).toEqual([1, 0]);
    // The map has 1, but −0.993 only: 2 − 0.993.
    expect(scales[1]).toBe(3);
    expect(scales[0]).toBeCloseTo(1.00703, 5);
    expect(scales[300]).toBe(2);
  });

  test('scales come back within half the map’s widest step of their block’s largest difference', () => {
    const values = randomWeights(9, 64, 2048);
    const once = quantize(values, 64, 2048, PRESETS['bnb-nf4']!.format);
    const twice = quantize(values, 64, 2048, format);
    twice.scales.forEach((scale, i) => {
      const parent = twice.stored.parents![Math.floor(i / 256)]!;
      expect(Math.abs(scale - once.scales[i]!)).toBeLessThanOrEqual(0.00704 * parent);
    });
    const lost = relativeRmse(values, twice) / relativeRmse(values, once);
    expect(lost).toBeLessThan(1.002);
  });
});

test('super: the largest scale of 256 weights is the largest multiple of an f16', () => {
  const format: WeightFormat = { ...E2M1, element: 'int4', group: 32, scale: 'u6', secondLevel: 'super' };
  const values = Array.from({ length: 256 }, (_, k) => (k % 32 === 0 ? 7 * ((k / 32) * 9) : 0));
  const { stored, scales } = quantizeRow(values, format);
  expect([...stored.parents!]).toEqual([1]);
  expect([...stored.scales]).toEqual([0, 9, 18, 27, 36, 45, 54, 63]);
  expect([...scales]).toEqual([0, 9, 18, 27, 36, 45, 54, 63]);
});
