import { encodeFloat16 } from '../base/float16.ts';
import { encodeBfloat16, float32Bits } from '../base/float32.ts';
import { hash32, uniformInteger } from '../base/random.ts';
import { floorLog2 } from '../formats/float-element.ts';
import { significantBits } from '../base/significant-bits.ts';
import { SCALE_TYPES, type ScaleType } from '../formats/scale-type.ts';
import type { Exponents } from './one-term-range.ts';

/** Types of scales of more codes than can all be seen: floats, with the exponents of their numbers and their precision. */
const FLOATS: Readonly<
  Partial<Record<ScaleType, Exponents & { readonly encode: (value: number) => number }>>
> = {
  f32: { least: -126, most: 127, encode: float32Bits },
  bf16: { least: -126, most: 127, encode: encodeBfloat16 },
  // From the smallest subnormal on, which files of others hold.
  f16: { least: -24, most: 15, encode: encodeFloat16 },
};

/** Exponents that scales of real layers have; half of a bank is among them, lest a kernel tell it by its range. */
const ORDINARY: Exponents = { least: -14, most: 0 };

/** Scales of a bank of floats. */
const BANK = 256;

/** Every code of a type of at most 8 bits that stands for a number: those of NaN are none, nor is one with an eighth bit of UE4M3. */
export const everyCode = (type: ScaleType): number[] => {
  const { bits, decode, encode } = SCALE_TYPES[type];
  return Array.from({ length: 2 ** bits }, (_, code) => code).filter((code) => encode(decode(code)) === code);
};

/** The exponents of all numbers of a type that are not 0. */
export function typeExponents(type: ScaleType): Exponents {
  const float = FLOATS[type];
  if (float) return float;
  const exponents = everyCode(type)
    .map((code) => Math.abs(SCALE_TYPES[type].decode(code)))
    .filter((value) => value > 0)
    .map(floorLog2);
  return { least: Math.min(...exponents), most: Math.max(...exponents) };
}

/** Which scales of a type a bank has. */
export interface BankChoice {
  readonly type: ScaleType;
  readonly exponents: Exponents;
  /** The largest magnitude. */
  readonly most: number;
  /** The most significant bits; all that the type has if left out. */
  readonly bits?: number | undefined;
}

/**
 * Codes of scales to go through: of a type of at most 8 bits every one, 0 included; of a float random ones of both signs,
 * at every exponent in turn and as many at ordinary ones, with the last bit of their significand set. Never empty.
 */
export function scaleBank(choice: BankChoice, seed: number): Uint32Array<ArrayBuffer> {
  const { type, most, bits } = choice;
  const float = FLOATS[type];
  const { decode, significand } = SCALE_TYPES[type];
  if (float) {
    const precision = Math.min(significand, bits ?? significand);
    return Uint32Array.from({ length: BANK }, (_, i) => {
      let value = floatOf(choice, float, precision, i, seed);
      while (Math.abs(value) > most) value /= 2;
      return float.encode(value);
    });
  }
  const numbers = everyCode(type).filter((code) => Math.abs(decode(code)) <= most);
  const within = numbers.filter((code) => {
    const value = decode(code);
    return value === 0 || isWithin(floorLog2(Math.abs(value)), choice.exponents);
  });
  const few = within.filter(
    (code) => decode(code) !== 0 && significantBits(decode(code)) <= (bits ?? Infinity),
  );
  const chosen = bits === undefined ? within : few.length > 0 ? few : within;
  return Uint32Array.from(chosen.length > 0 ? chosen : numbers);
}

const isWithin = (exponent: number, { least, most }: Exponents): boolean =>
  exponent >= least && exponent <= most;

/** Entry `i` of a bank of floats. */
function floatOf(
  { exponents }: BankChoice,
  type: Exponents,
  precision: number,
  i: number,
  seed: number,
): number {
  const least = Math.max(exponents.least, type.least);
  const most = Math.max(least, Math.min(exponents.most, type.most));
  const ordinary = i % 2 === 1 && most >= ORDINARY.least && least <= ORDINARY.most;
  const low = ordinary ? Math.max(least, ORDINARY.least) : least;
  const high = ordinary ? Math.min(most, ORDINARY.most) : most;
  const exponent = low + ((i >> 1) % (high - low + 1));
  // A subnormal half has fewer bits.
  const bits = type.least === -24 ? Math.min(precision, exponent + 25) : precision;
  return randomFloat(hash32(seed, i), exponent, bits, true);
}

/**
 * A number of an exponent and exactly so many significant bits: the first and the last one are set.
 *
 * @param random 32 random bits. @param signed whether it may be negative.
 */
export function randomFloat(random: number, exponent: number, bits: number, signed: boolean): number {
  const steps = 2 ** (bits - 1);
  const significand = bits === 1 ? 1 : steps + ((uniformInteger(random, 1, 0, steps - 1) | 1) >>> 0);
  const sign = signed && random & 1 ? -1 : 1;
  return sign * significand * 2 ** (exponent - bits + 1);
}
