import { FormatError } from '../../formats/element-names.ts';
import { elementOf, groupCount, groupSize } from '../../formats/format.ts';
import { assembleQuantized, type QuantizedWeights } from '../../formats/quantized.ts';
import { readCode, writeCode } from './bit-stream.ts';
import { expectRoom, presetWith, scaleBits, type ScaleBits } from './foreign-format.ts';
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

/** The same, with the group of each k. */
export interface IndexedGptqTensors extends GptqTensors {
  readonly g_idx: Int32Array<ArrayBuffer>;
}

/** What the tensors do not say. */
export interface GptqSizes extends GroupRowsSizes {
  /** 2, 3, 4 or 8. */
  readonly bits: number;
  /** `checkpoint_format`: 1 stores zero points minus 1, 2 as they are. */
  readonly version: 1 | 2;
}

/** Weights whose columns along K are in the order of their groups. */
export interface OrderedWeights {
  readonly weights: QuantizedWeights;
  /** [K]: the original k of each canonical k; absent where they are the same. */
  readonly order: Uint32Array<ArrayBuffer> | undefined;
}

const BITS = [2, 3, 4, 8];

/** Zero points of version 1 count mod 2^bits in some readers; here a stored 2^bits − 1 is the zero point 2^bits. */
const zeroPointOf = (version: 1 | 2): 'minus-one' | true => (version === 1 ? 'minus-one' : true);

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

function expectPermutation(order: Uint32Array, K: number): void {
  expectSize('order', order, [K]);
  const seen = new Uint8Array(K);
  for (const k of order) {
    if (k >= K || seen[k])
      throw new FormatError(`order has k = ${k}${k < K ? ' twice' : `, and K is ${K}`}.`);
    seen[k] = 1;
  }
}

/**
 * The inverse of {@link unpackGptq}.
 *
 * @param order [K]: the original k of each canonical k; the same where it is absent.
 * @throws FormatError if GPTQ has no room for the format, N or K does not fill words, or the order is no permutation.
 */
export function packGptq(weights: QuantizedWeights, order?: Uint32Array): IndexedGptqTensors {
  const { format, N, K, codes, zeros, stored } = weights;
  expectRoom(format, {
    packing: 'GPTQ',
    elements: BITS.map((bits) => `uint${bits}`),
    scales: ['f16', 'bf16', 'f32'],
    zeroPoints: [zeroPointOf(1), zeroPointOf(2)],
    secondLevels: ['none'],
  });
  const { bits } = elementOf(format);
  expectWords({ N, K, bits });
  if (order) expectPermutation(order, K);
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
