import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WeightFormat } from '../../../src/formats/format.ts';
import type { QuantizedWeights } from '../../../src/formats/quantized.ts';
import { MARLIN_PERMUTATION, packMarlin } from './marlin.ts';
import { randomQuantized, steps } from './random-foreign.ts';

const marlin = (group: WeightFormat['group']): WeightFormat => ({
  element: 'int4',
  group,
  scale: 'f16',
  zeroPoint: false,
  secondLevel: 'none',
  rule: 'amax',
  block: 1,
});

test('the permutation has every entry once', () => {
  expect([...MARLIN_PERMUTATION].sort((a, b) => a - b)).toEqual(Array.from({ length: 1024 }, (_, i) => i));
});

test('the first words of lane 0 and of lane 5 hold the codes that Marlin says', () => {
  // Lane 0, tile 0: column 0, k = 0 1 8 9, then column 8; nibbles take the 0th 2nd 4th 6th 1st 3rd 5th 7th of them.
  const first = [
    [0, 0],
    [8, 0],
    [0, 8],
    [8, 8],
    [1, 0],
    [9, 0],
    [1, 8],
    [9, 8],
  ].map(([k, n]) => 16 * k! + n!);
  expect([...MARLIN_PERMUTATION.subarray(0, 8)]).toEqual(first);
  // The lane's second word: the same of the second tile.
  expect([...MARLIN_PERMUTATION.subarray(8, 16)]).toEqual(first.map((entry) => 256 + entry));
  // Lane 5: column 1, k = 2 3 10 11; 5 · 32 codes in.
  expect([...MARLIN_PERMUTATION.subarray(160, 168)]).toEqual(
    [
      [2, 1],
      [10, 1],
      [2, 9],
      [10, 9],
      [3, 1],
      [11, 1],
      [3, 9],
      [11, 9],
    ].map(([k, n]) => 16 * k! + n!),
  );
});

/**
 * Which nibble of B code (n, k) is in, from the fragment of m16n8k16: lane 4 · (n mod 8) + (k mod 8) / 2 has it, in the word of
 * its tile of 16; `nibbles` are those of k even and of k odd.
 */
function nibbleAt(
  N: number,
  n: number,
  k: number,
  nibbles: readonly [number, number],
): { word: number; shift: number } {
  const lane = 4 * (n % 8) + Math.floor((k % 8) / 2);
  const word = Math.floor(k / 16) * 2 * N + Math.floor(n / 64) * 128 + 4 * lane + (Math.floor(n / 16) % 4);
  const half = Math.floor((k % 16) / 8);
  const block = Math.floor((n % 16) / 8);
  return { word, shift: 4 * (nibbles[(k % 2) as 0 | 1] + half + 2 * block) };
}

const holds = (
  { N, K, codes }: QuantizedWeights,
  B: Int32Array,
  nibbles: readonly [number, number],
): boolean =>
  codes.every((code, i) => {
    const { word, shift } = nibbleAt(N, Math.floor(i / K), i % K, nibbles);
    return ((B[word]! >>> shift) & 15) === code;
  });

const cases = fc
  .record({ N: steps(64, 3), K: steps(16, 9), group: fc.constantFrom(16, 128, 'K' as const), seed: fc.nat() })
  .map(({ N, K, group, seed }) => randomQuantized(marlin(group), N, K, seed));

test('each lane loads the codes of its fragments', () => {
  fc.assert(
    fc.property(cases, (weights) => {
      expect(holds(weights, packMarlin(weights), [0, 4])).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test('the comparison notices another order of nibbles', () => {
  const weights = randomQuantized(marlin(128), 64, 16, 3);
  expect(holds(weights, packMarlin(weights), [4, 0])).toBe(false);
});
