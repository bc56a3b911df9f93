import type { QuantizedWeights } from '../formats/quantized.ts';

/** The rounding that a kernel may do; the same shape as the plan's numerics, by structure. */
export interface Rounding {
  readonly terms: number;
  readonly decodeRoundings: number;
  readonly offset: number;
  readonly span: number;
}

/** The inputs of one product as the reference sees them. Buffers are shared, never changed. */
export interface ProductInputs {
  readonly M: number;
  /** [M, K] values exactly as the kernel reads them (already rounded to f16 where activations are f16). */
  readonly activations: Float32Array<ArrayBuffer>;
  readonly weights: QuantizedWeights;
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
}
