/** Puts the low `count` (1 … 32) bits of `value` into zeroed words, from bit `at` of an LSB-first stream on. */
export function putBits(words: Uint32Array, at: number, count: number, value: number): void {
  const word = Math.floor(at / 32);
  const shift = at % 32;
  words[word]! |= value << shift;
  if (shift + count > 32) words[word + 1]! |= value >>> (32 - shift);
}

/** Reads `count` (1 … 32) bits from bit `at` of an LSB-first stream of words on. */
export function takeBits(words: Uint32Array, at: number, count: number): number {
  const word = Math.floor(at / 32);
  const shift = at % 32;
  let value = words[word]! >>> shift;
  if (shift + count > 32) value |= words[word + 1]! << (32 - shift);
  return count === 32 ? value >>> 0 : value & (2 ** count - 1);
}
