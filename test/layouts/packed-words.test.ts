import { describe, expect, test } from 'vitest';
import { range } from '../../src/base/integers.ts';
import { MARLIN_PERMUTATION, packMarlin } from './foreign/marlin.ts';
import { packCodes } from '../../src/layouts/pack-codes.ts';
import { parseLayout } from '../../src/layouts/registry.ts';
import { weightFormat } from '../support/weight-format.ts';
import { randomQuantized } from './foreign/random-foreign.ts';
import { geometryOf } from './known-layouts.ts';

/** Packs one column of codes, zeros behind them. */
function packColumn(name: string, bits: number, codes: readonly number[]): Uint32Array {
  const layout = parseLayout(name);
  const geometry = geometryOf(layout, bits, { N: 1, K: codes.length, NB: 1, padN: 0, padK: 0 });
  return packCodes((n, k) => (n === 0 ? (codes[k] ?? 0) : 0), layout, geometry);
}

/** Packs a matrix that fills its tiles. */
function packMatrix(
  name: string,
  bits: number,
  N: number,
  K: number,
  codeAt: (n: number, k: number) => number,
): Uint32Array {
  const layout = parseLayout(name);
  return packCodes(codeAt, layout, geometryOf(layout, bits, { N, K, NB: 4, padN: 0, padK: 0 }));
}

