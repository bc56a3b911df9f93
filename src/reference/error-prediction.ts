import type { ScaleArray } from '../formats/quantized.ts';
import { sumsWholeWeights, usesHalf } from './half-bound.ts';
import type { CheckJob } from './job.ts';
import { leftOnCodes } from './left-on-codes.ts';
import { lostInHalf } from './lost-in-half.ts';
import { addSquares, dot, multiply } from './product.ts';
import { boundFactors, type BoundFactors } from './rounding-bound.ts';
import { type Moments, type RoundingMoments, roundingMoments } from './rounding-variance.ts';
import { Scratch } from './scratch.ts';
import type { ByProportion } from './signed-sums.ts';
import type { WeightColumns } from './weight-columns.ts';

/** Sums over the rows of a block, from which {@link ErrorPrediction} predicts. */
export interface RowMoments {
  readonly rows: number;
  /** Σ_m a², [K] */
  readonly squares: Float64Array;
  /** Σ a of each group, [rows, groups] */
  readonly totals: Float64Array;
  /** Σ_m (Σ a of the group)², [groups] */
  readonly squaredTotals: Float64Array;
  /** Σ_m Σ|a| and Σ_m (Σ|a|)². */
  readonly magnitudes: number;
  readonly squaredMagnitudes: number;
}

/** What declared roundings make of the sums of some outputs, each added up over the outputs. */
export interface PredictedError {
  readonly variance: number;
  /** The square of what all roundings of one way make, along each proportion. */
  readonly drift: ByProportion;
}

/**
 * Predicts how large the error of sums is, by {@link roundingMoments}, all outputs of some rows and columns at once: what is summed over
 * rows and over columns is a product of two sums, Σ_m Σ_n Σ_k (a·w)² = Σ_k (Σ_m a²)·(Σ_n w²), so that no second product is
 * computed.
 *
 * **Flushes.** What f32 may flush counts as the square of what the bound has for it, which is nothing beside outputs that are
 * normal. In f16, {@link lostInHalf}; where f16 sums are of values before their scale, the square of the bound's.
 */
export class ErrorPrediction {
  readonly #job: CheckJob;
  readonly #columns: WeightColumns;
  readonly #moments: RoundingMoments;
  readonly #floors: BoundFactors;
  readonly #halves: boolean;
  /** What is left on codes, in units of the scale; 0 where only minima are. */
  readonly #left: number;
  readonly #squares = new Scratch();
  readonly #weightSquares = new Scratch();

  constructor(job: CheckJob, columns: WeightColumns) {
    const { rounding, format, scaleOffset } = job;
    const whole = sumsWholeWeights(rounding, format);
    this.#job = job;
    this.#columns = columns;
    this.#left = leftOnCodes(rounding, format);
    this.#halves = usesHalf(rounding) && whole;
    this.#moments = roundingMoments(rounding, format, scaleOffset);
    this.#floors = boundFactors(whole ? { ...rounding, halfTerms: 0, halfRoundings: 0 } : rounding, format);
  }

  /** Good until it is called again. @param a [rows, K] */
  ofRows(a: Float64Array, rows: number): RowMoments {
    const { K, groups, groupSize } = this.#columns;
    const squares = this.#squares.take(K).fill(0);
    const totals = new Float64Array(rows * groups);
    const squaredTotals = new Float64Array(groups);
    let magnitudes = 0;
    let squaredMagnitudes = 0;
    for (let m = 0; m < rows; m++) {
      let magnitude = 0;
      for (let g = 0; g < groups; g++) {
        const end = Math.min((g + 1) * groupSize, K);
        let total = 0;
        for (let k = g * groupSize; k < end; k++) {
          const value = a[m * K + k]!;
          total += value;
          magnitude += Math.abs(value);
          squares[k]! += value * value;
        }
        totals[m * groups + g] = total;
        squaredTotals[g]! += total * total;
      }
      magnitudes += magnitude;
      squaredMagnitudes += magnitude * magnitude;
    }
    return { rows, squares, totals, squaredTotals, magnitudes, squaredMagnitudes };
  }

