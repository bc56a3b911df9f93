import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC, formatOf, parseSpec, SpecError } from '../../src/io/spec.ts';

const message = (value: unknown): string => {
  try {
    parseSpec(value);
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('parseSpec', () => {
  test('the default card and a user’s own WGSL are valid', () => {
    expect(parseSpec({ ...DEFAULT_SPEC })).toEqual(DEFAULT_SPEC);
    const edited = { ...DEFAULT_SPEC, wgsl: '@compute fn main() {}', group: 'K', params: { BM: 64 } };
    expect(parseSpec(JSON.parse(JSON.stringify(edited)))).toEqual(edited);
  });

  test.each([
    [{ m: 0 }, 'm is 0: it must be a whole number from 1 to 1048576.'],
    [{ m: 1.5 }, 'm is 1.5: it must be a whole number from 1 to 1048576.'],
    [{ n: -2.5 }, 'n is -2.5: it must be a whole number from 1 to 1048576.'],
    [{ k: NaN }, 'k is NaN: it must be a whole number from 1 to 1048576.'],
    [{ k: '512' }, 'k is "512": it must be a whole number from 1 to 1048576.'],
    [{ n: 1048577 }, 'n is 1048577: it must be a whole number from 1 to 1048576.'],
    [{ format: 'int3' }, 'format is "int3": it must be one of int4, uint4, int8, uint8.'],
    [{ group: 0 }, 'group is 0: it must be a whole number from 1 to 1048576 or "K".'],
    [{ group: 'k' }, 'group is "k": it must be a whole number from 1 to 1048576 or "K".'],
    [{ scale: null }, 'scale is null: it must be one of f16, f32.'],
    [{ zeroPoint: 1 }, 'zeroPoint is 1: it must be true or false.'],
    [{ layout: 'zigzag' }, 'layout is "zigzag": it must be one of interleaved, stream.'],
    [{ accumulator: 'f16' }, 'accumulator is "f16": it must be f32.'],
    [{ weights: 'sampleuse' }, 'weights is "sampleuse": it must be random, sample:NAME or FILE#TENSOR.'],
    [{ kernel: '' }, 'kernel is "": it must be the name of a kernel or auto.'],
    [{ params: 'BM=64' }, 'params is "BM=64": it must be an object.'],
    [{ params: { BM: -1 } }, 'params.BM is -1: it must be a whole number from 0 to 65536.'],
    [{ seed: 2 ** 32 }, 'seed is 4294967296: it must be a whole number from 0 to 4294967295.'],
    [{ wgsl: 7 }, 'wgsl is 7: it must be text.'],
  ])('%o is named with what it holds and what is allowed', (fields, expected) => {
    expect(message({ ...DEFAULT_SPEC, ...fields })).toBe(expected);
  });

  test('every wrong field is named', () => {
    expect(message({ ...DEFAULT_SPEC, m: 0, cache: 'warm' })).toBe(
      'm is 0: it must be a whole number from 1 to 1048576. cache is "warm": it must be one of hot, cold.',
    );
  });

  test('a missing field is named', () => {
    const rest = Object.entries(DEFAULT_SPEC).filter(([field]) => field !== 'seed');
    expect(message(Object.fromEntries(rest))).toBe('seed is missing.');
  });

  test('an unknown field is named, with the fields that there are', () => {
    expect(message({ ...DEFAULT_SPEC, grup: 32 })).toMatch(
      /^There is no field grup\. The fields of a spec are m, n, k, weights, format, group, .*wgsl\.$/,
    );
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
    ['m', '"m"'],
  ])('%o is no spec', (value, spelled) => {
    expect(message(value)).toBe(`The spec is ${spelled}: it must be an object.`);
  });

  test('a long value is cut', () => {
    expect(message({ ...DEFAULT_SPEC, format: 'x'.repeat(1e6) }).length).toBeLessThan(150);
  });
});

test('the weight format is what the spec’s four fields say', () => {
  expect(formatOf({ ...DEFAULT_SPEC, format: 'uint8', group: 'K', scale: 'f32', zeroPoint: true })).toEqual({
    element: 'uint8',
    group: 'K',
    scale: 'f32',
    zeroPoint: true,
  });
});
