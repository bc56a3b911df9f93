import type { WeightFormat } from '../formats/format.ts';

/** How activations are stored; they are read as f32 either way. */
export type ActivationType = 'f32' | 'f16';

/** What sums are kept in. */
export type AccumulatorType = 'f32';

/** The product to compute: `C[M, N] = A[M, K] · dequantize(W)[N, K]ᵀ`, stored as f32. */
export interface GemmProblem {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly format: WeightFormat;
  /** As `parseLayout` reads it. */
  readonly layout: string;
  readonly activation: ActivationType;
  readonly accumulator: AccumulatorType;
}
