import { elementOf, groupCount, groupSize, type WeightFormat } from './format.ts';
import { zeroCode } from './element.ts';

/** A quantized weight matrix in canonical form: codes and scales, before any layout. Plain data, cheap to transfer. */
export interface QuantizedWeights {
  readonly format: WeightFormat;
  readonly N: number;
  readonly K: number;
  /** [N, K], one code a byte. */
  readonly codes: Uint8Array<ArrayBuffer>;
  /** [N, groups]; every value is zero or a normal number of the format's scale type. */
  readonly scales: Float32Array<ArrayBuffer>;
  /** [N, groups], one code a byte; absent where the format stores no zero points. */
  readonly zeros: Uint8Array<ArrayBuffer> | undefined;
}

/** Decodes row `n` of [N, K] into `row` [K]: scale · (code − zero), exact in f64. */
export function decodeRow(weights: QuantizedWeights, n: number, row: Float64Array): void {
  const { format, K, codes, scales, zeros } = weights;
  const size = groupSize(format, K);
  const groups = groupCount(format, K);
  const fixedZero = zeroCode(elementOf(format));
  for (let g = 0; g < groups; g++) {
    const scale = scales[n * groups + g]!;
    const zero = zeros ? zeros[n * groups + g]! : fixedZero;
    const end = Math.min((g + 1) * size, K);
    for (let k = g * size; k < end; k++) row[k] = scale * (codes[n * K + k]! - zero);
  }
}
