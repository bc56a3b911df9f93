import { hash32 } from '../base/random.ts';

/** Random numbers one after the other; the same for the same seed. */
export class RandomStream {
  readonly #seed: number;
  #drawn = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A number in [0, 1), a multiple of 2⁻³². */
  uniform(): number {
    return hash32(this.#seed, this.#drawn++) / 2 ** 32;
  }

  /** An integer from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** The same elements in a random order (Fisher and Yates). */
  shuffled(elements: Iterable<number>): Int32Array {
    const order = Int32Array.from(elements);
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    return order;
  }
}