  /**
   * What a plan leaves on its spans, o·Σ scale·Σa (or Σ minimum·Σa where that is all), [rows, count]; undefined for plans that decode
   * each weight. What all roundings of one way make of it is in proportion.
   */
  leftOnSpans({ rows, totals }: RowMoments, first: number, count: number): Float64Array | undefined {
    const { scales, mins, groups } = this.#columns;
    const left = this.#left > 0 ? scales : mins;
    if (this.#job.rounding.span === 0 || left === undefined) return undefined;
    const values = new Float64Array(left.subarray(first * groups, (first + count) * groups));
    const sums = new Float64Array(rows * count);
    multiply(totals, values, sums, rows, count, groups);
    return this.#left > 0 ? sums.map((sum) => this.#left * sum) : sums;
  }

  /**
   * The outputs of all rows and of `count` columns from `first` on.
   *
   * @param panel the weights of the columns, [count, K]. @param sums x, [rows, count]. @param left as {@link leftOnSpans} gives it.
   */
  predict(
    rows: RowMoments,
    panel: Float64Array,
    first: number,
    count: number,
    sums: Float64Array,
    left: Float64Array | undefined,
  ): PredictedError {
    const { variance, drift } = this.#moments;
    const { scales, mins } = this.#columns;
    const weightSquares = this.#weightSquares.take(this.#columns.K).fill(0);
    addSquares(panel, count, this.#columns.K, weightSquares);
    const products = dot(rows.squares, weightSquares);
    const scaled = variance.scaledSquares > 0 ? this.#ofGroups(rows, scales, first, count) : NO_GROUPS;
    const added = mins ? this.#ofGroups(rows, mins, first, count) : NO_GROUPS;
    const all = variance.groups > 0 ? this.#ofGroups(rows, undefined, first, count) : NO_GROUPS;
    const moments: Moments = {
      sums: sumOfSquares(sums),
      products,
      scaledTotals: scaled.totals,
      scaledSquares: scaled.squares,
      minTotals: added.totals,
      minSquares: added.squares,
      groups: all.totals + all.squares,
    };
    let total = this.#floorsOf(rows, first, count);
    for (const key of MOMENTS) total += variance[key] * moments[key];
    if (this.#halves) {
      const operands = { rows: rows.rows, activationSquares: rows.squares, panel, weightSquares, products };
      total += lostInHalf(this.#job.rounding, operands);
    }
    return {
      variance: total,
      drift: {
        left: left ? drift.left * sumOfSquares(left) : 0,
        sum: drift.sum.sums * moments.sums + drift.sum.products * products,
        bound: drift.bound * products,
      },
    };
  }

  /** Σ value²·A² and Σ value²·E over rows, columns and groups; of values [columns, groups], or of ones. */
  #ofGroups(
    { squares, squaredTotals }: RowMoments,
    values: ScaleArray | undefined,
    first: number,
    count: number,
  ): GroupMoments {
    const { K, groups, groupSize } = this.#columns;
    const sums = { totals: 0, squares: 0 };
    for (let g = 0; g < groups; g++) {
      let ofValues = values ? 0 : count;
      for (let n = first; values && n < first + count; n++) ofValues += values[n * groups + g]! ** 2;
      let ofSquares = 0;
      for (let k = g * groupSize; k < Math.min((g + 1) * groupSize, K); k++) ofSquares += squares[k]!;
      sums.totals += ofValues * squaredTotals[g]!;
      sums.squares += ofValues * ofSquares;
    }
    return sums;
  }

  #floorsOf({ rows, magnitudes, squaredMagnitudes }: RowMoments, first: number, count: number): number {
    const { flush, flushScale, flushMin, row } = this.#floors;
    let total = 0;
    for (let n = first; n < first + count; n++) {
      const floor =
        flush + flushScale * this.#columns.largestScale(n) + flushMin * this.#columns.largestMin(n);
      total += rows * floor ** 2 + 2 * floor * row * magnitudes + row ** 2 * squaredMagnitudes;
    }
    return total;
  }
}

interface GroupMoments {
  readonly totals: number;
  readonly squares: number;
}

const NO_GROUPS: GroupMoments = { totals: 0, squares: 0 };

const MOMENTS = [
  'sums',
  'products',
  'scaledTotals',
  'scaledSquares',
  'minTotals',
  'minSquares',
  'groups',
] as const satisfies readonly (keyof Moments)[];

const sumOfSquares = (values: Float64Array): number => dot(values, values);
