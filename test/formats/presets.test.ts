import { describe, expect, test } from 'vitest';
import { dequantize } from '../../src/formats/dequantize.ts';
import { bitsPerWeight, type WeightFormat } from '../../src/formats/format.ts';
import { PRESET_NAMES, PRESETS } from '../../src/formats/presets.ts';
import { relativeRmse } from '../../src/formats/quantization-error.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';

/** A multiple of 256, as the largest blocks want it, and of the odd group of q3f16_1, 40. */
const K = 1280;
const N = 8;
const normal = randomWeights(7, N, K);
const formatOf = (name: string): WeightFormat => PRESETS[name]!.format;
const errors = new Map(
  PRESET_NAMES.map((name) => [name, relativeRmse(normal, quantize(normal, N, K, formatOf(name)))]),
);
const errorOf = (name: string): number => errors.get(name)!;

/** The most that normal weights may lose, by hand: some 5 % above what the format's published kin lose. */
const MOST: Readonly<Record<string, number>> = {
  mxfp4: 0.123,
  'mxfp6-e2m3': 0.031,
  'mxfp6-e3m2': 0.058,
  'mxfp8-e4m3': 0.035,
  'mxfp8-e5m2': 0.058,
  mxint8: 0.009,
  nvfp4: 0.101,
  'nvfp4-4over6': 0.092,
  q4_0: 0.085,
  q4_1: 0.073,
  q5_0: 0.043,
  q5_1: 0.036,
  q8_0: 0.0055,
  q2_k: 0.275,
  q3_k: 0.15,
  q4_k: 0.073,
  q5_k: 0.036,
  q6_k: 0.018,
  iq4_nl: 0.077,
  iq4_xs: 0.077,
  'mxfp4-ggml': 0.116,
  'nvfp4-ggml': 0.093,
  tq1_0: 0.454,
  tq2_0: 0.454,
  q1_0: 0.615,
  q2_0: 0.37,
  gptq2: 0.53,
  'gptq2-v2': 0.53,
  gptq3: 0.23,
  'gptq3-v2': 0.23,
  gptq4: 0.105,
  'gptq4-v2': 0.105,
  gptq8: 0.0065,
  'gptq8-v2': 0.0065,
  awq: 0.105,
  ort2: 0.43,
  ort4: 0.085,
  ort8: 0.0052,
  q4f16_1: 0.1,
  q3f16_1: 0.245,
  'bnb-nf4': 0.097,
  'bnb-nf4-dq': 0.097,
  'bnb-fp4': 0.128,
  'bnb-fp4-dq': 0.128,
  'quantllm-fp6': 0.057,
  'quantllm-fp5': 0.061,
  i2_s: 0.54,
};

describe('normal weights', () => {
  test.each(PRESET_NAMES)('%s loses no more than its kin', (name) => {
    expect(errorOf(name)).toBeLessThan(MOST[name] ?? 0);
  });

  test.each(PRESET_NAMES)('%s loses more than any code of so many bits must', (name) => {
    // Shannon: a normal number in R bits loses at least 4^−R of its variance.
    expect(errorOf(name)).toBeGreaterThan(2 ** -bitsPerWeight(formatOf(name), K));
  });

  test.each([
    ['gptq2', 'gptq3', 'gptq4', 'gptq8'],
    ['ort2', 'ort4', 'ort8'],
    ['q2_k', 'q3_k', 'q4_k', 'q5_k', 'q6_k', 'q8_0'],
    ['q1_0', 'tq2_0', 'q2_0', 'q4_0', 'q5_0', 'q8_0'],
    ['q4_1', 'q5_1', 'q8_0'],
    ['q3f16_1', 'q4f16_1'],
    ['mxfp4', 'mxfp6-e2m3', 'mxint8'],
    ['quantllm-fp5', 'quantllm-fp6'],
    ['i2_s', 'bnb-nf4', 'mxint8'],
  ])('the more bits the less is lost: %s, %s …', (...family) => {
    const lost = family.map(errorOf);
    expect([...lost].sort((a, b) => b - a)).toEqual(lost);
    expect(new Set(lost).size).toBe(lost.length);
  });

  test.each([
    ['int', 2],
    ['uint', 2],
    ['bipolar', 1],
  ])('the more bits of %s the less is lost, from %d on', (prefix, first) => {
    const format: WeightFormat = {
      element: 'int4',
      group: 32,
      scale: 'f16',
      zeroPoint: false,
      secondLevel: 'none',
      rule: 'least-squares',
      block: 1,
    };
    const lost = Array.from({ length: 9 - first }, (_, i) => {
      const zeroPoint = prefix === 'uint';
      return relativeRmse(
        normal,
        quantize(normal, N, K, { ...format, element: `${prefix}${String(first + i)}`, zeroPoint }),
      );
    });
    // Each bit more halves a step: less than 0.7 of the error remains.
    for (let i = 1; i < lost.length; i++) expect(lost[i]! / lost[i - 1]!).toBeLessThan(0.7);
  });
});

/** Matrices at the ends of what weights may be. */
const EXTREMES: Readonly<Record<string, Float32Array>> = {
  zeros: new Float32Array(2 * K),
  'of 1e30': new Float32Array(2 * K).map((_, i) => (i % 3 === 0 ? -1e30 : 1e30)),
  'of 1e-30': new Float32Array(2 * K).map((_, i) => (i % 3 === 0 ? -1e-30 : 1e-30)),
  subnormal: new Float32Array(2 * K).map((_, i) => (i % 5) * 2 ** -149),
  'at the end of f32': new Float32Array(2 * K).map((_, i) => (i % 2 === 0 ? 3.4028234e38 : -3.4028234e38)),
  'with one outlier': new Float32Array(2 * K).map((_, i) => (i === 777 ? 1e30 : Math.sin(i))),
  'with one large negative': new Float32Array(2 * K).map((_, i) => (i === 0 ? -3e38 : 1e-30)),
  'all the same': new Float32Array(2 * K).fill(0.1),
};

describe.each(PRESET_NAMES)('%s: extreme weights decode to finite ones', (name) => {
  test.each(Object.entries(EXTREMES))('%s', (_, values) => {
    const weights = quantize(values, 2, K, formatOf(name));
    const decoded = dequantize(weights);
    expect(decoded.every(Number.isFinite)).toBe(true);
    expect([...weights.scales, ...(weights.mins ?? [])].every(Number.isFinite)).toBe(true);
    // No weight grows to more than twice the largest, or a few of the smallest scales where those are larger.
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const decodedLargest = decoded.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(decodedLargest).toBeLessThanOrEqual(Math.max(2 * largest, 2 ** -14 * 1024));
  });

  test('zeros stay zeros', () => {
    const values = EXTREMES['zeros']!;
    expect(relativeRmse(values, quantize(values, 2, K, formatOf(name)))).toBe(0);
  });
});
