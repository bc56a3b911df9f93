const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/** Bits from the first to the last one of a normal number's significand; 1 for 0. */
export function significantBits(value: number): number {
  float[0] = value;
  if (words[0] !== 0) return 53 - trailingZeros(words[0]!);
  const upper = words[1]! & 0xfffff;
  return upper === 0 ? 1 : 21 - trailingZeros(upper);
}

const trailingZeros = (word: number): number => 31 - Math.clz32(word & -word);
