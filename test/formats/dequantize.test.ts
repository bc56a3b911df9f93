import { expect, test } from 'vitest';
import { dequantize } from '../../src/formats/dequantize.ts';
import { relativeRmse } from '../../src/formats/quantization-error.ts';
import { decodeRow, type QuantizedWeights } from '../../src/formats/quantized.ts';

/** Two columns of three weights in groups of two; 0.1 as an f32 scale makes products that f32 must round. */
const weights: QuantizedWeights = {
  format: { element: 'uint4', group: 2, scale: 'f32', zeroPoint: true },
  N: 2,
  K: 3,
  codes: Uint8Array.of(0, 15, 7, 1, 2, 3),
  scales: Float32Array.of(0.5, 2, 0.1, 0),
  zeros: Uint8Array.of(8, 5, 4, 9),
};

test('every weight is its group’s scale times its code less the zero point', () => {
  const tenth = Math.fround(0.1);
  // −3·0.1f and −2·0.1f rounded once to f32; a scale of 0 makes 0.
  const expected = [-4, 3.5, 4, Math.fround(tenth * -3), Math.fround(tenth * -2), 0];
  expect([...dequantize(weights)].map((value) => value + 0)).toEqual(expected);
});

test('a decoded row is exact in f64', () => {
  const row = new Float64Array(3);
  decodeRow(weights, 1, row);
  expect(row[0]).toBe(-3 * 0.100000001490116119384765625);
});

test('without stored zero points, zero is the element’s own', () => {
  const format = { element: 'int4', group: 'K', scale: 'f16', zeroPoint: false } as const;
  const codes = Uint8Array.of(0, 8, 15);
  const values = dequantize({ format, N: 1, K: 3, codes, scales: Float32Array.of(2), zeros: undefined });
  expect([...values]).toEqual([-16, 0, 14]);
});

test('the relative error is √(Σ lost² / Σ w²)', () => {
  const exact = dequantize(weights);
  expect(relativeRmse(exact, { ...weights, scales: Float32Array.of(0.5, 2, 0, 0) })).toBeCloseTo(
    Math.sqrt(0.13 / (16 + 12.25 + 16 + 0.13)),
    6,
  );
  const format = { element: 'int4', group: 'K', scale: 'f16', zeroPoint: false } as const;
  const lossless = {
    format,
    N: 1,
    K: 2,
    codes: Uint8Array.of(8, 9),
    scales: Float32Array.of(1),
    zeros: undefined,
  };
  expect(relativeRmse(Float32Array.of(0, 1), lossless)).toBe(0);
  // 3 and 4 decoded as 0 and 1: (9 + 9) / 25.
  expect(relativeRmse(Float32Array.of(3, 4), lossless)).toBe(Math.sqrt(18 / 25));
});

test('all-zero weights have no error, unless they decode to something', () => {
  const format = { element: 'int4', group: 'K', scale: 'f16', zeroPoint: false } as const;
  const zero = { format, N: 1, K: 1, codes: Uint8Array.of(8), scales: Float32Array.of(0), zeros: undefined };
  expect(relativeRmse(Float32Array.of(0), zero)).toBe(0);
  expect(
    relativeRmse(Float32Array.of(0), { ...zero, codes: Uint8Array.of(9), scales: Float32Array.of(1) }),
  ).toBe(Infinity);
});
