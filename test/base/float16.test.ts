import { getFloat16, setFloat16 } from '@petamoriken/float16';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFloat16, encodeFloat16, roundHalfToEven, roundToFloat16 } from '../../src/base/float16.ts';

const view = new DataView(new ArrayBuffer(2));

function theirDecode(bits: number): number {
  view.setUint16(0, bits);
  return getFloat16(view, 0);
}

function theirEncode(value: number): number {
  setFloat16(view, 0, value);
  return view.getUint16(0);
}

describe('float16', () => {
  test('every pattern decodes as @petamoriken/float16 decodes it', () => {
    for (let bits = 0; bits < 65536; bits++) expect(decodeFloat16(bits)).toBe(theirDecode(bits));
  });

  test('every pattern that is no NaN survives decode and encode', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = decodeFloat16(bits);
      if (!Number.isNaN(value)) expect(encodeFloat16(value)).toBe(bits);
    }
    expect(encodeFloat16(NaN)).toBe(0x7e00);
  });

  test('the midpoint of any two neighbours goes to the even one, and a hair beside it to the nearer', () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const middle = (decodeFloat16(bits) + decodeFloat16(bits + 1)) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      expect(encodeFloat16(middle)).toBe(even);
      expect(encodeFloat16(-middle)).toBe(0x8000 | even);
      expect(encodeFloat16(middle * (1 - 2 ** -52))).toBe(bits);
      expect(encodeFloat16(middle * (1 + 2 ** -52))).toBe(bits + 1);
    }
  });

  test.each([
    ['1 + 2⁻¹¹ is a tie, to even', 1 + 2 ** -11, 1],
    ['1 + 3·2⁻¹¹ is a tie, to even', 1 + 3 * 2 ** -11, 1 + 2 ** -9],
    // Rounded to f32 first, it would be the tie above.
    ['1 + 2⁻¹¹ + 2⁻⁴⁰ is rounded once', 1 + 2 ** -11 + 2 ** -40, 1 + 2 ** -10],
    ['2⁻²⁵ is a tie between 0 and the smallest subnormal', 2 ** -25, 0],
    ['3·2⁻²⁵ is a tie between subnormals', 3 * 2 ** -25, 2 ** -23],
    ['the largest subnormal’s upper half is normal', 2 ** -14 - 2 ** -26, 2 ** -14],
    ['just below 65520 stays finite', 65519.99999999999, 65504],
    ['65520 overflows', 65520, Infinity],
    ['-1e308 overflows', -1e308, -Infinity],
    ['5e-324 is nothing', 5e-324, 0],
    ['-0 keeps its sign', -0, -0],
  ])('%s', (_, value, expected) => {
    expect(roundToFloat16(value)).toBe(expected);
  });

  test('any f64 encodes as @petamoriken/float16 encodes it', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double({ noNaN: true }), fc.double({ min: -70000, max: 70000, noNaN: true })),
        (value) => {
          expect(encodeFloat16(value)).toBe(theirEncode(value));
        },
      ),
      { numRuns: 5000 },
    );
  });

  test('roundHalfToEven takes ties to the even integer', () => {
    expect(
      [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999, 2.5001, 0.49999999999999994].map(roundHalfToEven),
    ).toEqual([-2, -2, 0, 0, 2, 2, 2, 3, 0]);
  });
});
