import { elementOf, groupCount, groupSize } from '../../../src/formats/format.ts';
import type { QuantizedWeights } from '../../../src/formats/quantized.ts';
import type { GptqTensors } from '../../../src/layouts/foreign/gptq.ts';
import { transpose } from '../../../src/layouts/foreign/group-rows.ts';
import { scaleBits } from './scale-bits.ts';
import { writeCode } from './write-code.ts';

/** The tensors of a GPTQ layer, with the group of each k. */
export interface IndexedGptqTensors extends GptqTensors {
  readonly g_idx: Int32Array<ArrayBuffer>;
}

/**
 * The inverse of `unpackGptq`.
 *
 * @param weights of a format that GPTQ has room for, whose N and K fill words.
 * @param order [K]: the original k of each canonical k; the same where it is absent.
 */
export function packGptq(weights: QuantizedWeights, order?: Uint32Array): IndexedGptqTensors {
  const { format, N, K, codes, zeros, stored } = weights;
  const { bits } = elementOf(format);
  const rows = groupCount(format, K);
  const size = groupSize(format, K);

  const qweight = new Int32Array(((K * bits) / 32) * N);
  for (let n = 0; n < N; n++) {
    const column = { words: qweight, base: n, stride: N };
    for (let k = 0; k < K; k++) writeCode(column, (order ? order[k]! : k) * bits, bits, codes[n * K + k]!);
  }
  const qzeros = new Int32Array(rows * ((N * bits) / 32));
  for (let g = 0; g < rows; g++) {
    const row = { words: qzeros, base: (g * N * bits) / 32, stride: 1 };
    for (let n = 0; n < N; n++) writeCode(row, n * bits, bits, zeros![n * rows + g]!);
  }
  const g_idx = new Int32Array(K);
  for (let k = 0; k < K; k++) g_idx[order ? order[k]! : k] = Math.floor(k / size);
  return { qweight, qzeros, scales: scaleBits(format, transpose(stored.scales, N, rows)), g_idx };
}
