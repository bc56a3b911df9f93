import type { ScaleArray } from '../formats/quantized.ts';
import {
  finishedBound,
  finishedGrowth,
  finishedSlope,
  finishedValue,
  finishedVariance,
} from './epilogue-bound.ts';
import { ErrorPrediction, type PredictedError, type RowMoments } from './error-prediction.ts';
import { exactAllowance } from './exact-output.ts';
import type { CheckJob, RowBlock } from './job.ts';
import { multiply, multiplyWithMagnitudes } from './product.ts';
import { boundFactors, type BoundFactors } from './rounding-bound.ts';
import { Scratch } from './scratch.ts';
import { signedSums } from './signed-sums.ts';
import type { Tally } from './tally.ts';
import type { WeightColumns } from './weight-columns.ts';

/** Columns decoded at once: at K = 4096 a panel is 2 MB, which stays in the cache while all rows pass over it. */
const PANEL = 64;

/** Rows of a block made ready for recomputing. */
export interface PreparedRows {
  /** [rows, K] */
  readonly a: Float64Array;
  /** Σ|a| of each group, [rows, groups]. */
  readonly groupMagnitudes: Float64Array;
  /** Σ|a| of each row, [rows]. */
  readonly magnitudes: Float64Array;
}

/** Recomputes elements in f64 and judges each: by its own bound, or bit for bit. */
export class FullCheck {
  readonly #job: CheckJob;
  readonly #columns: WeightColumns;
  readonly #factors: BoundFactors;
  readonly #prediction: ErrorPrediction;
  readonly #activations = new Scratch();
  readonly #weights = new Scratch();

  constructor(job: CheckJob, columns: WeightColumns) {
    this.#job = job;
    this.#columns = columns;
    this.#factors = boundFactors(job.rounding, job.format, job.scaleOffset);
    this.#prediction = new ErrorPrediction(job, columns);
  }

  /** Compares every element of a block. */
  checkRows(block: RowBlock, tally: Tally): void {
    const { K } = this.#job;
    const prepared = this.prepare(block.activations, block.rows.length);
    const panel = this.#weights.take(PANEL * K);
    const moments = this.#momentsOf(prepared);
    for (let first = 0; first < this.#columns.count; first += PANEL) {
      const count = Math.min(PANEL, this.#columns.count - first);
      this.#columns.decodePanel(first, count, panel);
      this.#comparePanel(block, prepared, moments, panel.subarray(0, count * K), first, tally);
    }
  }

  /** Compares the block's samples only. */
  checkSamples({ rows, samples, output }: RowBlock, prepared: PreparedRows, tally: Tally): void {
    const { K, columns } = this.#job;
    const { groups } = this.#columns;
    const panel = this.#weights.take(K);
    for (let i = 0; i < samples.length; i += 2) {
      const row = samples[i]!;
      const column = samples[i + 1]!;
      this.#columns.decode(column, panel);
      const one: PreparedRows = {
        a: prepared.a.subarray(row * K, (row + 1) * K),
        groupMagnitudes: prepared.groupMagnitudes.subarray(row * groups, (row + 1) * groups),
        magnitudes: prepared.magnitudes.subarray(row, row + 1),
      };
      const element: RowBlock = {
        rows: rows.subarray(row, row + 1),
        activations: new Float32Array(0),
        output: output.subarray(row * columns, (row + 1) * columns),
        samples: new Uint32Array(0),
      };
      this.#comparePanel(element, one, this.#momentsOf(one), panel, column, tally);
    }
  }

  /** Good until it is called again. @param activations [rows, K] */
  prepare(activations: Float32Array<ArrayBuffer>, rows: number): PreparedRows {
    const a = this.#activations.copy(activations);
    const groupMagnitudes = this.#columns.groupMagnitudes(a, rows);
    const magnitudes = new Float64Array(rows);
    const { groups } = this.#columns;
    for (let i = 0; i < groupMagnitudes.length; i++) {
      magnitudes[Math.floor(i / groups)]! += groupMagnitudes[i]!;
    }
    return { a, groupMagnitudes, magnitudes };
  }

  /** What the error of rows is predicted from; nothing where outputs must be exact. */
  #momentsOf({ a, magnitudes }: PreparedRows): RowMoments | undefined {
    return this.#job.judge === 'exact' ? undefined : this.#prediction.ofRows(a, magnitudes.length);
  }

