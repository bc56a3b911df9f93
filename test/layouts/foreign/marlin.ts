import { groupCount, type WeightFormat } from '../../../src/formats/format.ts';
import { assembleQuantized, type QuantizedWeights } from '../../../src/formats/quantized.ts';
import { expectRoom } from '../../../src/layouts/foreign/foreign-format.ts';
import {
  countRows,
  type GroupRowsSizes,
  isWholeColumn,
  sizeFromRows,
  transpose,
} from '../../../src/layouts/foreign/group-rows.ts';
import { expectFinite, expectMultiple, expectSize } from '../../../src/layouts/foreign/tensor-check.ts';

/** The tensors of a Marlin layer (https://github.com/IST-DASLab/marlin, `Layer.pack`). */
export interface MarlinTensors {
  /** I32 [K / 16, 2N]: tiles of 16 × 16, four along N at a time in the order of {@link MARLIN_PERMUTATION}. */
  readonly B: Int32Array<ArrayBuffer>;
  /** F16 [groups, N], permuted by {@link GROUP_SCALE_ORDER}, or by {@link COLUMN_SCALE_ORDER} where there is one group. */
  readonly s: Uint16Array<ArrayBuffer>;
}

/** Which code of a word each nibble holds, from the low one up. */
const NIBBLE_ORDER = [0, 2, 4, 6, 1, 3, 5, 7] as const;

/**
 * Which of the 1024 codes of four tiles [16 k, 16 n] (entry 256 · tile + 16 · k + n) the packed place p holds: nibble
 * p mod 8 of word p / 8. Each of 32 lanes has four words, one a tile: of column lane / 4 and the one 8 further,
 * k = 2 · (lane mod 4), + 1, + 8 and + 9.
 */
export const MARLIN_PERMUTATION: Uint16Array<ArrayBuffer> = marlinPermutation();

function marlinPermutation(): Uint16Array<ArrayBuffer> {
  const entries = new Uint16Array(1024);
  let place = 0;
  for (let lane = 0; lane < 32; lane++) {
    for (let tile = 0; tile < 4; tile++) {
      for (const code of NIBBLE_ORDER) {
        const k = 2 * (lane % 4) + (code & 1) + 8 * ((code >> 1) & 1);
        const n = Math.floor(lane / 4) + 8 * (code >> 2);
        entries[place++] = 256 * tile + 16 * k + n;
      }
    }
  }
  return entries;
}

/** Which of 64 columns each packed scale is of, where there are groups: 0 8 … 56, 1 9 … 57, … */
export const GROUP_SCALE_ORDER: readonly number[] = Array.from(
  { length: 64 },
  (_, i) => Math.floor(i / 8) + 8 * (i % 8),
);

/** Which of 32 columns each packed scale is of, where a column is one group: 0 1 8 9 16 17 24 25, 2 3 10 11 … */
export const COLUMN_SCALE_ORDER: readonly number[] = Array.from(
  { length: 32 },
  (_, i) => 2 * Math.floor(i / 8) + 8 * Math.floor((i % 8) / 2) + (i % 2),
);

const scaleOrder = (groups: number): readonly number[] =>
  groups === 1 ? COLUMN_SCALE_ORDER : GROUP_SCALE_ORDER;

function expectTiles(N: number, K: number): void {
  expectMultiple('K', K, 16, 'Marlin packs tiles of 16 × 16');
  expectMultiple('N', N, 64, 'Marlin packs four tiles along N together');
}

/** Where in the canonical codes [N, K] the packed place `place` of row `row` [16 · N codes] of B comes from. */
function canonicalIndex(K: number, row: number, place: number): number {
  const entry = MARLIN_PERMUTATION[place & 1023]!;
  const n = 64 * (place >> 10) + 16 * (entry >> 8) + (entry & 15);
  return n * K + 16 * row + ((entry >> 4) & 15);
}

/**
 * Reads a Marlin layer: 4-bit codes in excess 8, f16 scales. The kernel of the project wants multiples of 128 and 256 and
 * groups of 128 or whole columns; the packing itself, K a multiple of 16 and N of 64.
 *
 * @throws FormatError naming a tensor of another size.
 */
export function unpackMarlin(
  { B, s }: MarlinTensors,
  sizes: Omit<GroupRowsSizes, 'scale'>,
): QuantizedWeights {
  const { N, K } = sizes;
  const rows = countRows('s', s, sizes);
  const size = sizeFromRows(rows, sizes);
  expectTiles(N, K);
  expectSize('B', B, [K / 16, 2 * N]);

  const codes = new Uint8Array(N * K);
  for (let row = 0; row < K / 16; row++) {
    for (let place = 0; place < 16 * N; place++) {
      const word = B[row * 2 * N + (place >> 3)]!;
      codes[canonicalIndex(K, row, place)] = (word >>> (4 * (place & 7))) & 15;
    }
  }
  const order = scaleOrder(rows);
  const scales = new Uint16Array(s.length);
  for (let i = 0; i < s.length; i++) {
    const at = i % order.length;
    scales[i - at + order[at]!] = s[i]!;
  }
  const format: WeightFormat = {
    element: 'int4',
    group: isWholeColumn(rows, sizes) ? 'K' : size,
    scale: 'f16',
    zeroPoint: false,
    secondLevel: 'none',
    rule: 'amax',
    block: 1,
  };
  const weights = assembleQuantized(format, N, K, codes, { scales: transpose(scales, rows, N) });
  expectFinite('s', weights.scales);
  return weights;
}

/**
 * The inverse of {@link unpackMarlin}.
 *
 * @throws FormatError if Marlin has no room for the format, or N or K does not fill tiles.
 */
export function packMarlin(weights: QuantizedWeights): MarlinTensors {
  const { format, N, K, codes, stored } = weights;
  expectRoom(format, {
    packing: 'Marlin',
    elements: ['int4'],
    scales: ['f16'],
    zeroPoints: [false],
    secondLevels: ['none'],
  });
  expectTiles(N, K);
  const rows = groupCount(format, K);
  const B = new Int32Array((K / 16) * 2 * N);
  for (let row = 0; row < K / 16; row++) {
    for (let place = 0; place < 16 * N; place++) {
      B[row * 2 * N + (place >> 3)]! |= codes[canonicalIndex(K, row, place)]! << (4 * (place & 7));
    }
  }
  const order = scaleOrder(rows);
  const scales = transpose(stored.scales, N, rows);
  const s = Uint16Array.from(scales, (_, i) => {
    const at = i % order.length;
    return scales[i - at + order[at]!]!;
  });
  return { B, s };
}
