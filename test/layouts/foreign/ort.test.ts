import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/element-names.ts';
import type { WeightFormat } from '../../../src/formats/format.ts';
import type { QuantizedWeights } from '../../../src/formats/quantized.ts';
import { packOrt } from '../../../src/layouts/foreign/ort.ts';
import { hex, presetFormat, randomQuantized } from './random-foreign.ts';

const ort = (bits: number, block: number, stored: boolean): WeightFormat => {
  const { preset, ...format } = presetFormat(`ort${bits}`);
  if (stored) return block === 32 ? { ...format, preset: preset! } : { ...format, group: block };
  return { ...format, group: block, element: `int${bits}`, zeroPoint: false };
};

const cases = fc
  .record({
    bits: fc.constantFrom(2, 4, 8),
    block: fc.constantFrom(16, 32, 64),
    stored: fc.boolean(),
    N: fc.integer({ min: 1, max: 4 }),
    K: fc.integer({ min: 1, max: 150 }),
    seed: fc.nat(),
  })
  .map(({ bits, block, stored, N, K, seed }) => ({
    bits,
    block,
    weights: randomQuantized(ort(bits, block, stored), N, K, seed),
  }));

test('a block of 16 codes of 4 bits is 8 bytes, the first code in the low nibble', () => {
  const weights = randomQuantized(ort(4, 16, true), 1, 18, 1);
  weights.codes.set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1, 2]);
  weights.zeros!.set([9, 6]);
  const { B, zero_points } = packOrt(weights);
  expect(hex(B, 2)).toBe('10 32 54 76 98 ba dc fe 21 00 00 00 00 00 00 00');
  expect(hex(zero_points!, 2)).toBe('69');
});

test('zero points of 4 and 8 bits begin each row anew', () => {
  const four = randomQuantized(ort(4, 16, true), 2, 48, 1);
  four.zeros!.set([1, 2, 3, 4, 5, 6]);
  expect(hex(packOrt(four).zero_points!, 2)).toBe('21 03 54 06');
  const eight = randomQuantized(ort(8, 16, true), 2, 32, 1);
  eight.zeros!.set([17, 34, 51, 68]);
  expect(hex(packOrt(eight).zero_points!, 2)).toBe('11 22 33 44');
});

test('zero points of 2 bits lie four to a byte, each row anew', () => {
  const weights = randomQuantized(ort(2, 16, true), 2, 80, 1);
  weights.zeros!.set([0, 1, 2, 3, 1, 3, 2, 1, 0, 2]);
  // 3 2 1 0 in twos: 11100100 = e4, then 01; 0 1 2 3: 00011011 = 1b, then 02.
  expect(hex(packOrt(weights).zero_points!, 2)).toBe('e4 01 1b 02');
});

/** Whether each code is where [N, blocks, block · bits / 8] has it, counting bits from the low or the high end of a byte. */
function holds(
  { N, K, codes }: QuantizedWeights,
  B: Uint8Array,
  bits: number,
  block: number,
  lowFirst: boolean,
): boolean {
  const blocks = B.length / ((N * block * bits) / 8);
  return codes.every((code, i) => {
    const [n, k] = [Math.floor(i / K), i % K];
    const at = ((n * blocks + Math.floor(k / block)) * block + (k % block)) * bits;
    const shift = lowFirst ? at % 8 : 8 - bits - (at % 8);
    return ((B[Math.floor(at / 8)]! >> shift) & (2 ** bits - 1)) === code;
  });
}

test('every code is at its place in its block, and the other end of a byte is noticed', () => {
  fc.assert(
    fc.property(cases, ({ weights, bits, block }) => {
      expect(holds(weights, packOrt(weights).B, bits, block, true)).toBe(true);
    }),
    { numRuns: 40 },
  );
  const weights = randomQuantized(ort(4, 32, true), 2, 40, 1);
  expect(holds(weights, packOrt(weights).B, 4, 32, false)).toBe(false);
});

test('a format that the operator does not have is refused', () => {
  expect(() => packOrt(randomQuantized(presetFormat('gptq3'), 1, 32, 1))).toThrow(/cannot hold gptq3/);
  expect(() => packOrt(randomQuantized(ort(4, 24, true), 1, 48, 1))).toThrow(/not of 24/);
  expect(() => packOrt(randomQuantized(ort(4, 8, true), 1, 32, 1))).toThrow(/not of 8/);
  expect(() => packOrt(randomQuantized(ort(4, 24, true), 1, 48, 1))).toThrow(FormatError);
});
