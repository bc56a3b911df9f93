import { describe, expect, test } from 'vitest';
import { codeCount, decodeElement, elementValues } from '../../src/formats/element.ts';
import { ELEMENT_NAMES, parseElement } from '../../src/formats/element-names.ts';

const valuesOf = (name: string): number[] => [...elementValues(parseElement(name))];

/** Ascending numbers `(1 + M/steps)·2^exponent` of one exponent. */
const binade = (steps: number, exponent: number): number[] =>
  Array.from({ length: steps }, (_, m) => (1 + m / steps) * 2 ** exponent);

/** The non-negative half by ascending code, as published by OCP (MX 1.0) and by the projects that use the others. */
const HALVES: Readonly<Record<string, readonly number[]>> = {
  e1m1: [0, 1, 2, 3],
  e1m2: [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5],
  e1m3: [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 3.75],
  e2m1: [0, 0.5, 1, 1.5, 2, 3, 4, 6],
  e2m2: [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6, 7],
  e3m1: [0, 0.125, 0.25, 0.375, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24],
  e2m3: [
    0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 1.125, 1.25, 1.375, 1.5, 1.625, 1.75, 1.875, 2, 2.25,
    2.5, 2.75, 3, 3.25, 3.5, 3.75, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5,
  ],
  e3m2: [
    0, 0.0625, 0.125, 0.1875, 0.25, 0.3125, 0.375, 0.4375, 0.5, 0.625, 0.75, 0.875, 1, 1.25, 1.5, 1.75, 2,
    2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28,
  ],
  e4m1: [
    0, 0.0078125, 0.015625, 0.0234375, 0.03125, 0.046875, 0.0625, 0.09375, 0.125, 0.1875, 0.25, 0.375, 0.5,
    0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384,
  ],
  e2m4: [
    0,
    0.0625,
    0.125,
    0.1875,
    0.25,
    0.3125,
    0.375,
    0.4375,
    0.5,
    0.5625,
    0.625,
    0.6875,
    0.75,
    0.8125,
    0.875,
    0.9375,
    // E = 1 … 3
    ...[0, 1].flatMap((exponent) => binade(16, exponent)),
    4,
    4.25,
    4.5,
    4.75,
    5,
    5.25,
    5.5,
    5.75,
    6,
    6.25,
    6.5,
    6.75,
    7,
    7.25,
    7.5,
    7.75,
  ],
  e3m3: [
    0,
    0.03125,
    0.0625,
    0.09375,
    0.125,
    0.15625,
    0.1875,
    0.21875,
    ...[-2, -1, 0, 1, 2, 3].flatMap((exponent) => binade(8, exponent)),
    16,
    18,
    20,
    22,
    24,
    26,
    28,
    30,
  ],
  e4m2: [
    0,
    2 ** -8,
    0.0078125,
    3 * 2 ** -8,
    ...Array.from({ length: 14 }, (_, i) => binade(4, i - 6)).flat(),
    256,
    320,
    384,
    448,
  ],
  e5m1: [0, 2 ** -15, ...Array.from({ length: 30 }, (_, i) => binade(2, i - 14)).flat(), 65536, 98304],
  e4m3: [
    0,
    2 ** -9,
    2 ** -8,
    3 * 2 ** -9,
    0.0078125,
    5 * 2 ** -9,
    3 * 2 ** -8,
    7 * 2 ** -9,
    0.015625,
    9 * 2 ** -9,
    5 * 2 ** -8,
    11 * 2 ** -9,
    0.0234375,
    13 * 2 ** -9,
    7 * 2 ** -8,
    15 * 2 ** -9,
    ...[-5, -4, -3, -2, -1].flatMap((exponent) => binade(8, exponent)),
    1,
    1.125,
    1.25,
    1.375,
    1.5,
    1.625,
    1.75,
    1.875,
    ...[1, 2, 3, 4, 5, 6, 7].flatMap((exponent) => binade(8, exponent)),
    256,
    288,
    320,
    352,
    384,
    416,
    448,
    NaN,
  ],
  e5m2: [
    0,
    2 ** -16,
    2 ** -15,
    3 * 2 ** -16,
    2 ** -14,
    5 * 2 ** -16,
    3 * 2 ** -15,
    7 * 2 ** -16,
    ...Array.from({ length: 13 }, (_, i) => binade(4, i - 13)).flat(),
    1,
    1.25,
    1.5,
    1.75,
    ...Array.from({ length: 14 }, (_, i) => binade(4, i + 1)).flat(),
    32768,
    40960,
    49152,
    57344,
    Infinity,
    NaN,
    NaN,
    NaN,
  ],
};

