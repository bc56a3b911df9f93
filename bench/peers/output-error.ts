import { multiply } from '../../src/reference/product.ts';
import { dequantize } from '../../src/formats/dequantize.ts';
import type { QuantizedWeights } from '../../src/formats/quantized.ts';

/** How far an output is from the product in f64. */
export interface OutputError {
  /** Largest error ÷ largest magnitude of the product; 1e308 where an output is not finite, as in records. */
  readonly maxRelative: number;
  /** Σ error² ÷ Σ product². */
  readonly nmse: number;
}

/**
 * The product of the decoded weights in f64.
 *
 * @param activations [M, K]
 * @returns [M, N]
 */
export function exactProduct(
  activations: Float32Array,
  weights: QuantizedWeights,
  M: number,
): Float64Array<ArrayBuffer> {
  const { N, K } = weights;
  const product = new Float64Array(M * N);
  multiply(new Float64Array(activations), new Float64Array(dequantize(weights)), product, M, N, K);
  return product;
}

/**
 * Compares an output with the product.
 *
 * @param output [M, N]
 * @param product [M, N]
 * @throws RangeError if they are not of one size.
 */
export function outputError(output: Float32Array, product: Float64Array): OutputError {
  if (output.length !== product.length) {
    throw new RangeError(`the output has ${output.length} elements, and the product ${product.length}`);
  }
  let largestError = 0;
  let largest = 0;
  let errors = 0;
  let energy = 0;
  for (let i = 0; i < product.length; i++) {
    const error = Number.isFinite(output[i]!) ? output[i]! - product[i]! : Infinity;
    largestError = Math.max(largestError, Math.abs(error));
    largest = Math.max(largest, Math.abs(product[i]!));
    errors += error * error;
    energy += product[i]! * product[i]!;
  }
  return { maxRelative: finite(largestError / largest), nmse: finite(errors / energy) };
}

const finite = (value: number): number => (Number.isFinite(value) ? value : 1e308);
