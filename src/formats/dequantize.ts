import { decodeRow, type QuantizedWeights } from './quantized.ts';

/**
 * Decodes a weight matrix: each value exact in f64, then rounded once to f32.
 *
 * @returns [N, K]
 */
export function dequantize(weights: QuantizedWeights): Float32Array<ArrayBuffer> {
  const { N, K } = weights;
  const values = new Float32Array(N * K);
  const row = new Float64Array(K);
  for (let n = 0; n < N; n++) {
    decodeRow(weights, n, row);
    values.set(row, n * K);
  }
  return values;
}
