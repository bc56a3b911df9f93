import type { ScaleArray } from '../formats/quantized.ts';
import { finishedBound, finishedValue } from './epilogue-bound.ts';
import { exactAllowance } from './exact-output.ts';
import type { CheckJob, RowBlock } from './job.ts';
import { multiply, multiplyWithMagnitudes } from './product.ts';
import { boundFactors, type BoundFactors } from './rounding-bound.ts';
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

  constructor(job: CheckJob, columns: WeightColumns) {
    this.#job = job;
    this.#columns = columns;
    this.#factors = boundFactors(job.rounding, job.format, job.scaleOffset);
  }

  /** Compares every element of a block. */
  checkRows(block: RowBlock, tally: Tally): void {
    const { K } = this.#job;
    const prepared = this.prepare(block.activations, block.rows.length);
    const panel = new Float64Array(PANEL * K);
    for (let first = 0; first < this.#columns.count; first += PANEL) {
      const count = Math.min(PANEL, this.#columns.count - first);
      this.#columns.decodePanel(first, count, panel);
      this.#comparePanel(block, prepared, panel, first, count, tally);
    }
  }

  /** Compares the block's samples only. */
  checkSamples({ rows, samples, output }: RowBlock, prepared: PreparedRows, tally: Tally): void {
    const { K, columns } = this.#job;
    const { groups } = this.#columns;
    const panel = new Float64Array(K);
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
      this.#comparePanel(element, one, panel, column, 1, tally);
    }
  }

  /** @param activations [rows, K] */
  prepare(activations: Float32Array<ArrayBuffer>, rows: number): PreparedRows {
    const a = new Float64Array(activations);
    const groupMagnitudes = this.#columns.groupMagnitudes(a, rows);
    const magnitudes = new Float64Array(rows);
    const { groups } = this.#columns;
    for (let i = 0; i < groupMagnitudes.length; i++) {
      magnitudes[Math.floor(i / groups)]! += groupMagnitudes[i]!;
    }
    return { a, groupMagnitudes, magnitudes };
  }

  #comparePanel(
    { rows, output }: RowBlock,
    prepared: PreparedRows,
    panel: Float64Array,
    first: number,
    count: number,
    tally: Tally,
  ): void {
    const { K, columns, firstColumn, judge, bias } = this.#job;
    const { epilogue, output: type } = this.#job;
    const sums = new Float64Array(rows.length * count);
    let bounds: Float64Array | undefined;
    if (judge === 'exact') multiply(prepared.a, panel, sums, rows.length, count, K);
    else bounds = this.#bounds(prepared, panel, sums, first, count);
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
      }
    }
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
