import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal } from '../../src/base/random.ts';
import { decodeQuantized, type QuantizedBuffers } from '../../src/reference/quantized-activations.ts';
import { NATURAL, quantizeActivations } from './quantizer.ts';

const [M, K] = [3, 70];
const activations = Float32Array.from({ length: M * K }, (_, i) => normal(5, i));

/** What is said of quantized activations, after a change of their buffers. */
function faultAfter(
  change: (codes: Int8Array, scales: Float32Array, sums: Int32Array) => void,
  of: QuantizedBuffers = quantizeActivations(activations, M, K, M + 1),
): string | undefined {
  change(new Int8Array(of.quantized), new Float32Array(of.blocks), new Int32Array(of.blocks));
  return decodeQuantized(activations, M, K, of).fault;
}

describe('decodeQuantized', () => {
  it('decodes a block by hand', () => {
    // 2.54 / 127 = 0.02 = 2621.44·2⁻¹⁷, and 2622 has 12 bits.
    const given = Float32Array.of(2.54, -1, 0.0101);
    const { activations: decoded, fault } = decodeQuantized(given, 1, 3, quantizeActivations(given, 1, 3));
    expect(fault).toBeUndefined();
    const scale = 2622 * 2 ** -17;
    expect([...decoded]).toEqual([127 * scale, -50 * scale, scale]);
  });

  it('takes bytes in the order that a kernel has them in', () => {
    const order = NATURAL.map((p) => (p * 7 + 3) % 32);
    const { activations: plain } = decodeQuantized(activations, M, K, quantizeActivations(activations, M, K));
    const mixed = quantizeActivations(activations, M, K, M + 2, order);
    expect(decodeQuantized(activations, M, K, mixed)).toEqual({ activations: plain, fault: undefined });
    expect(decodeQuantized(activations, M, K, { ...mixed, order: NATURAL }).fault).toContain(
      'at m = 0, k = 0',
    );
  });

  it('is within half a step of what was quantized, whatever its size', () => {
    const value = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -120, max: 100 }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 80 }), (values) => {
        const given = Float32Array.from(values, ([mantissa, exponent]) => mantissa * 2 ** exponent);
        const { fault } = decodeQuantized(
          given,
          1,
          given.length,
          quantizeActivations(given, 1, given.length),
        );
        expect(fault).toBeUndefined();
      }),
    );
  });

  it('lets zeros have any scale up to 1', () => {
    const zeros = new Float32Array(40);
    for (const [scale, right] of [
      [1, true],
      [2 ** -100, true],
      [0, true],
      [2, false],
    ] as const) {
      const buffers = quantizeActivations(zeros, 1, 40);
      new Float32Array(buffers.blocks)[0] = scale;
      expect(decodeQuantized(zeros, 1, 40, buffers).fault === undefined).toBe(right);
    }
  });
});

describe('a fault of the quantization', () => {
  it('is none where there is none', () => {
    expect(faultAfter(() => undefined)).toBeUndefined();
  });

  const at = (m: number, k: number): number => m * 96 + k;
  const block = (m: number, k: number): number => 2 * (m * 3 + Math.floor(k / 32));

  it.each<readonly [string, Parameters<typeof faultAfter>[0], RegExp]>([
    ['a code that is one too large', (codes) => codes[at(1, 40)]!++, /m = 1, k = 32 .* at its place 8/],
    [
      'codes one step off and their sum with them',
      (codes, _, sums) => {
        codes[at(2, 3)]!--;
        sums[block(2, 3) + 1]!--;
      },
      /m = 2, k = 0 .* at its place 3/,
    ],
    ['a sum that is one too small', (_, __, sums) => sums[block(0, 64) + 1]!--, /sum/],
    [
      'a scale of the block before',
      (_, scales) => (scales[block(1, 32)] = scales[block(1, 0)]!),
      /m = 1, k = 32/,
    ],
    ['a scale of zero', (_, scales) => (scales[block(1, 32)] = 0), /m = 1, k = 32/],
    ['a scale that is no number', (_, scales) => (scales[block(1, 32)] = NaN), /scale .* is NaN/],
    ['an infinite scale', (_, scales) => (scales[block(1, 32)] = Infinity), /scale .* is Infinity/],
    ['a scale of too many bits', (_, scales) => (scales[block(1, 32)]! *= 1 + 2 ** -20), /is no f32/],
    ['padding along K that is not zero', (codes) => (codes[at(0, 75)] = 1), /m = 0, k = 64 .* activation 0/],
    ['padding along M that is not zero', (codes) => (codes[at(3, 1)] = 1), /m = 3, k = 0/],
    ['a code of −128', (codes) => (codes[at(0, 0)] = -128), /code .* is -128/],
  ])('%s is told', (_, change, says) => {
    expect(faultAfter(change)).toMatch(says);
  });

  it('is a scale larger than need be, with codes that fit it', () => {
    const doubled = (): QuantizedBuffers => {
      const buffers = quantizeActivations(activations, M, K);
      const [codes, scales] = [new Int8Array(buffers.quantized), new Float32Array(buffers.blocks)];
      const sums = new Int32Array(buffers.blocks);
      scales[0]! *= 2;
      for (let k = 0; k < 32; k++) codes[k] = Math.round(activations[k]! / scales[0]!);
      sums[1] = codes.subarray(0, 32).reduce((sum, code) => sum + code, 0);
      return buffers;
    };
    expect(faultAfter(() => undefined, doubled())).toContain('more than 1/127');
  });

  it('is codes cut off instead of rounded', () => {
    const cut = (codes: Int8Array, scales: Float32Array, sums: Int32Array): void => {
      for (let k = 0; k < 32; k++) codes[k] = Math.trunc(activations[k]! / scales[0]!);
      sums[1] = codes.subarray(0, 32).reduce((sum, code) => sum + code, 0);
    };
    expect(faultAfter(cut)).toContain('at m = 0, k = 0');
  });
});
