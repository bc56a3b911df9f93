import { ceilDiv } from '../base/integers.ts';
import { biasRounding } from './epilogue-bound.ts';
import type { RowResidual } from './findings.ts';
import type { CheckJob, RowBlock } from './job.ts';
import type { PreparedRows } from './full-check.ts';
import { multiply } from './product.ts';
import { boundFactors } from './rounding-bound.ts';
import { Scratch } from './scratch.ts';
import { randomSign } from './signs.ts';
import { UNIT_ROUNDOFF } from './unit-roundoff.ts';
import type { WeightColumns } from './weight-columns.ts';

/** Columns that one projection sums up. */
export const PROJECTED_COLUMNS = 64;

/** Where a bias is added: 1 + u, and a little for the f64 rounding of the reference. */
const BIAS_GROWTH = 1 + (1 + 2 ** -20) * UNIT_ROUNDOFF;

/** What projections of some rows found. */
export interface ProjectionResult {
  readonly residuals: readonly RowResidual[];
  /** See {@link BoundProjection}. */
  readonly detectable: number;
}

/**
 * Projects each row of the output by random signs r over blocks of 64 columns and compares with the projection that the
 * inputs give: residual R(m, b) = |Σ_n r_n·got[m, n] − Σ_k a[m, k]·(Σ_n r_n·w[n, k])|. It finds rows to recompute and
 * condemns none.
 *
 * **What cannot be missed.** Let B(m, b) be the sum of the bounds of the block's 64 elements. Where all are right,
 * R ≤ B, so R/B ≤ 1. Let one element of (m, b) be wrong by E and all others of the output be right. Then R ≥ E − R⁰ with
 * R⁰ ≤ B the residual of the rest, so E > 2·B gives R/B > 1, and no other row has that: row m is the first to be
 * recomputed, where E > B condemns it. Read from the output at hand it is less: one wrong element whose row was *not*
 * recomputed has E ≤ R + B. `detectable` is the largest R + B of all rows and blocks, hence at most 2·max B for a right
 * output: no single error above it can have been missed. The same R + B also covers R⁰ ≤ R of a right output to which the
 * error is added afterwards. The f64 rounding of R is covered by the spare rounding that the bound grants.
 *
 * **Bias.** Σ_n r_n·bias[n] comes off. Of what adding it costs an element, u·(|C| + b), C is unknown here and at most Σ|a||w| +
 * |bias|: the block's bound has that instead.
 */
export class BoundProjection {
  readonly #job: CheckJob;
  readonly #columns: WeightColumns;
  readonly #blocks: number;
  /** Σ_n r_n·w[n, k] of each block, [blocks, K]. */
  readonly #projected: Float64Array;
  /** What |a[m, k]| adds to the block's bound, [blocks, K]. */
  readonly #allowed: Float64Array;
  /** What the block's bound has without any activation, [blocks]. */
  readonly #floors: Float64Array;
  /** Σ_n r_n·bias[n], [blocks]. */
  readonly #biases: Float64Array;
  /** [columns] */
  readonly #signs: Float64Array;
  readonly #magnitudes = new Scratch();

  /** @param columns complete: every slice has been loaded. */
  constructor(job: CheckJob, columns: WeightColumns) {
    this.#job = job;
    this.#columns = columns;
    this.#blocks = ceilDiv(columns.count, PROJECTED_COLUMNS);
    this.#projected = new Float64Array(this.#blocks * job.K);
    this.#allowed = new Float64Array(this.#blocks * job.K);
    this.#floors = new Float64Array(this.#blocks);
    this.#biases = new Float64Array(this.#blocks);
    this.#signs = new Float64Array(columns.count);
    this.#project();
  }

  #project(): void {
    const { K, seed, firstColumn, rounding, format, scaleOffset, bias } = this.#job;
    const factors = boundFactors(rounding, format, scaleOffset);
    const { offset, min, flush, flushScale, flushMin, row } = factors;
    const growth = bias ? BIAS_GROWTH : 1;
    const magnitude = factors.magnitude * growth + (growth - 1);
    const { groups, groupSize, scales, mins } = this.#columns;
    const column = new Float64Array(K);
    for (let n = 0; n < this.#columns.count; n++) {
      const block = Math.floor(n / PROJECTED_COLUMNS);
      const sign = randomSign(seed, 0, firstColumn + n);
      this.#signs[n] = sign;
      const ofColumn = flushScale * this.#columns.largestScale(n) + flushMin * this.#columns.largestMin(n);
      this.#floors[block]! += growth * (flush + ofColumn);
      if (bias) {
        this.#floors[block]! += biasRounding(Math.abs(bias[n]!));
        this.#biases[block]! += sign * bias[n]!;
      }
      this.#columns.decode(n, column);
      const projected = this.#projected.subarray(block * K, (block + 1) * K);
      const allowed = this.#allowed.subarray(block * K, (block + 1) * K);
      for (let g = 0; g < groups; g++) {
        const ofMin = mins ? min * Math.abs(mins[n * groups + g]!) : 0;
        const spare = growth * (row + offset * Math.abs(scales[n * groups + g]!) + ofMin);
        const end = Math.min((g + 1) * groupSize, K);
        for (let k = g * groupSize; k < end; k++) {
          const w = column[k]!;
          projected[k]! += sign * w;
          allowed[k]! += magnitude * Math.abs(w) + spare;
        }
      }
    }
  }

  /** Projects the rows of one block of rows. */
  checkRows({ rows, output }: RowBlock, { a }: PreparedRows): ProjectionResult {
    const { K } = this.#job;
    const blocks = this.#blocks;
    const expected = new Float64Array(rows.length * blocks);
    const bounds = new Float64Array(rows.length * blocks);
    multiply(a, this.#projected, expected, rows.length, blocks, K);
    const magnitudes = this.#magnitudes.take(a.length);
    for (let i = 0; i < a.length; i++) magnitudes[i] = Math.abs(a[i]!);
    multiply(magnitudes, this.#allowed, bounds, rows.length, blocks, K);
    const residuals: RowResidual[] = [];
    let detectable = 0;
    for (let m = 0; m < rows.length; m++) {
      let ratio = 0;
      for (let block = 0; block < blocks; block++) {
        const at = m * blocks + block;
        const bound = bounds[at]! + this.#floors[block]!;
        const right = expected[at]! + this.#biases[block]!;
        const residual = Math.abs(this.#projectOutput(output, m, block) - right);
        ratio = Math.max(ratio, Number.isNaN(residual) ? Infinity : residual / bound);
        detectable = Math.max(detectable, residual + bound);
      }
      residuals.push({ row: rows[m]!, ratio });
    }
    return { residuals, detectable };
  }

  #projectOutput(output: Float32Array<ArrayBuffer>, m: number, block: number): number {
    const { columns } = this.#job;
    const end = Math.min((block + 1) * PROJECTED_COLUMNS, columns);
    let sum = 0;
    for (let n = block * PROJECTED_COLUMNS; n < end; n++) sum += this.#signs[n]! * output[m * columns + n]!;
    return sum;
  }
}
