import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/element-names.ts';
import {
  packLsbFirst,
  packMsbFirst,
  readCode,
  unpackLsbFirst,
  unpackMsbFirst,
  writeCode,
} from '../../../src/layouts/foreign/bit-stream.ts';
import { hex } from './random-foreign.ts';

describe('published packings', () => {
  test.each([
    // 7 6 5 4 3 2 1 0 in threes: 111 110 101 100 011 010 001 000 = fac688.
    ['3-bit', 3, [0, 1, 2, 3, 4, 5, 6, 7], '88 c6 fa'],
    ['5-bit', 5, [0, 1, 2, 3, 28, 29, 30, 31], '20 88 c1 bb ff'],
    // 000100 000011 000010 000001 = 103081.
    ['6-bit', 6, [1, 2, 3, 4], '81 30 10'],
    ['7-bit', 7, [1, 2, 3, 4, 5, 6, 7, 8], '01 c1 80 50 30 1c 10'],
  ])('LSB-first %s', (_, bits, codes, bytes) => {
    expect(hex(packLsbFirst(Uint8Array.from(codes), bits), 2)).toBe(bytes);
  });

  test('MSB-first 6-bit', () => {
    // 000001 000010 000011 000100 = 0420c4.
    expect(hex(packMsbFirst(Uint8Array.of(1, 2, 3, 4), 6), 2)).toBe('04 20 c4');
  });

  test('the other order gives other bytes', () => {
    expect(hex(packLsbFirst(Uint8Array.of(1, 2, 3, 4), 6), 2)).not.toBe('04 20 c4');
    expect(hex(packMsbFirst(Uint8Array.of(1, 2, 3, 4), 6), 2)).not.toBe('81 30 10');
  });
});

/** The bytes as a list of bits, each byte from its low or its top bit on. */
const bitsOf = (bytes: Uint8Array, lowFirst: boolean): number[] =>
  [...bytes].flatMap((byte) => {
    const digits = Array.from(byte.toString(2).padStart(8, '0'), Number);
    return lowFirst ? digits.reverse() : digits;
  });

const streams = [
  ['LSB-first', packLsbFirst, unpackLsbFirst, true],
  ['MSB-first', packMsbFirst, unpackMsbFirst, false],
] as const;

const anyCodes = fc
  .integer({ min: 1, max: 8 })
  .chain((bits) =>
    fc.record({ bits: fc.constant(bits), codes: fc.uint8Array({ max: 2 ** bits - 1, maxLength: 70 }) }),
  );

describe.each(streams)('%s', (_, pack, unpack, lowFirst) => {
  test('the bits of all codes follow each other, then zeros', () => {
    fc.assert(
      fc.property(anyCodes, ({ bits, codes }) => {
        const expected = [...codes].flatMap((code) => {
          const digits = Array.from(code.toString(2).padStart(bits, '0'), Number);
          return lowFirst ? digits.reverse() : digits;
        });
        while (expected.length % 8 !== 0) expected.push(0);
        expect(bitsOf(pack(codes, bits), lowFirst)).toEqual(expected);
      }),
    );
  });

  test('unpacking returns what was packed', () => {
    fc.assert(
      fc.property(anyCodes, ({ bits, codes }) => {
        expect(unpack(pack(codes, bits), bits, codes.length)).toEqual(Uint8Array.from(codes));
      }),
    );
  });

  test('what the last byte has left does not matter', () => {
    expect(unpack(Uint8Array.of(255, 255), 3, 5)).toEqual(Uint8Array.of(7, 7, 7, 7, 7));
  });

  test('a wrong number of bytes, a code too large and a width of 9 are refused', () => {
    expect(() => unpack(new Uint8Array(3), 3, 5)).toThrow(/has 3 values: \[2\] makes 2/);
    expect(() => unpack(new Uint8Array(1), 8, 2 ** 40)).toThrow(FormatError);
    expect(() => pack(Uint8Array.of(3, 8), 3)).toThrow('Code 1 is 8: 3 bits hold 0 to 7.');
    expect(() => pack(Uint8Array.of(0), 9)).toThrow(FormatError);
    expect(() => unpack(Uint8Array.of(0), 0, 1)).toThrow(FormatError);
  });
});

describe('streams of words', () => {
  test('32 codes of 3 bits lie in three words as GPTQ has them', () => {
    const words = new Uint32Array(3);
    for (let i = 0; i < 32; i++) writeCode({ words, base: 0, stride: 1 }, 3 * i, 3, i % 8);
    expect(hex(words, 8)).toBe('88fac688 c688fac6 fac688fa');
  });

  test('words lie a stride apart, and nothing else is touched', () => {
    const words = new Int32Array(7);
    const stream = { words, base: 1, stride: 3 };
    // 6 bits from bit 30 on: the low two in word 0, the other four in word 1.
    writeCode(stream, 30, 6, 0b101101);
    expect([...words]).toEqual([0, 0b01 << 30, 0, 0, 0b1011, 0, 0]);
    expect(readCode(stream, 30, 6)).toBe(0b101101);
  });

  test('they are the LSB-first stream of their bytes', () => {
    fc.assert(
      fc.property(anyCodes, ({ bits, codes }) => {
        const bytes = packLsbFirst(codes, bits);
        const words = new Uint32Array(Math.ceil(bytes.length / 4));
        new Uint8Array(words.buffer).set(bytes);
        const stream = { words, base: 0, stride: 1 };
        expect(Array.from(codes, (_, i) => readCode(stream, i * bits, bits))).toEqual([...codes]);
      }),
    );
  });
});