const hexBytes = (words: Uint32Array, count: number): string =>
  [...new Uint8Array(words.buffer, 0, count)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

const hexWords = (words: Iterable<number>): string[] =>
  [...words].map((word) => (word >>> 0).toString(16).padStart(8, '0'));

const EIGHT = range(8);

describe('a stream', () => {
  test.each([
    // 000 001 010 011 100 101 110 111, each from the low bit of the first byte up: the third code straddles two bytes.
    ['lsb, 3 bits', 'stream', 3, EIGHT, '88 c6 fa'],
    ['lsb, 5 bits', 'stream', 5, [0, 1, 2, 3, 28, 29, 30, 31], '20 88 c1 bb ff'],
    ['lsb, 6 bits', 'stream', 6, [1, 2, 3, 4], '81 30 10'],
    ['lsb, 7 bits', 'stream', 7, [1, 2, 3, 4, 5, 6, 7, 8], '01 c1 80 50 30 1c 10'],
    // 000001 000010 000011 000100 read as bytes: 00000100 00100000 11000100.
    ['msb, 6 bits', 'stream:msb', 6, [1, 2, 3, 4], '04 20 c4'],
    ['msb, 4 bits: the even code in the high nibble', 'stream:msb', 4, EIGHT, '01 23 45 67'],
    ['msb, 1 bit', 'stream:msb', 1, [1, 0, 0, 0, 0, 0, 1, 0], '82'],
    ['msb, 8 bits', 'stream:msb', 8, [0x12, 0x34], '12 34'],
    // 000 001 010 011 100 101 110 111 read as bytes: 00000101 00111001 01110111.
    ['msb, 3 bits', 'stream:msb', 3, EIGHT, '05 39 77'],
    ['msb in AWQ’s order', 'stream:msb,order=awq', 4, EIGHT, '02 46 13 57'],
  ])('%s', (_, name, bits, codes, bytes) => {
    expect(hexBytes(packColumn(name, bits, codes), bytes.split(' ').length)).toBe(bytes);
  });

  test('of 4 bits is GPTQ’s: the first code in the low nibble', () => {
    expect(hexWords(packColumn('stream', 4, EIGHT).slice(0, 1))).toEqual(['76543210']);
  });

  test('of 3 bits is GPTQ’s: 32 codes over three words', () => {
    const codes = range(32).map((i) => i % 8);
    expect(hexWords(packColumn('stream', 3, codes))).toEqual(['88fac688', 'c688fac6', 'fac688fa']);
  });
});

describe('an order', () => {
  test.each([
    ['stream:order=awq', 4, 0x75316420],
    // Bytes of the even nibbles: 0 1 2 3; of the odd ones: 4 5 6 7.
    ['stream:order=dp4a', 4, 0x73625140],
    ['stream:order=76543210', 4, 0x01234567],
    ['stream:order=awq', 3, 0o75316420],
    ['stream:order=01234567', 3, 0o76543210],
  ])('%s of %i bits', (name, bits, word) => {
    expect(packColumn(name, bits, EIGHT)[0]! % 2 ** (8 * bits)).toBe(word);
  });

  test('is the same in every run of 8 codes', () => {
    const words = packColumn('interleaved:order=awq', 4, [...EIGHT, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect(hexWords(words)).toEqual(['75316420', 'fdb9eca8', '00000000', '00000000']);
  });

  test('awq and dp4a undo each other', () => {
    const codes = [0, 4, 1, 5, 2, 6, 3, 7];
    expect(hexWords(packColumn('stream:order=awq', 4, codes).slice(0, 1))).toEqual(['76543210']);
  });
});

describe('planes', () => {
  const upTo32 = range(32);
  const NIBBLES = ['76543210', 'fedcba98', '76543210', 'fedcba98'];

  test.each([
    // Codes 0 … 31 of 6 bits: the top two bits are 0 in the first half and 1 in the second, 16 to a word.
    ['interleaved:planes=2+4', 6, upTo32, ['00000000', '55555555', ...NIBBLES]],
    ['interleaved:planes=2+4', 6, upTo32.map((code) => code + 32), ['aaaaaaaa', 'ffffffff', ...NIBBLES]],
    // The top bit of 5: 16 times 0, 16 times 1, in one word.
    ['interleaved:planes=1+4', 5, upTo32, ['ffff0000', ...NIBBLES]],
    // The top four of 5 bits are ⌊code / 2⌋, the low bit alternates.
    ['interleaved:planes=4+1', 5, upTo32, ['33221100', '77665544', 'bbaa9988', 'ffeeddcc', 'aaaaaaaa']],
    // The top two of 3 bits of 0 … 7: 0 0 1 1 2 2 3 3, which is 11 11 10 10 01 01 00 00 from the high bits down.
    ['stream:planes=2+1', 3, upTo32.map((code) => code % 8), ['fa50fa50', 'fa50fa50', 'aaaaaaaa']],
    // Three parts, the middle bit of 0 … 7: 0 0 1 1 0 0 1 1.
    ['stream:planes=1+1+1', 3, upTo32.map((code) => code % 8), ['f0f0f0f0', 'cccccccc', 'aaaaaaaa']],
    // The order of the codes holds in each part: the top bits of 12 … 19 are 0 0 0 0 1 1 1 1, in AWQ’s order 0 0 1 1 0 0 1 1,
    // the low bits c d e f 0 1 2 3 are c e 0 2 d f 1 3.
    [
      'stream:planes=1+4,order=awq',
      5,
      range(8).map((i) => 12 + i),
      ['000000cc', '31fd20ec', '00000000', '00000000', '00000000'],
    ],
    // From the top of the first byte: one 1 bit, then 0001 in the high nibble of the next part’s first byte.
    ['stream:msb,planes=1+4', 5, [0b10001], ['00000080', '00000010', '00000000', '00000000', '00000000']],
  ])('%s of %i bits', (name, bits, codes, words) => {
    expect(hexWords(packColumn(name, bits, codes))).toEqual(words);
  });
});

describe('interleaved columns', () => {
  test('of 4 bits: a word of each of four columns, then the next word of each', () => {
    const words = packMatrix('interleaved', 4, 4, 32, (n, k) => (n + k) % 16);
    const low = ['76543210', '87654321', '98765432', 'a9876543'];
    const high = ['fedcba98', '0fedcba9', '10fedcba', '210fedcb'];
    expect(hexWords(words)).toEqual([...low, ...high, ...low, ...high]);
  });

  test('of 8 bits: the words of a chunk, then the next chunk, then the next block of columns', () => {
    // 2 n + chunk, plus 16 in the chunk's first half and 32 in its second: every word repeats one byte.
    const words = packMatrix(
      'interleaved',
      8,
      8,
      64,
      (n, k) => 2 * n + Math.floor(k / 32) + (k % 32 < 16 ? 16 : 32),
    );
    const expected: number[] = [];
    for (const block of [0, 8]) {
      for (const chunk of [0, 1]) {
        for (const half of [16, 16, 16, 16, 32, 32, 32, 32]) {
          for (const column of [0, 2, 4, 6]) expected.push((block + chunk + half + column) * 0x01010101);
        }
      }
    }
    expect([...words]).toEqual(expected);
  });

  test('split into planes: first the words of the top bits of each column', () => {
    // Column n has the code 16 + n throughout.
    const words = packMatrix('interleaved:planes=1+4', 5, 4, 32, (n) => 16 + n);
    const low = ['00000000', '11111111', '22222222', '33333333'];
    expect(hexWords(words)).toEqual([...Array<string>(4).fill('ffffffff'), ...low, ...low, ...low, ...low]);
  });
});

describe('marlin', () => {
  // Entry 256 · tile + 16 · k + n of the permutation is code (16 · tile + n, k) of 64 columns.
  const wordsOfPermutation = (codeAt: (n: number, k: number) => number): number[] =>
    range(128).map((w) => {
      let word = 0;
      for (const nibble of EIGHT) {
        const entry = MARLIN_PERMUTATION[8 * w + nibble]!;
        word += codeAt(16 * (entry >> 8) + (entry & 15), (entry >> 4) & 15) * 16 ** nibble;
      }
      return word;
    });

  test('has the words of Marlin’s permutation in each tile of 64 columns by 16 codes', () => {
    const codeAt = (n: number, k: number): number => (5 * n + 3 * k + (n >> 3) * k) % 16;
    const words = packMatrix('marlin', 4, 64, 32, codeAt);
    expect(hexWords(words.slice(0, 128))).toEqual(hexWords(wordsOfPermutation(codeAt)));
    const second = (n: number, k: number): number => codeAt(n, k + 16);
    expect(hexWords(words.slice(128))).toEqual(hexWords(wordsOfPermutation(second)));
  });

  test('has the words of packMarlin, whose rows of tiles run along N', () => {
    const [N, K] = [128, 32];
    const weights = randomQuantized(weightFormat({ group: 'K' }), N, K, 7);
    const words = packMatrix('marlin', 4, N, K, (n, k) => weights.codes[n * K + k]!);
    // Its tiles are [K / 16][N / 64], those of the layout [N / 64][K / 16].
    const B = packMarlin(weights);
    const tiles = [0, 2, 1, 3].map((tile) => B.subarray(128 * tile, 128 * (tile + 1)));
    expect(hexWords(words)).toEqual(tiles.flatMap((tile) => hexWords(tile)));
    expect(hexWords(words)).not.toEqual(hexWords(B));
  });

  test('holds in word 0 what lane 0 multiplies: k = 0 8 of columns 0 and 8, then k = 1 9', () => {
    const [word] = packMatrix('marlin', 4, 64, 32, (n, k) => (n === 0 ? k % 16 : n === 8 ? (k + 4) % 16 : 0));
    expect(hexWords([word!])).toEqual(['d591c480']);
  });
});

describe('a written expression', () => {
  // Tilus' B operand of two m16n8k16 side by side, a tile of 16 × 16 reinterpreted as bytes: lane l holds columns ⌊l / 4⌋
  // and 8 more, of each k = 2 (l mod 4), + 1, + 8 and + 9; its eight 4-bit codes are word l.
  const TILUS = 'local(2,2).spatial(8,4).local(1,2)';

  test('of a Tilus view: along k', () => {
    const words = packMatrix(TILUS, 4, 16, 32, (_, k) => k % 16);
    const lanes = ['98109810', 'ba32ba32', 'dc54dc54', 'fe76fe76'];
    expect(hexWords(words)).toEqual(range(16).flatMap(() => lanes));
  });

  test('of a Tilus view: along n', () => {
    const words = packMatrix(TILUS, 4, 16, 32, (n) => n);
    const lanes = [
      '88880000',
      '99991111',
      'aaaa2222',
      'bbbb3333',
      'cccc4444',
      'dddd5555',
      'eeee6666',
      'ffff7777',
    ];
    const tile = lanes.flatMap((word) => [word, word, word, word]);
    expect(hexWords(words)).toEqual([...tile, ...tile]);
  });

  test('whose lanes load less at once: their first vectors, then their second', () => {
    // Each of two columns is a lane of four codes.
    const written = 'spatial(2, 1).local(1, 4)';
    const codeAt = (n: number, k: number): number => 8 * n + (k % 4);
    const words = (name: string): string[] => hexWords(packMatrix(name, 4, 2, 32, codeAt).slice(0, 1));
    expect(words(`${written}:vector=4`)).toEqual(['ba983210']);
    expect(words(written)).toEqual(['ba983210']);
    expect(words(`${written}:vector=2`)).toEqual(['ba329810']);
  });

  test('whose codes straddle words', () => {
    // One lane holds all: a stream of 3 bits.
    expect(hexWords(packMatrix('local(1,32)', 3, 1, 32, (_, k) => k % 8).slice(0, 3))).toEqual([
      '88fac688',
      'c688fac6',
      'fac688fa',
    ]);
  });
});
