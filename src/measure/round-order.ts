import { hash32 } from '../base/random.ts';

/**
 * The order in which a round runs its variants: random, but each variant comes first equally often, once in every
 * `count` rounds.
 *
 * @returns a permutation of 0 … count − 1.
 */
export function roundOrder(seed: number, round: number, count: number): readonly number[] {
  const block = Math.floor(round / count);
  const first = shuffled(hash32(seed, 2 * block), count)[round % count]!;
  const rest = shuffled(hash32(seed, 2 * round + 1), count).filter((variant) => variant !== first);
  return [first, ...rest];
}

/** Fisher and Yates's shuffle of 0 … count − 1. */
function shuffled(seed: number, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((hash32(seed, i) / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
