import { roundToFloat16 } from '../../src/base/float16.ts';
import { hash32, normal, uniform, uniformInteger } from '../../src/base/random.ts';
import { codesByValue } from '../../src/formats/element.ts';
import {
  elementOf,
  groupCount,
  minType,
  parentCount,
  scaleOf,
  storesZeroCodes,
  type WeightFormat,
} from '../../src/formats/format.ts';
import { assembleQuantized, type QuantizedWeights, type StoredScales } from '../../src/formats/quantized.ts';
import { SCALE_TYPES } from '../../src/formats/scale-type.ts';
import type { ProductInputs } from '../../src/reference/request.ts';

/** Random inputs of a product as they occur: normal activations, and {@link randomQuantized} weights. */
export const randomInputs = (
  format: WeightFormat,
  M: number,
  N: number,
  K: number,
  seed: number,
): ProductInputs => ({
  M,
  activations: Float32Array.from({ length: M * K }, (_, i) => normal(seed, i)),
  weights: randomQuantized(format, N, K, seed),
});

/** All finite codes, all zero points, scales of one binade where the format's type has no other choice, minima of either sign. */
export function randomQuantized(format: WeightFormat, N: number, K: number, seed: number): QuantizedWeights {
  const finite = codesByValue(elementOf(format)).map(({ code }) => code);
  const levels = 2 ** elementOf(format).bits;
  const codes = Uint8Array.from(
    { length: N * K },
    (_, i) => finite[(hash32(seed + 2, i) >>> 8) % finite.length]!,
  );
  const zeros = storesZeroCodes(format)
    ? Uint8Array.from({ length: N * groupCount(format, K) }, (_, i) => (hash32(seed + 3, i) >>> 8) % levels)
    : undefined;
  return assembleQuantized(format, N, K, codes, randomScales(format, N, K, seed), zeros);
}

/** 1/64 … 1/32 */
const small = (seed: number, i: number): number => (1 + uniform(seed, i)) / 64;

function randomScales(format: WeightFormat, N: number, K: number, seed: number): StoredScales {
  const { secondLevel, zeroPoint } = format;
  const count = N * groupCount(format, K);
  const parents = parentCount(format, N, groupCount(format, K));
  const parent = (stream: number) => (_: unknown, i: number) =>
    secondLevel === 'super' ? roundToFloat16(small(stream, i)) : Math.fround(small(stream, i));
  const anyCode = (stream: number, bits: number, i: number): number =>
    uniformInteger(stream, i, 0, 2 ** bits - 1);
  const whole = secondLevel === 'super' || secondLevel === 'double';
  const { bits, encode } = scaleOf(format);
  const min = SCALE_TYPES[minType(format)];
  const minOf = (i: number): number => (hash32(seed + 6, i) & 1 ? -8 : 8) * small(seed + 5, i);
  return {
    scales: Uint32Array.from({ length: count }, (_, i) =>
      whole ? anyCode(seed + 1, bits, i) : encode(small(seed + 1, i)),
    ),
    ...(zeroPoint === 'min'
      ? {
          mins: Uint32Array.from({ length: count }, (_, i) =>
            min.bits < 16 ? anyCode(seed + 5, min.bits, i) : min.encode(minOf(i)),
          ),
        }
      : {}),
    ...(parents > 0 ? { parents: Float32Array.from({ length: parents }, parent(seed + 7)) } : {}),
    ...(parents > 0 && zeroPoint === 'min'
      ? { parentMins: Float32Array.from({ length: parents }, parent(seed + 8)) }
      : {}),
    // Between the ends of scale codes times parents, so that some scales are differences of near numbers.
    ...(secondLevel === 'double' ? { offset: Math.fround(small(seed + 9, 0) / 2) } : {}),
  };
}
