import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  packBase3Trits,
  packTq1Trits,
  unpackBase3Trits,
  unpackTq1Trits,
} from '../../../src/layouts/foreign/trits.ts';

/** All 243 sequences of five trits, in ascending order of the number that they are in base 3. */
const ALL = Array.from({ length: 243 }, (_, d) => Uint8Array.from(d.toString(3).padStart(5, '0'), Number));

describe('TQ1_0', () => {
  test.each([
    ['+1 0 −1 +1 0', [2, 1, 0, 2, 1], 207],
    ['all −1', [0, 0, 0, 0, 0], 0],
    ['all 0', [1, 1, 1, 1, 1], 128],
    ['all +1', [2, 2, 2, 2, 2], 255],
  ])('%s', (_, codes, byte) => {
    expect([...packTq1Trits(Uint8Array.from(codes))]).toEqual([byte]);
  });

  test('digits in the other order are another byte', () => {
    expect([...packTq1Trits(Uint8Array.of(1, 2, 0, 1, 2))]).not.toEqual([207]);
  });

  test('all 243 sequences return, each from a byte of its own', () => {
    const bytes = ALL.map((codes) => packTq1Trits(codes)[0]!);
    expect(new Set(bytes).size).toBe(243);
    for (const [d, codes] of ALL.entries())
      expect(unpackTq1Trits(Uint8Array.of(bytes[d]!), 5)).toEqual(codes);
  });

  test('the 13 other bytes decode as the byte before them', () => {
    const used = new Set(ALL.map((codes) => packTq1Trits(codes)[0]!));
    const others = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !used.has(byte));
    expect(others).toEqual([1, 20, 40, 60, 79, 99, 119, 138, 158, 178, 197, 217, 237]);
    for (const byte of others) {
      const [trits, before] = [byte, byte - 1].map((each) => unpackTq1Trits(Uint8Array.of(each), 5));
      expect(trits).toEqual(before);
    }
  });
});

describe('base 3', () => {
  test('a byte is the number that its trits are', () => {
    for (const [d, codes] of ALL.entries()) {
      expect([...packBase3Trits(codes)]).toEqual([d]);
      expect(unpackBase3Trits(Uint8Array.of(d), 5)).toEqual(codes);
    }
  });

  test('+1 0 −1 +1 0 is 2·81 + 27 + 0 + 2·3 + 1, not 207', () => {
    expect([...packBase3Trits(Uint8Array.of(2, 1, 0, 2, 1))]).toEqual([196]);
  });

  test('bytes from 243 on are refused', () => {
    expect(() => unpackBase3Trits(Uint8Array.of(0, 243), 10)).toThrow(
      'Byte 1 of the base-3 trits is 243: five trits make 0 to 242.',
    );
  });
});

describe.each([
  ['TQ1_0', packTq1Trits, unpackTq1Trits],
  ['base 3', packBase3Trits, unpackBase3Trits],
])('any number of trits as %s', (_, pack, unpack) => {
  test('return', () => {
    fc.assert(
      fc.property(fc.uint8Array({ max: 2, maxLength: 40 }), (codes) => {
        const bytes = pack(codes);
        expect(bytes).toHaveLength(Math.ceil(codes.length / 5));
        expect(unpack(bytes, codes.length)).toEqual(Uint8Array.from(codes));
      }),
    );
  });

  test('are refused where there are more or fewer bytes, or a code of 3', () => {
    expect(() => unpack(new Uint8Array(2), 11)).toThrow(/has 2 values: \[3\] makes 3/);
    expect(() => pack(Uint8Array.of(0, 3))).toThrow('Code 1 is 3: a trit is 0, 1 or 2.');
  });
});
