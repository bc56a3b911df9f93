import type { WeightFormat } from '../formats/format.ts';

/** How activations are multiplied: as they are stored, or `i8`, f32 that a pass quantizes on the GPU first. */
export type ActivationType = 'f32' | 'f16' | 'i8';

/** What sums are kept in; `f16`: partial sums of at most a group, which are added up in f32. */
export type AccumulatorType = 'f32' | 'f16';

/** What happens to a sum x before it is stored: x + bias[n], or the tanh form of GELU, or x / (1 + e⁻ˣ). */
export type Epilogue = 'none' | 'bias' | 'gelu' | 'silu';

/** How outputs are stored. */
export type OutputType = 'f32' | 'f16';

/** The product to compute: `C[M, N] = epilogue(A[M, K] · dequantize(W)[N, K]ᵀ)`. */
export interface GemmProblem {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly format: WeightFormat;
  /** As `parseLayout` reads it. */
  readonly layout: string;
  readonly activation: ActivationType;
  readonly accumulator: AccumulatorType;
  readonly epilogue: Epilogue;
  readonly output: OutputType;
}
