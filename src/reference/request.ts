import type { QuantizedWeights } from '../formats/quantized.ts';

/** The rounding that a kernel may do; the same shape as the plan's numerics, by structure. */
export interface Rounding {
  readonly terms: number;
  readonly decodeRoundings: number;
  readonly offset: number;
  readonly span: number;
  /** Terms of a partial sum in f16; 0 if left out. */
  readonly halfTerms?: number;
  /** Roundings to f16 that a term meets before it is added; 0 if left out. */
  readonly halfRoundings?: number;
  /** Whether f16 sums are of weights, scale and minimum included, and not of values before their scale; false if left out. */
  readonly halfScaled?: boolean;
}

/** What happens to a sum x before it is stored: x + bias[n], the tanh form of GELU, x / (1 + e⁻ˣ); as in the problem. */
export type Epilogue = 'none' | 'bias' | 'gelu' | 'silu';

/** How outputs are stored; as in the problem. */
export type OutputType = 'f32' | 'f16';

/** The inputs of one product as the reference sees them. Buffers are shared, never changed. */
export interface ProductInputs {
  readonly M: number;
  /** [M, K] values exactly as the kernel reads them (already rounded to f16, or quantized, where activations are). */
  readonly activations: Float32Array<ArrayBuffer>;
  readonly weights: QuantizedWeights;
  /** [N], where the epilogue is `bias`. */
  readonly bias?: Float32Array<ArrayBuffer>;
}

/** What to check an output against. */
export interface CheckRequest {
  readonly inputs: ProductInputs;
  readonly rounding: Rounding;
  /** `bound`: the error bound of each element. `exact`: bit for bit (integer-exact and one-hot data). */
  readonly judge: 'bound' | 'exact';
  /** Seeds the samples and the random ±1 vectors. */
  readonly seed: number;
  /** A power of two of which all weights of exact data are multiples; 1 if left out. */
  readonly unit?: number;
  /** `none` if left out. */
  readonly epilogue?: Epilogue;
  /** `f32` if left out. Outputs of f16 are checked as the f32 values that they are. */
  readonly output?: OutputType;
}
