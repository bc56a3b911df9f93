import { assembleQuantized, type QuantizedWeights } from '../../formats/quantized.ts';
import { presetWith, type ScaleBits } from './foreign-format.ts';
import { countRows, type GroupRowsSizes, isWholeColumn, sizeFromRows, transpose } from './group-rows.ts';
import { expectFinite, expectMultiple, expectSize } from './tensor-check.ts';

/** The tensors of an AWQ layer of version GEMM, as they lie in its file. */
export interface AwqTensors {
  /** I32 [K, N / 8]: a word holds eight neighbouring columns of one k, by {@link AWQ_NIBBLES}. */
  readonly qweight: Int32Array<ArrayBuffer>;
  /** I32 [groups, N / 8], packed as the weights are. */
  readonly qzeros: Int32Array<ArrayBuffer>;
  /** [groups, N]. */
  readonly scales: ScaleBits;
}

/** Which nibble of its word each of eight columns is in: columns 0 … 7 read 0x75316420. */
export const AWQ_NIBBLES: readonly number[] = [0, 4, 1, 5, 2, 6, 3, 7];

function expectWords(N: number): void {
  expectMultiple('N', N, 8, 'AWQ packs eight columns in a word');
}

/** One row [N / 8] of words as N codes. */
function unpackRow(words: Int32Array, row: number, N: number, put: (n: number, code: number) => void): void {
  for (let n = 0; n < N; n++) {
    const word = words[(row * N) / 8 + (n >> 3)]!;
    put(n, (word >>> (4 * AWQ_NIBBLES[n & 7]!)) & 15);
  }
}

/**
 * Reads an AWQ layer: the preset `awq`, with the group of the file.
 *
 * @throws FormatError naming a tensor of another size.
 */
export function unpackAwq({ qweight, qzeros, scales }: AwqTensors, sizes: GroupRowsSizes): QuantizedWeights {
  const { N, K } = sizes;
  const rows = countRows('scales', scales, sizes);
  const size = sizeFromRows(rows, sizes);
  expectWords(N);
  expectSize('qweight', qweight, [K, N / 8]);
  expectSize('qzeros', qzeros, [rows, N / 8]);

  const codes = new Uint8Array(N * K);
  for (let k = 0; k < K; k++) unpackRow(qweight, k, N, (n, code) => (codes[n * K + k] = code));
  const zeros = new Uint8Array(N * rows);
  for (let g = 0; g < rows; g++) unpackRow(qzeros, g, N, (n, code) => (zeros[n * rows + g] = code));
  const format = presetWith('awq', {
    group: isWholeColumn(rows, sizes) ? 'K' : size,
    scale: sizes.scale ?? 'f16',
  });
  const stored = { scales: transpose(scales, rows, N) };
  const weights = assembleQuantized(format, N, K, codes, stored, zeros);
  expectFinite('scales', weights.scales);
  return weights;
}
