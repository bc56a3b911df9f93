import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/element-names.ts';
import type { GgmlCodec } from '../../../src/formats/ggml/block-codec.ts';
import { GGML_CODECS } from '../../../src/formats/ggml/registry.ts';
import { decodeAll, expected, K, N, quantized } from './vectors.ts';

const TYPES = Object.entries(GGML_CODECS);
const codecOf = (type: string): GgmlCodec => GGML_CODECS[type]!;
const blocksOf = (type: string): Uint8Array<ArrayBuffer> =>
  quantized(type, codecOf(type).blockSize, codecOf(type).blockBytes);

/** Bits a weight, which fix the size of a block (ggml, `ggml-common.h`, and llama.cpp's table of types). */
const BITS_PER_WEIGHT: Readonly<Record<string, number>> = {
  q4_0: 4.5,
  q4_1: 5,
  q5_0: 5.5,
  q5_1: 6,
  q8_0: 8.5,
  q2_k: 2.625,
  q3_k: 3.4375,
  q4_k: 4.5,
  q5_k: 5.5,
  q6_k: 6.5625,
  iq4_nl: 4.5,
  iq4_xs: 4.25,
  mxfp4: 4.25,
  nvfp4: 4.5,
  tq1_0: 1.6875,
  tq2_0: 2.0625,
  q1_0: 1.125,
  q2_0: 2.25,
};

test('there is a codec for each of the types, and its blocks are as large as theirs', () => {
  expect(
    Object.fromEntries(
      TYPES.map(([type, { blockBytes, blockSize }]) => [type, (8 * blockBytes) / blockSize]),
    ),
  ).toEqual(BITS_PER_WEIGHT);
});

describe('what ggml made', () => {
  test.each(TYPES)('%s decodes to the values that ggml decodes it to, bit for bit', (type, codec) => {
    const decoded = decodeAll(codec.unpack(blocksOf(type), N, K));
    expect(decoded).toEqual(expected(type).map((value) => value + 0));
  });

  test.each(TYPES)('%s packs to the bytes that it was', (type, codec) => {
    const bytes = blocksOf(type);
    expect(codec.pack(codec.unpack(bytes, N, K))).toEqual(bytes);
  });

  test.each(TYPES)('%s with one bit of each block wrong decodes to other values', (type, codec) => {
    const bytes = blocksOf(type);
    // The last byte of a block is a code or the upper half of an f16; the lowest bit of either changes a value.
    for (let at = codec.blockBytes - 1; at < bytes.length; at += codec.blockBytes) bytes[at]! ^= 1;
    const decoded = decodeAll(codec.unpack(bytes, N, K));
    expect(decoded).not.toEqual(expected(type).map((value) => value + 0));
  });

  test('with the nibbles of its bytes swapped Q4_0 decodes to other values', () => {
    const bytes = blocksOf('q4_0').map((byte, i) => (i % 18 < 2 ? byte : ((byte & 15) << 4) | (byte >> 4)));
    expect(decodeAll(codecOf('q4_0').unpack(bytes, N, K))).not.toEqual(expected('q4_0').map((v) => v + 0));
  });
});

/** Where a type's f16 values are, and its UE4M3 or E8M0 bytes: not every pattern there is a number. */
const FLOAT16_AT: Readonly<Record<string, readonly number[]>> = {
  q4_0: [0],
  q4_1: [0, 2],
  q5_0: [0],
  q5_1: [0, 2],
  q8_0: [0],
  q2_k: [80, 82],
  q3_k: [108],
  q4_k: [0, 2],
  q5_k: [0, 2],
  q6_k: [208],
  iq4_nl: [0],
  iq4_xs: [0],
  mxfp4: [],
  nvfp4: [],
  tq1_0: [52],
  tq2_0: [64],
  q1_0: [0],
  q2_0: [0],
};

/** The bytes of a block with what no canonical form holds, or holds otherwise, replaced. */
function tamed(type: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const block = Uint8Array.from(bytes);
  // Clearing the lowest bit of the exponent leaves no f16 with all of them set.
  for (const at of FLOAT16_AT[type]!) block[at + 1]! &= ~4;
  if (type === 'mxfp4' && block[0] === 0xff) block[0] = 0xfe;
  if (type === 'nvfp4') for (let g = 0; g < 4; g++) block[g] = (block[g]! & 0x7f) % 0x7f;
  if (type === 'tq2_0') for (let i = 0; i < 64; i++) block[i]! &= ~((block[i]! & 0xaa) >> 1);
  if (type === 'tq1_0') {
    for (let i = 0; i < 48; i++) block[i] = Math.ceil(((block[i]! % 243) * 256) / 243);
    for (let i = 48; i < 52; i++) block[i] = Math.ceil(((block[i]! % 81) * 3 * 256) / 243);
  }
  return block;
}

