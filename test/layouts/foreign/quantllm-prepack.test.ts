import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniformInteger } from '../../../src/base/random.ts';
import { FormatError } from '../../../src/formats/element-names.ts';
import { prepackQuantllm, unprepackQuantllm } from '../../../src/layouts/foreign/quantllm-prepack.ts';
import { hex, steps } from './random-foreign.ts';

const randomCodes = (bits: number, N: number, K: number, seed: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: N * K }, (_, i) => uniformInteger(seed, i, 0, 2 ** bits - 1));

const cases = fc
  .record({ bits: fc.constantFrom(5, 6), N: steps(64, 2), K: steps(64, 2), seed: fc.nat() })
  .map(({ bits, N, K, seed }) => ({ bits, N, K, codes: randomCodes(bits, N, K, seed) }));

const ORDERS: Readonly<Record<number, readonly number[]>> = {
  1: [
    2, 6, 10, 14, 18, 22, 26, 30, 4, 8, 12, 16, 20, 24, 28, 32, 1, 5, 9, 13, 17, 21, 25, 29, 3, 7, 11, 15, 19,
    23, 27, 31,
  ],
  2: [2, 6, 10, 14, 4, 8, 12, 16, 1, 5, 9, 13, 3, 7, 11, 15],
  4: [2, 6, 4, 8, 1, 5, 3, 7],
};

/** The codes of each lane as prepacking walks: tiles of 64 × 16, four blocks down each, four quarters of a block. */
function lanesOf(codes: Uint8Array, N: number, K: number): number[][] {
  const lanes: number[][] = Array.from({ length: 32 }, () => []);
  for (let top = 0; top < N; top += 64) {
    for (let left = 0; left < K; left += 16) {
      for (let down = 0; down < 64; down += 16) {
        for (const [lane, list] of lanes.entries()) {
          const [row, pair] = [Math.floor(lane / 4), 2 * (lane % 4)];
          for (const [n, k] of [
            [0, 0],
            [8, 0],
            [0, 8],
            [8, 8],
          ] as const) {
            const at = (top + down + row + n) * K + left + pair + k;
            list.push(codes[at]!, codes[at + 1]!);
          }
        }
      }
    }
  }
  return lanes;
}

/** The words of the bits [shift, shift + width) as binary text, each lane's segments interleaved, lane after lane. */
function planeText(
  lanes: readonly number[][],
  width: number,
  shift: number,
  order: readonly number[],
): string[] {
  const perWord = 32 / width;
  const words: string[] = [];
  for (let first = 0; first < lanes[0]!.length; first += perWord) {
    for (const lane of lanes) {
      const segments = lane
        .slice(first, first + perWord)
        .map((code) => ((code >> shift) % 2 ** width).toString(2).padStart(width, '0'));
      words.push(order.map((segment) => segments[segment - 1]!).join(''));
    }
  }
  return words;
}

const expectedWords = (codes: Uint8Array, bits: number, N: number, K: number, orders = ORDERS): number[] => {
  const lanes = lanesOf(codes, N, K);
  return [...planeText(lanes, bits - 4, 4, orders[bits - 4]!), ...planeText(lanes, 4, 0, orders[4]!)].map(
    (text) => parseInt(text, 2),
  );
};

test('the first words of lane 0, worked by hand', () => {
  // Row n of a block of 16 has the codes n, n + 1, … along k (mod 64): lane 0 has (0,0) (0,1) (8,0) (8,1) (0,8) (0,9) (8,8) (8,9),
  // codes 0 1 8 9 8 9 16 17, so low fours 0 1 8 9 8 9 0 1, in the order 2 6 4 8 1 5 3 7: 1 9 9 1 0 8 8 0.
  const codes = Uint8Array.from({ length: 64 * 64 }, (_, i) => ((Math.floor(i / 64) % 16) + (i % 64)) % 64);
  const words = prepackQuantllm(codes, 6, 64, 64);
  const second = (64 * 64 * 2) / 32;
  expect(hex([words[second]!], 8)).toBe('19910880');
  // Top twos of the two blocks' codes: 0 0 0 0 0 0 1 1 and again; order 2 6 10 14 4 8 12 16 | 1 5 9 13 3 7 11 15:
  // 0 0 0 0 0 1 0 1 | 0 0 0 0 0 1 0 1 = 0000000000010001 twice.
  expect(hex([words[0]!], 8)).toBe('00110011');
});

test('every word is the interleaved segments of its lane', () => {
  fc.assert(
    fc.property(cases, ({ bits, N, K, codes }) => {
      expect([...prepackQuantllm(codes, bits, N, K)]).toEqual(expectedWords(codes, bits, N, K));
    }),
    { numRuns: 12 },
  );
});

test('the comparison notices words that are not interleaved', () => {
  const codes = randomCodes(6, 64, 64, 1);
  const plain = { ...ORDERS, 2: Array.from({ length: 16 }, (_, i) => i + 1) };
  expect([...prepackQuantllm(codes, 6, 64, 64)]).not.toEqual(expectedWords(codes, 6, 64, 64, plain));
});

test('unpacking returns what was packed', () => {
  fc.assert(
    fc.property(cases, ({ bits, N, K, codes }) => {
      expect(unprepackQuantllm(prepackQuantllm(codes, bits, N, K), bits, N, K)).toEqual(codes);
    }),
    { numRuns: 12 },
  );
});

describe('broken matrices', () => {
  test('are refused, saying what is expected', () => {
    expect(() => unprepackQuantllm(new Uint32Array(767), 6, 64, 64)).toThrow(
      'The prepacked weight has 767 values: [64, 12] makes 768',
    );
    expect(() => prepackQuantllm(new Uint8Array(4095), 6, 64, 64)).toThrow('codes has 4095 values');
    expect(() => prepackQuantllm(new Uint8Array(4096), 6, 64, 60)).toThrow('K is 60');
    expect(() => prepackQuantllm(new Uint8Array(4096), 6, 32, 64)).toThrow('N is 32');
    expect(() => prepackQuantllm(new Uint8Array(4096), 4, 64, 64)).toThrow('5 and 6 bits, not of 4');
    expect(() => unprepackQuantllm(new Uint32Array(768), 6, 2 ** 40, 2 ** 40)).toThrow(FormatError);
  });
});
