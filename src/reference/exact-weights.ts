import { hash32, uniformInteger } from '../base/random.ts';
import {
  elementOf,
  groupCount,
  minType,
  parentCount,
  scaleOf,
  storesZeroCodes,
  type WeightFormat,
} from '../formats/format.ts';
import { elementValues } from '../formats/element.ts';
import { assembleQuantized, type QuantizedWeights, type StoredScales } from '../formats/quantized.ts';
import { SCALE_TYPES } from '../formats/scale-type.ts';
import { LARGEST_MIN } from './exact-offsets.ts';

/** What the weights of exact inputs depend on. */
interface ExactShape {
  readonly N: number;
  readonly K: number;
  readonly format: WeightFormat;
}

/**
 * `integer`: scales of 1 or 2, minima a few units. `one-hot`: scales of at most so many significant bits (but one at least)
 * times a power of two from 2^−exponents to 1, so that times any value they are exact.
 */
export type ExactScales =
  | { readonly kind: 'integer'; readonly unit: number }
  | { readonly kind: 'one-hot'; readonly bits: number; readonly exponents: number };

/**
 * Random choices of `codes`, scales, zero points and minima for which nothing rounds.
 *
 * @param aligned [K] activations for which one column has the code of the least value where they are negative and of the largest
 * where they are not, so that its sums with them are about as large as sums can be.
 */
export function exactWeights(
  { N, K, format }: ExactShape,
  codes: Uint8Array,
  seed: number,
  scales: ExactScales,
  aligned?: Float32Array,
): QuantizedWeights {
  const groups = N * groupCount(format, K);
  const zeros = storesZeroCodes(format) ? randomZeros(format, groups, hash32(seed, 5)) : undefined;
  const stored =
    scales.kind === 'integer'
      ? integerScales(format, N, K, scales.unit, seed)
      : oneHotScales(format, N, K, scales, seed);
  const all = randomCodes(N * K, codes, hash32(seed, 6));
  if (aligned) {
    const values = elementValues(elementOf(format));
    const [least, most] = extremes(codes, values);
    const first = (hash32(seed, 12) % N) * K;
    aligned.forEach((a, k) => {
      all[first + k] = a < 0 ? least : most;
    });
  }
  return assembleQuantized(format, N, K, all, stored, zeros);
}

/** The codes of the least and of the largest value. */
const extremes = (codes: Uint8Array, values: Float64Array): readonly [number, number] => {
  const ordered = [...codes].sort((a, b) => values[a]! - values[b]!);
  return [ordered[0]!, ordered.at(-1)!];
};

/** Random zero points as they are stored: codes that values may have. */
export function randomZeros(format: WeightFormat, count: number, seed: number): Uint8Array<ArrayBuffer> {
  const element = elementOf(format);
  const codes = element.kind === 'linear' ? element.codes : 2 ** element.bits;
  return Uint8Array.from({ length: count }, (_, i) => (hash32(seed, i) >>> 8) % codes);
}

/** Scales 1 or 2 where the type has both; the second level is 1, or where the scale has no choice 1 or 2. */
function integerScales(format: WeightFormat, N: number, K: number, unit: number, seed: number): StoredScales {
  const { encode, decode } = scaleOf(format);
  const oneOrTwo = (i: number): number => 1 + (hash32(hash32(seed, 2), i) >>> 31);
  const chooses = decode(encode(2)) === 2;
  const stored = storedScales(
    format,
    N,
    K,
    (i) => encode(chooses ? oneOrTwo(i) : 1),
    (i) => (chooses ? 1 : oneOrTwo(i)),
  );
  return { ...stored, ...integerMins(format, stored, unit, hash32(seed, 8)) };
}

/** Minima of up to {@link LARGEST_MIN} units. */
function integerMins(
  format: WeightFormat,
  { scales, parents }: StoredScales,
  unit: number,
  seed: number,
): Pick<StoredScales, 'mins' | 'parentMins'> {
  if (format.zeroPoint !== 'min') return {};
  const { encode } = SCALE_TYPES[minType(format)];
  const multiple = (i: number): number => uniformInteger(seed, i, 0, LARGEST_MIN);
  if (parents) {
    return {
      mins: Uint32Array.from(scales, (_, i) => encode(multiple(i))),
      parentMins: parents.map(() => unit),
    };
  }
  const sign = (i: number): number => (hash32(seed, 2 ** 31 + i) & 1 ? -1 : 1);
  return { mins: Uint32Array.from(scales, (_, i) => encode(sign(i) * multiple(i) * unit)) };
}

function oneHotScales(
  format: WeightFormat,
  N: number,
  K: number,
  { bits, exponents }: ExactScales & { readonly kind: 'one-hot' },
  seed: number,
): StoredScales {
  const { encode, significand } = scaleOf(format);
  const largest = 2 ** Math.max(Math.min(bits, significand), 1) - 1;
  const scale = (i: number): number => uniformInteger(hash32(seed, 2), 2 * i, 1, largest);
  const power = (i: number): number => 2 ** -uniformInteger(hash32(seed, 2), 2 * i + 1, 0, exponents);
  const whole = format.secondLevel === 'super';
  const fixed = format.secondLevel === 'double' || format.scale === 'one';
  const ofScale = (i: number): number => (fixed ? 1 : whole ? scale(i) : scale(i) * power(i));
  const stored = storedScales(format, N, K, (i) => encode(ofScale(i)), power);
  if (format.zeroPoint !== 'min') return stored;
  // Minima are zero: the sum with one would round for some code.
  const none = SCALE_TYPES[minType(format)].encode(0);
  const mins = stored.scales.map(() => none);
  return { ...stored, mins, ...(stored.parents ? { parentMins: stored.parents.map(() => 0) } : {}) };
}

/** @param scaleAt code of the scale of group i. @param parentAt value i of the second level. */
function storedScales(
  format: WeightFormat,
  N: number,
  K: number,
  scaleAt: (i: number) => number,
  parentAt: (i: number) => number,
): StoredScales {
  const groups = groupCount(format, K);
  const parents = parentCount(format, N, groups);
  return {
    scales: Uint32Array.from({ length: N * groups }, (_, i) => scaleAt(i)),
    ...(parents > 0 ? { parents: Float32Array.from({ length: parents }, (_, i) => parentAt(i)) } : {}),
    ...(format.secondLevel === 'double' ? { offset: 0 } : {}),
  };
}

/** Random choices of `codes`; each occurs where `count` allows it, at evenly spread places. */
export function randomCodes(count: number, codes: Uint8Array, seed: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(count);
  const levels = codes.length;
  for (let i = 0; i < count; i += 2) {
    const word = hash32(seed, i);
    all[i] = codes[(word & 0xffff) % levels]!;
    if (i + 1 < count) all[i + 1] = codes[(word >>> 16) % levels]!;
  }
  const step = Math.floor(count / levels);
  if (step > 0) for (let c = 0; c < levels; c++) all[c * step] = codes[c]!;
  return all;
}
