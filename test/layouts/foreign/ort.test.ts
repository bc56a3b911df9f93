import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/element-names.ts';
import type { WeightFormat } from '../../../src/formats/format.ts';
import { type QuantizedWeights, RowDecoder } from '../../../src/formats/quantized.ts';
import { packOrt, unpackOrt } from '../../../src/layouts/foreign/ort.ts';
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

test('unpacking returns what was packed', () => {
  fc.assert(
    fc.property(cases, ({ weights, bits, block }) => {
      const { N, K } = weights;
      expect(unpackOrt(packOrt(weights), { N, K, bits, block })).toEqual(weights);
    }),
    { numRuns: 40 },
  );
});

test.each([
  [2, 2],
  [4, 8],
  [8, 128],
])('%i bits without zero points have the zero %i', (bits, zero) => {
  const stored = randomQuantized(ort(bits, 32, true), 2, 64, 3);
  const { B, scales } = packOrt(stored);
  const read = unpackOrt({ B, scales }, { N: 2, K: 64, bits, block: 32 });
  const zeros = new Uint8Array(4).fill(zero);
  const rows = [new Float64Array(64), new Float64Array(64)] as const;
  new RowDecoder(read.format, 64).decode(read, 1, rows[0]);
  new RowDecoder(stored.format, 64).decode({ ...stored, zeros }, 1, rows[1]);
  expect(rows[0]).toEqual(rows[1]);
});

test('f32 scales are read as such', () => {
  const format: WeightFormat = { ...ort(4, 16, false), scale: 'f32' };
  const weights = randomQuantized(format, 3, 33, 1);
  expect(unpackOrt(packOrt(weights), { N: 3, K: 33, bits: 4, block: 16, scale: 'f32' })).toEqual(weights);
});

describe('broken inputs', () => {
  const tensors = packOrt(randomQuantized(ort(4, 16, true), 2, 40, 1));
  const sizes = { N: 2, K: 40, bits: 4, block: 16 };

  test.each([
    [{ ...tensors, B: new Uint8Array(47) }, 'B has 47 values: [2, 3, 8] makes 48'],
    [{ ...tensors, scales: new Uint16Array(5) }, 'scales has 5 values: [2, 3] makes 6'],
    [{ ...tensors, zero_points: new Uint8Array(3) }, 'zero_points has 3 values: [2, 2] makes 4'],
    [{ ...tensors, scales: new Uint16Array(6).fill(0x7c00) }, 'scales makes a scale of Infinity'],
  ])('are refused, naming the tensor', (broken, message) => {
    expect(() => unpackOrt(broken, sizes)).toThrow(message);
    expect(() => unpackOrt(broken, sizes)).toThrow(FormatError);
  });

  test('sizes that the operator does not have are refused', () => {
    expect(() => unpackOrt(tensors, { ...sizes, bits: 3 })).toThrow('MatMulNBits has 2, 4, 8 bits');
    expect(() => unpackOrt(tensors, { ...sizes, block: 24 })).toThrow(/not of 24/);
    expect(() => unpackOrt(tensors, { ...sizes, block: 8 })).toThrow(/not of 8/);
    expect(() => unpackOrt(tensors, { ...sizes, block: 2 ** 50 })).toThrow(FormatError);
    expect(() => unpackOrt(tensors, { ...sizes, K: -1 })).toThrow('K is -1');
    expect(() => packOrt(randomQuantized(presetFormat('gptq3'), 1, 32, 1))).toThrow(/cannot hold gptq3/);
  });
});
