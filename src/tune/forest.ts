import type { RandomStream } from './random-stream.ts';

/** Less than this is the rounding of the sums. */
const LEAST_GAIN = 1e-12;

/** How a forest grows. */
export interface ForestOptions {
  readonly trees: number;
  /** Samples below which a node is not split. */
  readonly leastSplit: number;
}

/** Nodes of all trees, in one list: a leaf has dimension −1, and its value in `threshold`. */
interface Nodes {
  readonly dimension: number[];
  /** Levels up to this one go left. */
  readonly threshold: number[];
  readonly right: number[];
}

/**
 * A random forest for regression on levels of discrete parameters (Breiman, "Random Forests", Machine Learning 45, 2001):
 * each tree is fitted to a bootstrap sample, and each split is the best of a random two thirds of the dimensions. Their
 * disagreement tells where little is known.
 */
export class Forest {
  readonly #nodes: Nodes = { dimension: [], threshold: [], right: [] };
  readonly #roots: number[] = [];
  readonly #count: number;

  /**
   * @param levels [rows, dimensions], each below 256.
   * @param values [rows], finite; at least one.
   * @param count how many dimensions a row has.
   */
  constructor(
    levels: Uint8Array,
    values: Float64Array,
    count: number,
    { trees, leastSplit }: ForestOptions,
    random: RandomStream,
  ) {
    this.#count = count;
    const rows = new Int32Array(values.length);
    const grower = new Grower(levels, values, count, leastSplit, random, this.#nodes);
    for (let tree = 0; tree < trees; tree++) {
      for (let i = 0; i < rows.length; i++) rows[i] = random.below(rows.length);
      this.#roots.push(grower.grow(rows, 0, rows.length));
    }
  }

  /**
   * Predicts one row of `levels`.
   *
   * @returns the mean over the trees, and their standard deviation.
   */
  predict(levels: Uint8Array, row: number): { readonly mean: number; readonly deviation: number } {
    const { dimension, threshold, right } = this.#nodes;
    const start = row * this.#count;
    let sum = 0;
    let squares = 0;
    for (const root of this.#roots) {
      let node = root;
      let d = dimension[node]!;
      while (d >= 0) {
        node = levels[start + d]! <= threshold[node]! ? node + 1 : right[node]!;
        d = dimension[node]!;
      }
      const value = threshold[node]!;
      sum += value;
      squares += value * value;
    }
    const mean = sum / this.#roots.length;
    return { mean, deviation: Math.sqrt(Math.max(0, squares / this.#roots.length - mean * mean)) };
  }
}

/** Grows trees into a list of nodes; a left child follows its parent. */
class Grower {
  readonly #levels: Uint8Array;
  readonly #values: Float64Array;
  readonly #count: number;
  readonly #leastSplit: number;
  readonly #random: RandomStream;
  readonly #nodes: Nodes;
  /** Levels that occur are below this. */
  readonly #width: number;
  readonly #sums = new Float64Array(256);
  readonly #counts = new Int32Array(256);

  constructor(
    levels: Uint8Array,
    values: Float64Array,
    count: number,
    leastSplit: number,
    random: RandomStream,
    nodes: Nodes,
  ) {
    this.#levels = levels;
    this.#values = values;
    this.#count = count;
    this.#leastSplit = leastSplit;
    this.#random = random;
    this.#nodes = nodes;
    this.#width = 1 + levels.reduce((highest, level) => Math.max(highest, level), 0);
  }

  /** Grows a node for `rows[begin … end)`, which it reorders. @returns its index. */
  grow(rows: Int32Array, begin: number, end: number): number {
    const { dimension, threshold, right } = this.#nodes;
    let sum = 0;
    for (let i = begin; i < end; i++) sum += this.#values[rows[i]!]!;
    const split = end - begin >= this.#leastSplit ? this.#bestSplit(rows, begin, end, sum) : undefined;
    const node = dimension.length;
    dimension.push(split ? split.dimension : -1);
    threshold.push(split ? split.threshold : sum / (end - begin));
    right.push(-1);
    if (!split) return node;
    const middle = this.#partition(rows, begin, end, split);
    this.grow(rows, begin, middle);
    right[node] = this.grow(rows, middle, end);
    return node;
  }

  /** The best split of a random two thirds of the dimensions, of all where those have none; `undefined` where none helps. */
  #bestSplit(rows: Int32Array, begin: number, end: number, total: number): Split | undefined {
    let best: Split | undefined;
    const left: number[] = [];
    for (let d = 0; d < this.#count; d++) {
      if (this.#random.below(3) === 0) left.push(d);
      else best = this.#betterSplit(rows, begin, end, total, d, best);
    }
    if (best) return best;
    for (const d of left) best = this.#betterSplit(rows, begin, end, total, d, best);
    return best;
  }

  /** The split along `d` that lowers the sum of squares most, if it does so more than `best`; else `best`. */
  #betterSplit(
    rows: Int32Array,
    begin: number,
    end: number,
    total: number,
    d: number,
    best: Split | undefined,
  ): Split | undefined {
    const highest = this.#tally(rows, begin, end, d);
    let better = best;
    let bestGain = best?.gain ?? (total * total) / (end - begin) + LEAST_GAIN;
    let sum = 0;
    let count = 0;
    for (let level = 0; level < highest; level++) {
      if (this.#counts[level] === 0) continue;
      sum += this.#sums[level]!;
      count += this.#counts[level]!;
      const gain = (sum * sum) / count + (total - sum) ** 2 / (end - begin - count);
      if (gain <= bestGain) continue;
      bestGain = gain;
      better = { dimension: d, threshold: level, gain };
    }
    return better;
  }

  /** Sums and counts of the values at each level. @returns the highest level that occurs. */
  #tally(rows: Int32Array, begin: number, end: number, d: number): number {
    let highest = 0;
    this.#sums.fill(0, 0, this.#width);
    this.#counts.fill(0, 0, this.#width);
    for (let i = begin; i < end; i++) {
      const level = this.#levels[rows[i]! * this.#count + d]!;
      if (level > highest) highest = level;
      this.#sums[level]! += this.#values[rows[i]!]!;
      this.#counts[level]!++;
    }
    return highest;
  }

  #partition(rows: Int32Array, begin: number, end: number, split: Split): number {
    let middle = begin;
    for (let i = begin; i < end; i++) {
      const row = rows[i]!;
      if (this.#levels[row * this.#count + split.dimension]! > split.threshold) continue;
      rows[i] = rows[middle]!;
      rows[middle++] = row;
    }
    return middle;
  }
}

interface Split {
  /** The sum of squares of the parts' sums by their size: what splitting makes large. */
  readonly gain: number;
  readonly dimension: number;
  readonly threshold: number;
}
