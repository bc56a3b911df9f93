import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/formats/element-names.ts';
import { packLsbFirst, readCode } from '../../../src/layouts/foreign/bit-stream.ts';
import { hex } from './random-foreign.ts';
import { writeCode } from './write-code.ts';

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

  test('the other order gives other bytes', () => {
    expect(hex(packLsbFirst(Uint8Array.of(1, 2, 3, 4), 6), 2)).not.toBe('04 20 c4');
  });
});

/** The bits of a number, the low one first. */
const bitsOf = (value: number, bits: number): number[] =>
  Array.from(value.toString(2).padStart(bits, '0'), Number).reverse();

const anyCodes = fc
  .integer({ min: 1, max: 8 })
  .chain((bits) =>
    fc.record({ bits: fc.constant(bits), codes: fc.uint8Array({ max: 2 ** bits - 1, maxLength: 70 }) }),
  );

describe('a stream of bytes', () => {
  test('has the bits of all codes one after the other, then zeros', () => {
    fc.assert(
      fc.property(anyCodes, ({ bits, codes }) => {
        const expected = [...codes].flatMap((code) => bitsOf(code, bits));
        while (expected.length % 8 !== 0) expected.push(0);
        expect([...packLsbFirst(codes, bits)].flatMap((byte) => bitsOf(byte, 8))).toEqual(expected);
      }),
    );
  });

  test('refuses a code that is too large and a width of 9', () => {
    expect(() => packLsbFirst(Uint8Array.of(3, 8), 3)).toThrow('Code 1 is 8: 3 bits hold 0 to 7.');
    expect(() => packLsbFirst(Uint8Array.of(0), 9)).toThrow(FormatError);
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