describe('any block', () => {
  test.each(TYPES)('%s packs to the bytes that it was', (type, codec) => {
    const block = fc.uint8Array({ minLength: codec.blockBytes, maxLength: codec.blockBytes });
    fc.assert(
      fc.property(fc.array(block, { minLength: 4, maxLength: 4 }), (blocks) => {
        const bytes = Uint8Array.from(blocks.flatMap((each) => [...tamed(type, each)]));
        expect(codec.pack(codec.unpack(bytes, 2, 2 * codec.blockSize))).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });
});

/** A block of zero bytes with some replaced. */
function blockWith(type: string, replaced: Readonly<Record<number, number>>): Uint8Array {
  const bytes = new Uint8Array(codecOf(type).blockBytes);
  for (const [at, byte] of Object.entries(replaced)) bytes[Number(at)] = byte;
  return bytes;
}

const unpackOne = (type: string, replaced: Readonly<Record<number, number>>): Float32Array =>
  decodeAll(codecOf(type).unpack(blockWith(type, replaced), 1, codecOf(type).blockSize));

describe('hand-worked blocks', () => {
  test('the digits of a byte of TQ1_0 belong to weights 32 apart', () => {
    // d = 1 (0x3c00). 207 is the byte of 1, 0, −1, 1, 0; 0 is that of five times −1.
    const values = unpackOne('tq1_0', { 0: 207, 53: 0x3c });
    expect([0, 32, 64, 96, 128, 1].map((k) => values[k])).toEqual([1, 0, -1, 1, 0, -1]);
  });

  test('bytes that TQ1_0 never writes are read as their digits are', () => {
    // ⌈18 · 256 / 243⌉ is 19 and ⌈19 · 256 / 243⌉ is 21, so 20 reads as 18 does, which is 00200 in base 3.
    const codec = codecOf('tq1_0');
    const weights = codec.unpack(blockWith('tq1_0', { 0: 20, 53: 0x3c }), 1, 256);
    const values = decodeAll(weights);
    expect([0, 32, 64, 96, 128].map((k) => values[k])).toEqual([-1, -1, 1, -1, -1]);
    expect(codec.pack(weights)[0]).toBe(19);
  });

  test('the scale 0x7F of NVFP4 is 0', () => {
    expect([...unpackOne('nvfp4', { 0: 0x7f, 1: 0x38, 4: 0x77, 12: 0x77 })].slice(0, 32)).toEqual([
      ...new Array<number>(16).fill(0),
      ...[6, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0],
    ]);
  });

  test('a minimum of Q4_K is taken off, a minimum of Q4_1 added', () => {
    // d = 1, dmin = 2, the first group's scale 3 and minimum 5, its first code 4: 1 · 3 · 4 − 2 · 5.
    expect(unpackOne('q4_k', { 1: 0x3c, 3: 0x40, 4: 3, 8: 5, 16: 4 })[0]).toBe(2);
    expect(unpackOne('q4_1', { 1: 0x3c, 3: 0x40, 4: 4 })[0]).toBe(6);
  });

  test('a scale of MXFP4 is a power of two, halves being codes', () => {
    // 2^(129 − 127) times E2M1 1 (0.5) and 15 (−6).
    const values = unpackOne('mxfp4', { 0: 129, 1: 0xf1 });
    expect([values[0], values[16]]).toEqual([2, -24]);
  });
});

describe('what is refused', () => {
  test.each(TYPES.flatMap(([type]) => FLOAT16_AT[type]!.map((at) => [type, at] as const)))(
    '%s with an f16 at byte %i that is no finite number',
    (type, at) => {
      const { blockSize } = codecOf(type);
      for (const upper of [0x7c, 0xfc, 0x7e]) {
        const bytes = Uint8Array.from([...blockWith(type, {}), ...blockWith(type, { [at + 1]: upper })]);
        expect(() => codecOf(type).unpack(bytes, 2, blockSize)).toThrow(FormatError);
        expect(() => codecOf(type).unpack(bytes, 2, blockSize)).toThrow(/^Block 1 of .*: (d|m|dmin) is 0x/);
      }
      // 0x7bff, the largest f16.
      expect(() => unpackOne(type, { [at]: 0xff, [at + 1]: 0x7b })).not.toThrow();
    },
  );

  test.each([
    ['mxfp4', { 0: 0xff }, 'Block 0 of mxfp4-ggml: e is 0xff, which is no number.'],
    ['nvfp4', { 2: 0x80 }, 'Block 0 of nvfp4-ggml: d[2] is 0x80, which is no unsigned E4M3.'],
    ['tq2_0', { 5: 0x31 }, 'Block 0 of tq2_0: byte 5 of qs is 0x31, which holds the unused code 3.'],
  ] satisfies [string, Record<number, number>, string][])('%s with %o', (type, replaced, message) => {
    expect(() => unpackOne(type, replaced)).toThrow(message);
  });

  test('a K that is no multiple of the block, and too few bytes', () => {
    expect(() => codecOf('q4_k').unpack(new Uint8Array(144), 1, 128)).toThrow(
      'q4_k has blocks of 256 weights: K is 128 and must be a multiple.',
    );
    expect(() => codecOf('q4_k').unpack(new Uint8Array(143), 1, 256)).toThrow(
      '1 × 256 weights of q4_k are 144 bytes, not 143.',
    );
  });

  test('weights of another format', () => {
    const q5 = codecOf('q5_0').unpack(blocksOf('q5_0'), N, K);
    expect(() => codecOf('q4_0').pack(q5)).toThrow(
      'These weights are of q5_0: the blocks of q4_0 cannot hold them.',
    );
  });

  test('a second level that is no f16', () => {
    const weights = codecOf('q6_k').unpack(blocksOf('q6_k'), N, K);
    weights.stored.parents![3] = 0.1;
    expect(() => codecOf('q6_k').pack(weights)).toThrow('Block 3: d is 0.1');
  });
});
