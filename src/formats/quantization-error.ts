import { RowDecoder, type QuantizedWeights } from './quantized.ts';

/**
 * What quantization lost: √(Σ(w − ŵ)² / Σw²), 0 for a lossless format.
 *
 * @param values [N, K] the weights before quantization.
 * @returns Infinity if every weight is zero and its decoded twin is not.
 */
export function relativeRmse(values: Float32Array, weights: QuantizedWeights): number {
  const { N, K } = weights;
  const decoder = new RowDecoder(weights.format, K);
  const row = new Float64Array(K);
  let lost = 0;
  let total = 0;
  for (let n = 0; n < N; n++) {
    decoder.decode(weights, n, row);
    for (let k = 0; k < K; k++) {
      const value = values[n * K + k]!;
      lost += (value - row[k]!) ** 2;
      total += value ** 2;
    }
  }
  return lost === 0 ? 0 : Math.sqrt(lost / total);
}
