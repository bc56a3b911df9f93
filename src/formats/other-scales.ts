import { hash32 } from '../base/random.ts';
import { minType, scaleOf } from './format.ts';
import { assembleQuantized, type QuantizedWeights } from './quantized.ts';
import { SCALE_TYPES, type ScaleCodec } from './scale-type.ts';

/** What a scale is multiplied by: one of the first two, by chance; where its type has no such other value, the next that it has. */
const FACTORS = [0.5, 0.25, 2, 3] as const;

/**
 * The same codes with other scales and minima: no weight that is not zero stays what it is (but by chance where a minimum is added),
 * none grows to more than thrice the size, and how much one changes differs from group to group. Where no scale of its own is
 * stored, and where something is added to all scales, the second level changes.
 */
export function withOtherScales(weights: QuantizedWeights, seed: number): QuantizedWeights {
  const { format, N, K, codes, zeros, stored } = weights;
  const { scales, mins, parents, offset } = stored;
  const scale = scaleOf(format);
  const halved = (value: number): number => Math.fround(0.5 * value);
  const other = {
    ...stored,
    scales: otherCodes(scale, scales, seed),
    mins: mins && otherCodes(SCALE_TYPES[minType(format)], mins, seed),
    parents: scale.bits === 0 ? parents?.map(halved) : parents,
    offset: offset === undefined ? undefined : halved(offset),
  };
  return assembleQuantized(format, N, K, codes, other, zeros);
}

/** The same weights with their codes moved on by a column and a place, over the same scales. */
export function withOtherCodes(weights: QuantizedWeights): QuantizedWeights {
  const { codes, K } = weights;
  const from = (K + 1) % codes.length;
  const moved = new Uint8Array(codes.length);
  moved.set(codes.subarray(from));
  moved.set(codes.subarray(0, from), codes.length - from);
  return { ...weights, codes: moved };
}

function otherCodes(
  codec: ScaleCodec,
  codes: Uint32Array<ArrayBuffer>,
  seed: number,
): Uint32Array<ArrayBuffer> {
  // Of few bits each code is looked for once.
  const known = codec.bits <= 16 ? new Int32Array(2 << codec.bits).fill(-1) : undefined;
  return codes.map((code, i) => {
    const first = hash32(seed, i) >>> 31;
    if (!known) return otherCode(codec, code, first);
    const at = 2 * code + first;
    if (known[at]! < 0) known[at] = otherCode(codec, code, first);
    return known[at]!;
  });
}

/** Another code than the one given, of a value that is not zero either; the same where its value is zero. */
function otherCode({ decode, encode }: ScaleCodec, code: number, first: number): number {
  const value = decode(code);
  for (const factor of FACTORS.slice(first)) {
    const other = encode(factor * value);
    if (other !== code && decode(other) !== 0) return other;
  }
  return code;
}
