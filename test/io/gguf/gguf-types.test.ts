import { expect, test } from 'vitest';
import { findGgmlType, GGML_TYPES } from '../../../src/io/gguf/gguf-types.ts';

// Bits a weight as llama.cpp's own comments and listings state them.
const BITS_A_WEIGHT: Readonly<Record<string, number>> = {
  Q4_0: 4.5,
  Q4_1: 5,
  Q5_0: 5.5,
  Q5_1: 6,
  Q8_0: 8.5,
  Q8_1: 9,
  Q2_K: 2.625,
  Q3_K: 3.4375,
  Q4_K: 4.5,
  Q5_K: 5.5,
  Q6_K: 6.5625,
  Q8_K: 9.125,
  IQ2_XXS: 2.0625,
  IQ2_XS: 2.3125,
  IQ3_XXS: 3.0625,
  IQ1_S: 1.5625,
  IQ4_NL: 4.5,
  IQ3_S: 3.4375,
  IQ2_S: 2.5625,
  IQ4_XS: 4.25,
  IQ1_M: 1.75,
  TQ1_0: 1.6875,
  TQ2_0: 2.0625,
  MXFP4: 4.25,
  NVFP4: 4.5,
  Q1_0: 1.125,
  Q2_0: 2.25,
  F64: 64,
  F32: 32,
  F16: 16,
  BF16: 16,
  I8: 8,
  I16: 16,
  I32: 32,
  I64: 64,
};

test('every type takes the bits a weight that it is known for', () => {
  const bits = GGML_TYPES.flatMap((type) =>
    type.status === 'current' ? [[type.name, (8 * type.blockBytes) / type.blockSize] as const] : [],
  );
  expect(Object.fromEntries(bits)).toEqual(BITS_A_WEIGHT);
});

test('every number from 0 to 42 stands for one type, current or removed', () => {
  expect(GGML_TYPES.map(({ id }) => id)).toEqual(Array.from({ length: 43 }, (_, id) => id));
  expect(new Set(GGML_TYPES.map(({ name }) => name)).size).toBe(43);
});

test('numbers that ggml has given up are named as removed, and others as unknown', () => {
  const removed = GGML_TYPES.filter(({ status }) => status === 'removed').map(({ id }) => id);
  expect(removed).toEqual([4, 5, 31, 32, 33, 36, 37, 38]);
  expect(findGgmlType(31)).toEqual({ status: 'removed', id: 31, name: 'Q4_0_4_4' });
  expect(findGgmlType(43)).toEqual({ status: 'unknown', id: 43, name: 'type 43' });
});
