import { groupCount, groupSize, storesZeroCodes } from '../formats/format.ts';
import { type DecodableWeights, RowDecoder, type ScaleArray, scaleArray } from '../formats/quantized.ts';
import type { CheckJob, WeightSlice } from './job.ts';

/** The columns that one checker holds, put together from slices and decoded a panel at a time. */
export class WeightColumns {
  readonly K: number;
  readonly count: number;
  readonly groups: number;
  readonly groupSize: number;
  readonly #weights: DecodableWeights;
  readonly #decoder: RowDecoder;
  readonly #row: Float64Array;

  constructor({ format, K, columns }: Pick<CheckJob, 'format' | 'K' | 'columns'>) {
    this.K = K;
    this.count = columns;
    this.groups = groupCount(format, K);
    this.groupSize = groupSize(format, K);
    this.#row = new Float64Array(K);
    this.#decoder = new RowDecoder(format, K);
    this.#weights = {
      codes: new Uint8Array(columns * K),
      scales: scaleArray(format, columns * this.groups),
      zeros: storesZeroCodes(format) ? new Uint8Array(columns * this.groups) : undefined,
      mins: format.zeroPoint === 'min' ? new Float32Array(columns * this.groups) : undefined,
    };
  }

  /** Takes over a slice. */
  load({ column, codes, scales, zeros, mins }: WeightSlice): void {
    this.#weights.codes.set(codes, column * this.K);
    this.#weights.scales.set(scales, column * this.groups);
    if (zeros) this.#weights.zeros?.set(zeros, column * this.groups);
    if (mins) this.#weights.mins?.set(mins, column * this.groups);
  }

  /** [columns, groups] */
  get scales(): ScaleArray {
    return this.#weights.scales;
  }

  /** [columns, groups]; absent where the format has none. */
  get mins(): Float32Array<ArrayBuffer> | undefined {
    return this.#weights.mins;
  }

  /** Decodes column `n` into `values` [K]. */
  decode(n: number, values: Float64Array): void {
    this.#decoder.decode(this.#weights, n, values);
  }

  /** Decodes one weight. */
  decodeOne(n: number, k: number): number {
    const code = this.#weights.codes[n * this.K + k]!;
    return this.#decoder.decodeOne(this.#weights, n, Math.floor(k / this.groupSize), code);
  }

  /** Decodes columns `first` … `first + count` into `panel` [count, K]. */
  decodePanel(first: number, count: number, panel: Float64Array): void {
    for (let i = 0; i < count; i++) this.decode(first + i, panel.subarray(i * this.K, (i + 1) * this.K));
  }

  /** As {@link decodePanel}, transposed: [K, stride], of which the first `count` of each row are written. */
  decodeTransposed(first: number, count: number, panel: Float64Array, stride: number): void {
    const row = this.#row;
    for (let i = 0; i < count; i++) {
      this.decode(first + i, row);
      for (let k = 0; k < row.length; k++) panel[k * stride + i] = row[k]!;
    }
  }

  /** The largest |scale| of column `n`. */
  largestScale(n: number): number {
    return this.#largest(this.scales, n);
  }

  /** The largest |minimum| of column `n`; 0 where the format has none. */
  largestMin(n: number): number {
    return this.mins ? this.#largest(this.mins, n) : 0;
  }

  /** @param values [columns, groups] */
  #largest(values: ScaleArray, n: number): number {
    let largest = 0;
    for (let g = n * this.groups; g < (n + 1) * this.groups; g++) {
      largest = Math.max(largest, Math.abs(values[g]!));
    }
    return largest;
  }

  /** Σ_{k in group} |a[m, k]| for each row and group: [rows, groups]. */
  groupMagnitudes(a: Float64Array, rows: number): Float64Array {
    const { K, groups } = this;
    const sums = new Float64Array(rows * groups);
    for (let m = 0; m < rows; m++) {
      for (let k = 0; k < K; k++) {
        sums[m * groups + Math.floor(k / this.groupSize)]! += Math.abs(a[m * K + k]!);
      }
    }
    return sums;
  }
}
