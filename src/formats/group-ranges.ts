import { groupCount, groupSize, type WeightFormat } from './format.ts';
import { type Range, rangeOf } from './scale-rules.ts';

/** Where the groups of a matrix lie, and the ranges of their weights; group i is group `i % groups` of column `⌊i / groups⌋`. */
export class GroupRanges {
  /** N · groups. */
  readonly count: number;
  readonly #K: number;
  readonly #groups: number;
  readonly #size: number;
  readonly #lows: Float32Array;
  readonly #highs: Float32Array;

  /** @param values [N, K] */
  constructor(values: Float32Array, N: number, K: number, format: WeightFormat) {
    this.#K = K;
    this.#groups = groupCount(format, K);
    this.#size = groupSize(format, K);
    this.count = N * this.#groups;
    this.#lows = new Float32Array(this.count);
    this.#highs = new Float32Array(this.count);
    for (let i = 0; i < this.count; i++) {
      const { low, high } = rangeOf(values, this.startOf(i), this.endOf(i));
      this.#lows[i] = low;
      this.#highs[i] = high;
    }
  }

  /** The index of the first weight of group i in [N, K]. */
  startOf(i: number): number {
    return Math.floor(i / this.#groups) * this.#K + (i % this.#groups) * this.#size;
  }

  /** The index after the last weight of group i. */
  endOf(i: number): number {
    return Math.min(this.startOf(i) + this.#size, (Math.floor(i / this.#groups) + 1) * this.#K);
  }

  /** The least weight of group i. */
  lowOf(i: number): number {
    return this.#lows[i]!;
  }

  /** The range of group i's weights. */
  rangeOf(i: number): Range {
    return { low: this.#lows[i]!, high: this.#highs[i]! };
  }

  /** The range of all weights. */
  get whole(): Range {
    return {
      low: rangeOf(this.#lows, 0, this.count).low,
      high: rangeOf(this.#highs, 0, this.count).high,
    };
  }
}
