import type { CheckJob, RowBlock } from './job.ts';
import { largestMagnitude } from './largest-magnitude.ts';
import { multiply } from './product.ts';
import { Scratch } from './scratch.ts';
import { randomSign } from './signs.ts';
import type { WeightColumns } from './weight-columns.ts';

/** Random ±1 vectors: a set of wrong outputs slips through each with probability ≤ ½. */
export const EXACT_VECTORS = 20;

/** Columns decoded at once. */
const PANEL = 64;

/** Above it f64 does not hold every integer. */
const EXACT_LIMIT = 2 ** 53;

/**
 * Judges rows of integer data, weights, biases and outputs counted in the job's unit, as a whole, without tolerance: for 20 random
 * vectors r in {±1}^N, Σ_n r_n·got[m, n] must equal Σ_k a[m, k]·(Σ_n r_n·w[n, k]) + Σ_n r_n·bias[n], both computed in f64 without rounding.
 * One wrong output changes every sum and is never missed. Of any set of wrong outputs take one row: flipping the sign of
 * one of its wrong columns moves the sum, so at most half of all vectors miss it, and 20 independent ones all do so with
 * probability ≤ 2⁻²⁰ (Freivalds' check).
 */
export class ExactProjection {
  readonly #job: CheckJob;
  /** Largest |w| in units; Infinity where a weight is no multiple of the unit. */
  readonly #largestWeight: number;
  /** [vectors, columns] */
  readonly #signs: Float64Array;
  /** Σ_n r_n·w[n, k] of each vector, [vectors, K]. */
  readonly #projected: Float64Array;
  /** Bias of each column, in units. */
  readonly #bias: Float64Array;
  readonly #got = new Scratch();

  /** @param columns complete: every slice has been loaded. */
  constructor(job: CheckJob, columns: WeightColumns) {
    this.#job = job;
    this.#signs = new Float64Array(EXACT_VECTORS * job.columns);
    this.#projected = new Float64Array(EXACT_VECTORS * job.K);
    for (let vector = 0; vector < EXACT_VECTORS; vector++) {
      for (let n = 0; n < job.columns; n++) {
        this.#signs[vector * job.columns + n] = randomSign(job.seed, vector, job.firstColumn + n);
      }
    }
    this.#bias = new Float64Array(job.bias ?? new Float32Array(job.columns)).map((value) => value / job.unit);
    this.#largestWeight = this.#project(columns);
  }

  /** Fills {@link #projected} panel by panel and returns the largest |w|, or Infinity. */
  #project(columns: WeightColumns): number {
    const { K, unit } = this.#job;
    const panel = new Float64Array(K * PANEL);
    const signs = new Float64Array(EXACT_VECTORS * PANEL);
    const part = new Float64Array(EXACT_VECTORS * K);
    let largest = 0;
    for (let first = 0; first < columns.count; first += PANEL) {
      const count = Math.min(PANEL, columns.count - first);
      panel.fill(0);
      columns.decodeTransposed(first, count, panel, PANEL);
      for (let i = 0; i < panel.length; i++) {
        const w = panel[i]! / unit;
        panel[i] = w;
        largest = Number.isInteger(w) ? Math.max(largest, Math.abs(w)) : Infinity;
        if (largest === Infinity) return largest;
      }
      signs.fill(0);
      for (let vector = 0; vector < EXACT_VECTORS; vector++) {
        const from = vector * columns.count + first;
        signs.set(this.#signs.subarray(from, from + count), vector * PANEL);
      }
      multiply(signs, panel, part, EXACT_VECTORS, K, PANEL);
      for (let i = 0; i < part.length; i++) this.#projected[i]! += part[i]!;
    }
    return largest;
  }

  /**
   * Whether the sums of these rows are free of rounding: all inputs integers, and none of the sums above 2⁵³.
   *
   * @param a [rows, K]
   */
  applies(a: Float64Array): boolean {
    return (
      [a, this.#bias].every((values) => values.every(Number.isInteger)) &&
      this.#largestOutput(a) * this.#job.columns < EXACT_LIMIT
    );
  }

  #largestOutput(a: Float64Array): number {
    return largestMagnitude(a) * this.#largestWeight * this.#job.K + largestMagnitude(this.#bias);
  }

  /**
   * @param a [rows, K], for which it {@link applies}.
   * @returns indices of the rows that hold a wrong element.
   */
  wrongRows(a: Float64Array, { rows, output }: RowBlock): readonly number[] {
    const { K, columns, unit } = this.#job;
    const limit = this.#largestOutput(a);
    const got = this.#got.take(output.length);
    // Dividing by a power of two does not round.
    for (let i = 0; i < got.length; i++) got[i] = output[i]! / unit;
    const sums = new Float64Array(rows.length * EXACT_VECTORS);
    const expected = new Float64Array(rows.length * EXACT_VECTORS);
    multiply(got, this.#signs, sums, rows.length, EXACT_VECTORS, columns);
    multiply(a, this.#projected, expected, rows.length, EXACT_VECTORS, K);
    const biases = new Float64Array(EXACT_VECTORS);
    multiply(this.#bias, this.#signs, biases, 1, EXACT_VECTORS, columns);
    const wrong: number[] = [];
    for (let m = 0; m < rows.length; m++) {
      const row = got.subarray(m * columns, (m + 1) * columns);
      // A right output is an integer within the limit; anything else would let the f64 sums round.
      let right = row.every((value) => Number.isInteger(value) && Math.abs(value) <= limit);
      for (let i = m * EXACT_VECTORS; i < (m + 1) * EXACT_VECTORS; i++)
        right &&= sums[i] === expected[i]! + biases[i % EXACT_VECTORS]!;
      if (!right) wrong.push(m);
    }
    return wrong;
  }
}