  /** @param panel the weights of columns from `first` on, [count, K]. */
  #comparePanel(
    { rows, output }: RowBlock,
    prepared: PreparedRows,
    moments: RowMoments | undefined,
    panel: Float64Array,
    first: number,
    tally: Tally,
  ): void {
    const { K, columns, firstColumn, bias } = this.#job;
    const { epilogue, output: type } = this.#job;
    const count = panel.length / K;
    const sums = new Float64Array(rows.length * count);
    const bounds = moments && this.#bounds(prepared, panel, sums, first, count);
    if (!bounds) multiply(prepared.a, panel, sums, rows.length, count, K);
    const values = new Float64Array(sums.length);
    const errors = new Float64Array(sums.length);
    for (let m = 0; m < rows.length; m++) {
      for (let n = 0; n < count; n++) {
        const at = m * count + n;
        const got = output[m * columns + first + n]!;
        const sum = sums[at]!;
        const value = finishedValue(epilogue, sum, bias ? bias[first + n]! : 0);
        const bound = bounds
          ? finishedBound(epilogue, type, sum, value, bounds[at]!)
          : exactAllowance(type, got, value);
        tally.compare(rows[m]!, firstColumn + first + n, got, value, bound);
        if (!bounds) continue;
        bounds[at] = bound;
        values[at] = value;
        errors[at] = got - value;
      }
    }
    if (!bounds) return;
    const left = this.#prediction.leftOnSpans(moments, first, count);
    const predicted = this.#prediction.predict(moments, panel, first, count, sums, left);
    const proportions = {
      left: left && this.#sloped(left, sums),
      sum: this.#sloped(sums, sums),
      bound: bounds,
    };
    tally.size(this.#finished(predicted, sums, values), signedSums(errors, proportions));
  }

  /** Errors of sums as they are in outputs, to first order. */
  #sloped(errors: Float64Array, sums: Float64Array): Float64Array {
    const { epilogue } = this.#job;
    if (epilogue === 'none' || epilogue === 'bias') return errors;
    return errors.map((error, i) => error * finishedSlope(epilogue, sums[i]!));
  }

  /** The error of outputs from that of their sums. */
  #finished({ variance, drift }: PredictedError, sums: Float64Array, values: Float64Array): PredictedError {
    const { epilogue, output } = this.#job;
    const growth = finishedGrowth(epilogue);
    let own = 0;
    if (epilogue !== 'none' || output !== 'f32') {
      for (let i = 0; i < sums.length; i++) own += finishedVariance(epilogue, output, sums[i]!, values[i]!);
    }
    const { left, sum, bound } = drift;
    return {
      variance: growth * variance + own,
      drift: { left: growth * left, sum: growth * sum, bound: growth * bound },
    };
  }

  /** Fills `sums` and returns the bound of each, both [rows, count]. */
  #bounds(
    { a, groupMagnitudes, magnitudes }: PreparedRows,
    panel: Float64Array,
    sums: Float64Array,
    first: number,
    count: number,
  ): Float64Array {
    const { magnitude, offset, min, flush, flushScale, flushMin, row } = this.#factors;
    const rows = magnitudes.length;
    const { scales, mins } = this.#columns;
    const bounds = new Float64Array(sums.length);
    multiplyWithMagnitudes(a, panel, sums, bounds, rows, count, this.#job.K);
    const sumOf = (values: ScaleArray): Float64Array =>
      this.#groupSums(values, groupMagnitudes, rows, first, count);
    const scaled = offset > 0 ? sumOf(scales) : undefined;
    const added = min > 0 && mins ? sumOf(mins) : undefined;
    for (let n = 0; n < count; n++) {
      const column = first + n;
      const floor =
        flush + flushScale * this.#columns.largestScale(column) + flushMin * this.#columns.largestMin(column);
      for (let m = 0; m < rows; m++) {
        const at = m * count + n;
        const left = (scaled ? offset * scaled[at]! : 0) + (added ? min * added[at]! : 0);
        bounds[at] = magnitude * bounds[at]! + left + floor + row * magnitudes[m]!;
      }
    }
    return bounds;
  }

  /** Σ over groups of |value| · Σ|a| of the group, [rows, count]. @param values [columns, groups] */
  #groupSums(
    values: ScaleArray,
    groupMagnitudes: Float64Array,
    rows: number,
    first: number,
    count: number,
  ): Float64Array {
    const { groups } = this.#columns;
    const sizes = new Float64Array(values.subarray(first * groups, (first + count) * groups)).map(Math.abs);
    const sums = new Float64Array(rows * count);
    multiply(groupMagnitudes, sizes, sums, rows, count, groups);
    return sums;
  }
}