describe('small floats', () => {
  test('every one with a name has its table here', () => {
    const floats = ELEMENT_NAMES.filter((name) => parseElement(name).kind === 'float');
    expect(new Set(floats)).toEqual(new Set(Object.keys(HALVES)));
  });

  test.each(Object.entries(HALVES))('%s decodes to its table, the sign in the top bit', (name, half) => {
    const negative = half.map((value) => -value);
    expect(valuesOf(name)).toEqual([...half, ...negative]);
  });

  // Published: bits, largest value, how many are finite (−0 is not counted).
  test.each([
    ['e1m1', 3, 3, 7],
    ['e1m2', 4, 3.5, 15],
    ['e1m3', 5, 3.75, 31],
    ['e2m1', 4, 6, 15],
    ['e2m2', 5, 7, 31],
    ['e3m1', 5, 24, 31],
    ['e2m3', 6, 7.5, 63],
    ['e3m2', 6, 28, 63],
    ['e4m1', 6, 384, 63],
    ['e2m4', 7, 7.75, 127],
    ['e3m3', 7, 30, 127],
    ['e4m2', 7, 448, 127],
    ['e5m1', 7, 98304, 127],
    ['e4m3', 8, 448, 253],
    ['e5m2', 8, 57344, 247],
  ] as const)('%s has %d bits, at most %d, and %d finite values', (name, bits, largest, count) => {
    const finite = valuesOf(name).filter(Number.isFinite);
    expect(parseElement(name).bits).toBe(bits);
    expect(Math.max(...finite)).toBe(largest);
    expect(new Set(finite.map((value) => value + 0)).size).toBe(count);
  });

  test('the top exponent of a float that is not OCP’s may be numbers or not', () => {
    // E3M4: 15.5 where the top exponent is reserved, 31 where it is not.
    const largest = (name: string): number => Math.max(...valuesOf(name).filter(Number.isFinite));
    expect([largest('e3m4'), largest('e3m4:top=ieee'), largest('e3m4:top=nan')]).toEqual([31, 15.5, 30]);
    expect(decodeElement(parseElement('e2m1:bias=2'), 7)).toBe(3);
  });
});

describe('integers', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('of %d bits: signed in excess code, unsigned, odd numbers', (bits) => {
    const codes = Array.from({ length: 2 ** bits }, (_, code) => code);
    expect(valuesOf(`int${String(bits)}`)).toEqual(codes.map((code) => code - 2 ** (bits - 1)));
    expect(valuesOf(`uint${String(bits)}`)).toEqual(codes);
    expect(valuesOf(`bipolar${String(bits)}`)).toEqual(codes.map((code) => 2 * code - (2 ** bits - 1)));
  });

  test.each([
    ['int1', [-1, 0]],
    ['uint1', [0, 1]],
    ['bipolar1', [-1, 1]],
    ['bipolar3', [-7, -5, -3, -1, 1, 3, 5, 7]],
    // Three codes: the fourth pattern of two bits is none.
    ['ternary', [-1, 0, 1, NaN]],
    ['int2-ggml', [-1, 0, 1, 2]],
    ['int3-mlc', [-3, -2, -1, 0, 1, 2, 3, 4]],
  ])('%s', (name, values) => {
    expect(valuesOf(name)).toEqual(values);
  });

  test('MXINT8 counts 64ths from −2', () => {
    const values = valuesOf('int8-mx');
    expect([values[0], values[127], values[128], values[129], values[255]]).toEqual([
      -2,
      -1 / 64,
      0,
      1 / 64,
      127 / 64,
    ]);
  });

  test('MLC’s 4 bits are −7 … 8', () => {
    const values = valuesOf('int4-mlc');
    expect([values[0], values[7], values[15]]).toEqual([-7, 0, 8]);
  });

  test('only the codes in use count', () => {
    expect(codeCount(parseElement('ternary'))).toBe(3);
    expect(codeCount(parseElement('table:1,2,4'))).toBe(3);
    expect(codeCount(parseElement('e4m3'))).toBe(256);
  });
});

describe('tables', () => {
  test('NF4 as bitsandbytes prints it', () => {
    const printed = [
      -1, -0.6961928, -0.52507305, -0.3949175, -0.28444138, -0.18477343, -0.09105004, 0, 0.0795803, 0.1609302,
      0.2461123, 0.33791524, 0.44070983, 0.562617, 0.72295684, 1,
    ];
    const values = valuesOf('nf4');
    expect(values).toHaveLength(16);
    // Seven digits were printed.
    values.forEach((value, code) => {
      expect(Math.abs(value - printed[code]!)).toBeLessThan(5e-8);
    });
  });

  test('bitsandbytes’ FP4 is in its own order', () => {
    const half = [0, 1 / 192, 2 / 3, 1, 1 / 3, 1 / 2, 1 / 6, 1 / 4].map(Math.fround);
    expect(valuesOf('fp4-bnb')).toEqual([...half, ...half.map((value) => -value)]);
  });

  test('BitBLAS’s FP4 has powers of two', () => {
    const half = [0, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1];
    expect(valuesOf('fp4-bitblas').map(Math.abs)).toEqual([...half, ...half]);
    expect(valuesOf('fp4-bitblas').slice(9)).toEqual(half.slice(1).map((value) => -value));
  });

  test('IQ4_NL', () => {
    const table = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
    expect(valuesOf('iq4-nl')).toEqual(table);
  });

  test('a table of one’s own', () => {
    expect(valuesOf('table:3,-1,0.1')).toEqual([3, -1, Math.fround(0.1), NaN]);
  });
});
