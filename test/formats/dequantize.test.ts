import { describe, expect, test } from 'vitest';
import { dequantize } from '../../src/formats/dequantize.ts';
import type { WeightFormat } from '../../src/formats/format.ts';
import { relativeRmse } from '../../src/formats/quantization-error.ts';
import {
  assembleQuantized,
  type QuantizedWeights,
  RowDecoder,
  type StoredScales,
} from '../../src/formats/quantized.ts';
import { SCALE_TYPES } from '../../src/formats/scale-type.ts';

const INT4: WeightFormat = {
  element: 'int4',
  group: 'K',
  scale: 'f32',
  zeroPoint: false,
  secondLevel: 'none',
  rule: 'amax',
  block: 1,
};

/** Weights of given codes, and scales as the format's type stores them. */
function weightsOf(
  format: WeightFormat,
  N: number,
  codes: number[],
  scales: number[],
  rest: Omit<StoredScales, 'scales'> = {},
  zeros?: number[],
): QuantizedWeights {
  const stored = { scales: Uint32Array.from(scales, SCALE_TYPES[format.scale].encode), ...rest };
  const zeroCodes = zeros && Uint8Array.from(zeros);
  return assembleQuantized(format, N, codes.length / N, Uint8Array.from(codes), stored, zeroCodes);
}

/** Two columns of three weights in groups of two; 0.1 as an f32 scale makes products that f32 must round. */
const zeroed = (scales: number[]): QuantizedWeights =>
  weightsOf(
    { ...INT4, element: 'uint4', group: 2, zeroPoint: true },
    2,
    [0, 15, 7, 1, 2, 3],
    scales,
    {},
    [8, 5, 4, 9],
  );

describe('every weight', () => {
  const values = (weights: QuantizedWeights): number[] => [...dequantize(weights)].map((value) => value + 0);

  test('is its group’s scale times its code less the stored zero point', () => {
    const tenth = Math.fround(0.1);
    // −3·0.1f and −2·0.1f rounded once to f32; a scale of 0 makes 0.
    const expected = [-4, 3.5, 4, Math.fround(tenth * -3), Math.fround(tenth * -2), 0];
    expect(values(zeroed([0.5, 2, 0.1, 0]))).toEqual(expected);
  });

  test('has the element’s own zero where none is stored', () => {
    expect(values(weightsOf(INT4, 1, [0, 8, 15], [2]))).toEqual([-16, 0, 14]);
  });

  test('has a zero point one higher than the stored one in GPTQ’s first version', () => {
    const format: WeightFormat = { ...INT4, element: 'uint4', zeroPoint: 'minus-one' };
    expect(values(weightsOf(format, 1, [0, 8, 15], [2], {}, [7]))).toEqual([-16, 0, 14]);
  });

  test('gets its group’s minimum', () => {
    const mins = Uint32Array.of(SCALE_TYPES.f32.encode(-0.75));
    const weights = weightsOf({ ...INT4, element: 'uint4', zeroPoint: 'min' }, 1, [0, 1, 15], [0.5], {
      mins,
    });
    expect(values(weights)).toEqual([-0.75, -0.25, 6.75]);
  });

  test('has the scale of the matrix multiplied in', () => {
    const format: WeightFormat = {
      ...INT4,
      element: 'e2m1',
      group: 2,
      scale: 'ue4m3',
      secondLevel: 'tensor',
    };
    // 6 and −0.5 with scale 448 · 0.25, 4 with 3 · 0.25.
    const weights = weightsOf(format, 1, [7, 9, 6], [448, 3], { parents: Float32Array.of(0.25) });
    expect(values(weights)).toEqual([672, -56, 3]);
  });

  test('has the f16 of its 256 weights multiplied in, and that of the minima taken off', () => {
    const format: WeightFormat = {
      ...INT4,
      element: 'uint4',
      group: 32,
      scale: 'u6',
      zeroPoint: 'min',
      secondLevel: 'super',
    };
    const codes = Array.from({ length: 288 }, (_, k) => k % 16);
    const stored = {
      mins: Uint32Array.from({ length: 9 }, (_, g) => g),
      parents: Float32Array.of(0.5, 4),
      parentMins: Float32Array.of(0.25, 8),
    };
    const weights = weightsOf(format, 1, codes, [1, 2, 3, 4, 5, 6, 7, 8, 63], stored);
    const decoded = values(weights);
    // Group 1: 2 · 0.5 · code − 1 · 0.25; group 8: 63 · 4 · code − 8 · 8.
    expect([decoded[32], decoded[33], decoded[256], decoded[257]]).toEqual([-0.25, 0.75, -64, 188]);
  });

  test('has the scale of its block of groups multiplied in and the offset added', () => {
    const format: WeightFormat = {
      ...INT4,
      element: 'nf4',
      group: 2,
      scale: 'dynamic8',
      secondLevel: 'double',
    };
    const weights = weightsOf(format, 1, [15, 7, 0, 15], [1, 0], {
      parents: Float32Array.of(0.5),
      offset: 2,
    });
    expect(values(weights)).toEqual([2.5, 0, -2, 2]);
  });

  test('is 0 where it would be a subnormal f32', () => {
    expect(values(weightsOf({ ...INT4, element: 'e2m1' }, 1, [1, 2, 9], [2 ** -126]))).toEqual([
      0,
      2 ** -126,
      0,
    ]);
  });
});

test('a decoded row is exact in f64', () => {
  const row = new Float64Array(3);
  const weights = zeroed([0.5, 2, 0.1, 0]);
  new RowDecoder(weights.format, weights.K).decode(weights, 1, row);
  expect(row[0]).toBe(-3 * 0.100000001490116119384765625);
});

describe('the relative error', () => {
  test('is √(Σ lost² / Σ w²)', () => {
    const exact = dequantize(zeroed([0.5, 2, 0.1, 0]));
    const lost = Math.sqrt(0.13 / (16 + 12.25 + 16 + 0.13));
    expect(relativeRmse(exact, zeroed([0.5, 2, 0, 0]))).toBeCloseTo(lost, 6);
    const lossless = weightsOf(INT4, 1, [8, 9], [1]);
    expect(relativeRmse(Float32Array.of(0, 1), lossless)).toBe(0);
    // 3 and 4 decoded as 0 and 1: (9 + 9) / 25.
    expect(relativeRmse(Float32Array.of(3, 4), lossless)).toBe(Math.sqrt(18 / 25));
  });

  test('of all-zero weights is 0, unless they decode to something', () => {
    expect(relativeRmse(Float32Array.of(0), weightsOf(INT4, 1, [8], [0]))).toBe(0);
    expect(relativeRmse(Float32Array.of(0), weightsOf(INT4, 1, [9], [1]))).toBe(Infinity);
  });
});
