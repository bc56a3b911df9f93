import type { WeightFormat } from '../formats/format.ts';
import type { ScaleArray } from '../formats/quantized.ts';
import type { Epilogue, OutputType, Rounding } from './request.ts';

/** One check, or a range of columns of one, as the checker that computes it is told of it. Plain data. */
export interface CheckJob {
  readonly format: WeightFormat;
  /** Sizes of the whole product. */
  readonly M: number;
  readonly N: number;
  readonly K: number;
  /** The range of columns that this checker holds. */
  readonly firstColumn: number;
  readonly columns: number;
  readonly rounding: Rounding;
  readonly judge: 'bound' | 'exact';
  /** `full`: every element is recomputed. `sampled`: projections find rows to recompute. */
  readonly mode: 'full' | 'sampled';
  /** Seeds the random ±1 vectors. */
  readonly seed: number;
  /** A power of two of which all weights of exact data are multiples. */
  readonly unit: number;
  /** What the second level `double` adds to each scale; 0 for all others. */
  readonly scaleOffset: number;
  readonly epilogue: Epilogue;
  readonly output: OutputType;
  /** [columns], where the epilogue is `bias`. */
  readonly bias: Float32Array<ArrayBuffer> | undefined;
}

/** Consecutive columns of the quantized weights, to be put together by the checker. */
export interface WeightSlice {
  /** Counted from the job's first column. */
  readonly column: number;
  /** [columns, K] */
  readonly codes: Uint8Array<ArrayBuffer>;
  /** [columns, groups], as `exactScales` gives them. */
  readonly scales: ScaleArray;
  /** [columns, groups], where the format stores zero points. */
  readonly zeros: Uint8Array<ArrayBuffer> | undefined;
  /** [columns, groups], where the format has minima. */
  readonly mins: Float32Array<ArrayBuffer> | undefined;
}

/** Some rows of a product: what went in and what came out. */
export interface RowBlock {
  /** Which rows of the product these are, [rows]. */
  readonly rows: Uint32Array<ArrayBuffer>;
  /** [rows, K] */
  readonly activations: Float32Array<ArrayBuffer>;
  /** [rows, columns] of the job */
  readonly output: Float32Array<ArrayBuffer>;
  /** Elements to recompute one by one in a sampled check: pairs (index into `rows`, column of the job). */
  readonly samples: Uint32Array<ArrayBuffer>;
}
