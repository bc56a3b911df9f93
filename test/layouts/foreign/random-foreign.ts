import fc from 'fast-check';
import { float32Bits } from '../../../src/base/float32.ts';
import { uniform, uniformInteger } from '../../../src/base/random.ts';
import { codeCount } from '../../../src/formats/element.ts';
import {
  elementOf,
  groupCount,
  parentCount,
  storesZeroCodes,
  type WeightFormat,
} from '../../../src/formats/format.ts';
import { PRESETS } from '../../../src/formats/presets.ts';
import { assembleQuantized, type QuantizedWeights } from '../../../src/formats/quantized.ts';

/** A scale code of each type that files have here, of any finite normal value. */
const scaleCode = ({ scale }: WeightFormat, seed: number, i: number): number => {
  if (scale === 'f16') return uniformInteger(seed, i, 0x0400, 0x7bff);
  if (scale === 'bf16') return uniformInteger(seed, i, 0x3000, 0x4fff);
  if (scale === 'f32') return float32Bits(uniform(seed, i) + 0.5);
  return scale === 'dynamic8' ? uniformInteger(seed, i, 0, 255) : 0;
};

/** Random codes, scales and zero points of a format. */
export function randomQuantized(format: WeightFormat, N: number, K: number, seed: number): QuantizedWeights {
  const element = elementOf(format);
  const count = N * groupCount(format, K);
  const parents = parentCount(format, N, groupCount(format, K));
  const integers = (length: number, most: number, stream: number): Uint8Array<ArrayBuffer> =>
    Uint8Array.from({ length }, (_, i) => uniformInteger(seed + stream, i, 0, most));
  const stored = {
    scales: Uint32Array.from({ length: count }, (_, i) => scaleCode(format, seed + 1, i)),
    ...(parents > 0 && {
      parents: Float32Array.from({ length: parents }, (_, i) => uniform(seed + 2, i) + 1),
    }),
    ...(format.secondLevel === 'double' && { offset: Math.fround(0.1) }),
  };
  const zeros = storesZeroCodes(format) ? integers(count, 2 ** element.bits - 1, 3) : undefined;
  return assembleQuantized(format, N, K, integers(N * K, codeCount(element) - 1, 4), stored, zeros);
}

/** The format of a preset. */
export const presetFormat = (name: string): WeightFormat => PRESETS[name]!.format;

/** The same format without the name of a preset. */
export function unnamed(format: WeightFormat): WeightFormat {
  const copy: { -readonly [P in keyof WeightFormat]: WeightFormat[P] } = { ...format };
  delete copy.preset;
  return copy;
}

/** Random sizes, each a number of steps. */
export const steps = (step: number, most: number): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max: most }).map((count) => count * step);

/** Words or bytes as hexadecimal numbers of `digits` digits. */
export const hex = (values: ArrayLike<number>, digits: number): string =>
  Array.from(values, (value) => (value >>> 0).toString(16).padStart(digits, '0')).join(' ');
