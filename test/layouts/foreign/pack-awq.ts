import { groupCount } from '../../../src/formats/format.ts';
import type { QuantizedWeights } from '../../../src/formats/quantized.ts';
import type { AwqTensors } from '../../../src/layouts/foreign/awq.ts';
import { transpose } from '../../../src/layouts/foreign/group-rows.ts';
import { scaleBits } from './scale-bits.ts';

/** Which of eight columns each nibble of a word holds, from the low one up (AutoAWQ, `pack_method`). */
export const AWQ_ORDER: readonly number[] = [0, 2, 4, 6, 1, 3, 5, 7];

function packRow(words: Int32Array, row: number, N: number, codeOf: (n: number) => number): void {
  for (let at = 0; at < N / 8; at++) {
    let word = 0;
    for (let nibble = 0; nibble < 8; nibble++) word |= codeOf(8 * at + AWQ_ORDER[nibble]!) << (4 * nibble);
    words[(row * N) / 8 + at] = word;
  }
}

/** The inverse of `unpackAwq`, of weights that AWQ has room for and whose N fills words. */
export function packAwq(weights: QuantizedWeights): AwqTensors {
  const { format, N, K, codes, zeros, stored } = weights;
  const rows = groupCount(format, K);
  const qweight = new Int32Array((K * N) / 8);
  for (let k = 0; k < K; k++) packRow(qweight, k, N, (n) => codes[n * K + k]!);
  const qzeros = new Int32Array((rows * N) / 8);
  for (let g = 0; g < rows; g++) packRow(qzeros, g, N, (n) => zeros![n * rows + g]!);
  return { qweight, qzeros, scales: scaleBits(format, transpose(stored.scales, N, rows)) };
}
