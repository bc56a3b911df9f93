import { FormatError } from '../../formats/element-names.ts';
import { assembleQuantized, type QuantizedWeights } from '../../formats/quantized.ts';
import { readCode } from './bit-stream.ts';
import { presetWith, type ScaleBits } from './foreign-format.ts';
import { countRows, type GroupRowsSizes, isWholeColumn, sizeFromRows, transpose } from './group-rows.ts';
import { expectFinite, expectMultiple, expectSize } from './tensor-check.ts';

/** The tensors of a GPTQ layer, as they lie in its file. */
export interface GptqTensors {
  /** I32 [K · bits / 32, N]: each column is one LSB-first stream along K, so 32 codes of 3 bits lie in 3 words. */
  readonly qweight: Int32Array<ArrayBuffer>;
  /** I32 [groups, N · bits / 32]: each row is one LSB-first stream along N, of zero points (v2) or these minus 1 (v1). */
  readonly qzeros: Int32Array<ArrayBuffer>;
  /** [groups, N]. */
  readonly scales: ScaleBits;
  /** I32 [K]: the group of each k; with act-order they are not consecutive. */
  readonly g_idx?: Int32Array<ArrayBuffer> | undefined;
}

/** What the tensors do not say. */
export interface GptqSizes extends GroupRowsSizes {
  /** 2, 3, 4 or 8. */
  readonly bits: number;
  /**
   * `checkpoint_format`: 1 stores zero points minus 1, 2 as they are. Those of version 1 count mod 2^bits in some readers; here a stored
   * 2^bits − 1 is the zero point 2^bits.
   */
  readonly version: 1 | 2;
}

/** Weights whose columns along K are in the order of their groups. */
export interface OrderedWeights {
  readonly weights: QuantizedWeights;
  /** [K]: the original k of each canonical k; absent where they are the same. */
  readonly order: Uint32Array<ArrayBuffer> | undefined;
}

const BITS = [2, 3, 4, 8];

function expectWords({ N, K, bits }: Pick<GptqSizes, 'N' | 'K' | 'bits'>): void {
  if (!BITS.includes(bits)) throw new FormatError(`GPTQ has ${BITS.join(', ')} bits a weight, not ${bits}.`);
  // 32 codes of 3 bits fill whole words; of the other widths, as many as one word holds.
  const whole = bits === 3 ? 32 : 32 / bits;
  expectMultiple('K', K, whole, `qweight packs ${whole} codes of ${bits} bits in whole words`);
  expectMultiple('N', N, whole, `qzeros packs ${whole} codes of ${bits} bits in whole words`);
}

/**
 * Reads a GPTQ layer: a preset `gptq2` … `gptq8-v2`, with the group of the file.
 *
 * @returns weights whose groups are consecutive, and in what order they then are.
 * @throws FormatError naming a tensor of another size, a group index that does not exist, or groups of unequal size.
 */
export function unpackGptq(tensors: GptqTensors, sizes: GptqSizes): OrderedWeights {
  const { qweight, qzeros, scales, g_idx } = tensors;
  const { N, K, bits, version } = sizes;
  const rows = countRows('scales', scales, sizes);
  expectWords(sizes);
  expectSize('qweight', qweight, [(K * bits) / 32, N]);
  expectSize('qzeros', qzeros, [rows, (N * bits) / 32]);
  const { size, order } = g_idx ? orderGroups(g_idx, rows, sizes) : consecutive(rows, sizes);

  const codes = new Uint8Array(N * K);
  for (let n = 0; n < N; n++) {
    const column = { words: qweight, base: n, stride: N };
    for (let k = 0; k < K; k++) codes[n * K + k] = readCode(column, (order ? order[k]! : k) * bits, bits);
  }
  const zeros = new Uint8Array(N * rows);
  for (let g = 0; g < rows; g++) {
    const row = { words: qzeros, base: (g * N * bits) / 32, stride: 1 };
    for (let n = 0; n < N; n++) zeros[n * rows + g] = readCode(row, n * bits, bits);
  }
  const format = presetWith(`gptq${bits}${version === 1 ? '' : '-v2'}`, {
    group: isWholeColumn(rows, sizes) ? 'K' : size,
    scale: sizes.scale ?? 'f16',
  });
  const stored = { scales: transpose(scales, rows, N) };
  const weights = assembleQuantized(format, N, K, codes, stored, zeros);
  expectFinite('scales', weights.scales);
  return { weights, order };
}

interface Grouping {
  readonly size: number;
  readonly order: Uint32Array<ArrayBuffer> | undefined;
}

const consecutive = (rows: number, sizes: GptqSizes): Grouping => ({
  size: sizeFromRows(rows, sizes),
  order: undefined,
});

/** Sorts k by its group; those of one group keep their order. */
function orderGroups(groups: Int32Array, rows: number, sizes: GptqSizes): Grouping {
  const { K } = sizes;
  expectSize('g_idx', groups, [K]);
  const counts = new Uint32Array(rows);
  for (const [k, g] of groups.entries()) {
    if (g < 0 || g >= rows) {
      throw new FormatError(`g_idx has group ${g} for k = ${k}: scales has rows 0 to ${String(rows - 1)}.`);
    }
    counts[g]! += 1;
  }
  const size =
    sizes.group === undefined ? counts.reduce((a, b) => Math.max(a, b)) : sizeFromRows(rows, sizes);
  for (const [g, count] of counts.entries()) {
    if (count === size || (g === rows - 1 && count > 0 && count < size)) continue;
    throw new FormatError(
      `g_idx puts ${count} weights into group ${g}: every group must have exactly ${size}, except a short last one.`,
    );
  }
  const order = new Uint32Array(K);
  const next = counts.map((_, g) => g * size);
  for (const [k, g] of groups.entries()) order[next[g]!++] = k;
  return { size, order: order.every((k, i) => k === i) ? undefined : order };
}
