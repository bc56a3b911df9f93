import { zeroCode } from '../formats/element.ts';
import { elementOf, groupCount, groupSize } from '../formats/format.ts';
import { decodeRow, type QuantizedWeights } from '../formats/quantized.ts';
import type { CheckJob, WeightSlice } from './job.ts';

/** The columns that one checker holds, put together from slices and decoded a panel at a time. */
export class WeightColumns {
  readonly K: number;
  readonly count: number;
  readonly groups: number;
  readonly groupSize: number;
  readonly #weights: QuantizedWeights;
  readonly #row: Float64Array;
  readonly #fixedZero: number;

  constructor({ format, K, columns }: Pick<CheckJob, 'format' | 'K' | 'columns'>) {
    this.K = K;
    this.count = columns;
    this.groups = groupCount(format, K);
    this.groupSize = groupSize(format, K);
    this.#fixedZero = zeroCode(elementOf(format));
    this.#row = new Float64Array(K);
    this.#weights = {
      format,
      N: columns,
      K,
      codes: new Uint8Array(columns * K),
      scales: new Float32Array(columns * this.groups),
      zeros: format.zeroPoint ? new Uint8Array(columns * this.groups) : undefined,
    };
  }

  /** Takes over a slice. */
  load({ column, codes, scales, zeros }: WeightSlice): void {
    this.#weights.codes.set(codes, column * this.K);
    this.#weights.scales.set(scales, column * this.groups);
    if (zeros) this.#weights.zeros?.set(zeros, column * this.groups);
  }

  /** [columns, groups] */
  get scales(): Float32Array<ArrayBuffer> {
    return this.#weights.scales;
  }

  /** Decodes column `n` into `values` [K]. */
  decode(n: number, values: Float64Array): void {
    decodeRow(this.#weights, n, values);
  }

  /** Decodes one weight. */
  decodeOne(n: number, k: number): number {
    const { codes, zeros } = this.#weights;
    const group = n * this.groups + Math.floor(k / this.groupSize);
    return this.scales[group]! * (codes[n * this.K + k]! - (zeros ? zeros[group]! : this.#fixedZero));
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
    let largest = 0;
    for (let g = n * this.groups; g < (n + 1) * this.groups; g++) {
      largest = Math.max(largest, Math.abs(this.scales[g]!));
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
