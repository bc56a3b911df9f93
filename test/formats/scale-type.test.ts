import { describe, expect, test } from 'vitest';
import { DYNAMIC_MAP } from '../../src/formats/dynamic-map.ts';
import { SCALE_TYPE_NAMES, SCALE_TYPES, type ScaleType } from '../../src/formats/scale-type.ts';

const decoded = (type: ScaleType, codes: readonly number[]): number[] => codes.map(SCALE_TYPES[type].decode);
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
const rounded = (type: ScaleType, value: number): number =>
  SCALE_TYPES[type].decode(SCALE_TYPES[type].encode(value));

describe('tables', () => {
  test('UE4M3 is E4M3 without sign', () => {
    expect(decoded('ue4m3', range(0, 8))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((step) => step * 2 ** -9));
    expect(decoded('ue4m3', range(0x38, 0x3f))).toEqual([1, 1.125, 1.25, 1.375, 1.5, 1.625, 1.75, 1.875]);
    expect(decoded('ue4m3', range(0x78, 0x7f))).toEqual([256, 288, 320, 352, 384, 416, 448, NaN]);
  });

  test('UE5M3 reaches from 2⁻¹⁷ to 114688, and 0xFF is NaN', () => {
    expect(decoded('ue5m3', range(0, 8))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((step) => step * 2 ** -17));
    expect(decoded('ue5m3', range(0x78, 0x7f))).toEqual([1, 1.125, 1.25, 1.375, 1.5, 1.625, 1.75, 1.875]);
    expect(decoded('ue5m3', range(0xf8, 0xff))).toEqual([
      65536,
      73728,
      81920,
      90112,
      98304,
      106496,
      114688,
      NaN,
    ]);
  });

  test('E8M0 is a power of two, code 0 too, whose 2⁻¹²⁷ is a subnormal f32', () => {
    expect(decoded('e8m0', [0, 1, 126, 127, 128, 254, 255])).toEqual([
      2 ** -127,
      2 ** -126,
      0.5,
      1,
      2,
      2 ** 127,
      NaN,
    ]);
  });

  test('multiples of a second level', () => {
    expect(decoded('u4', [0, 15])).toEqual([0, 15]);
    expect(decoded('u6', [0, 63])).toEqual([0, 63]);
    expect(decoded('i6', [0, 32, 63])).toEqual([-32, 0, 31]);
    expect(decoded('i8', [0, 128, 255])).toEqual([-128, 0, 127]);
  });
});

describe('the dynamic map', () => {
  test('has 256 ascending values from −0.99296875 to 1, the smallest ±5.5 · 10⁻⁷', () => {
    expect(DYNAMIC_MAP).toHaveLength(256);
    expect([...DYNAMIC_MAP].sort((a, b) => a - b)).toEqual(DYNAMIC_MAP);
    expect(DYNAMIC_MAP[0]).toBeCloseTo(-0.99296875, 7);
    expect(DYNAMIC_MAP.slice(-2).map(Math.fround)).toEqual([Math.fround(0.99296874), 1]);
    expect(DYNAMIC_MAP[127]).toBe(0);
    expect(DYNAMIC_MAP[128]! / 5.5e-7).toBeCloseTo(1, 6);
    expect(DYNAMIC_MAP[126]).toBe(-DYNAMIC_MAP[128]!);
  });

  // What torch prints of bitsandbytes' create_dynamic_map(), at places where other orders of rounding give another f32.
  test.each([
    [128, 5.500000384017767e-7],
    [129, 3.250000190746505e-6],
    [131, 2.1249998098937795e-5],
    [135, 0.00015625001105945557],
    [142, 0.0009437500848434865],
    [143, 0.001281249918974936],
    [147, 0.0035312497057020664],
    [150, 0.0052187503315508366],
    [162, 0.019843751564621925],
    [179, 0.0676562562584877],
    [188, 0.09296875447034836],
    [192, 0.12109375],
    [208, 0.3460937440395355],
    [218, 0.48671871423721313],
    [234, 0.7117187976837158],
    [254, 0.992968738079071],
  ])('value %d is %d', (code, value) => {
    expect(DYNAMIC_MAP[code]).toBe(value);
    expect(DYNAMIC_MAP[254 - code]).toBe(-value);
  });
});

/** Codes whose value is a number that may be stored, in the order of their values. */
function storableCodes(type: ScaleType): number[] {
  const { bits, decode, encode } = SCALE_TYPES[type];
  if (bits > 8) return [];
  return range(0, 2 ** bits - 1).filter((code) => encode(decode(code)) === code);
}

describe.each(SCALE_TYPE_NAMES)('%s', (type) => {
  const { bits, decode } = SCALE_TYPES[type];

  test('each value gets its own code', () => {
    const excluded = { ue4m3: 129, ue5m3: 1, e8m0: 1 }[type as string] ?? 0;
    if (bits <= 8) expect(storableCodes(type)).toHaveLength(2 ** bits - excluded);
    for (const value of [0.25, 1, 1.5, 3]) {
      const held = ['f16', 'f32', 'bf16', 'ue4m3', 'ue5m3'].includes(type);
      if (held) expect(rounded(type, value)).toBe(value);
    }
  });

  test('a value between two is rounded to the nearer one, one beyond the ends to the end', () => {
    const codes = storableCodes(type);
    for (let i = 0; i + 1 < codes.length; i++) {
      const [low, high] = [decode(codes[i]!), decode(codes[i + 1]!)];
      // What would be zero is the smallest positive value instead, where the type is not signed.
      const smallest = low === 0 && ['ue4m3', 'ue5m3'].includes(type);
      expect(rounded(type, low + 0.4 * (high - low))).toBe(smallest ? high : low);
      expect(rounded(type, low + 0.6 * (high - low))).toBe(high);
    }
    expect(Number.isFinite(rounded(type, 3e38))).toBe(true);
  });
});

test('scales of wide types are normal', () => {
  expect(rounded('f16', 1e-9)).toBe(2 ** -14);
  expect(rounded('f16', -1e-9)).toBe(-(2 ** -14));
  expect(rounded('f16', 1e9)).toBe(65504);
  expect(rounded('f32', 1e-40)).toBe(2 ** -126);
  expect(rounded('bf16', 1e-40)).toBe(2 ** -126);
  expect(['f16', 'f32', 'bf16'].map((type) => rounded(type as ScaleType, 0))).toEqual([0, 0, 0]);
});
