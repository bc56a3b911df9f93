import { flushSubnormal } from '../base/float32.ts';
import { RowDecoder, type QuantizedWeights } from './quantized.ts';

/**
 * Decodes a weight matrix: each value exact in f64, then rounded once to f32; a subnormal is 0, as GPUs may have it.
 *
 * @returns [N, K]
 */
export function dequantize(weights: QuantizedWeights): Float32Array<ArrayBuffer> {
  const { N, K } = weights;
  const decoder = new RowDecoder(weights.format, K);
  const values = new Float32Array(N * K);
  const row = new Float64Array(K);
  for (let n = 0; n < N; n++) {
    decoder.decode(weights, n, row);
    for (let k = 0; k < K; k++) values[n * K + k] = flushSubnormal(Math.fround(row[k]!));
  }
  return values;
}
