import type { QuantizedWeights } from '../../../src/formats/quantized.ts';

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

/** Where in the canonical codes [N, K] the packed place `place` of row `row` [16 · N codes] of B comes from. */
function canonicalIndex(K: number, row: number, place: number): number {
  const entry = MARLIN_PERMUTATION[place & 1023]!;
  const n = 64 * (place >> 10) + 16 * (entry >> 8) + (entry & 15);
  return n * K + 16 * row + ((entry >> 4) & 15);
}

/**
 * The weights of a Marlin layer (https://github.com/IST-DASLab/marlin, `Layer.pack`).
 *
 * @param weights of four bits, K a multiple of 16 and N of 64.
 * @returns [K / 16, 2N]: tiles of 16 × 16, four along N at a time in the order of {@link MARLIN_PERMUTATION}.
 */
export function packMarlin({ N, K, codes }: QuantizedWeights): Int32Array<ArrayBuffer> {
  const B = new Int32Array((K / 16) * 2 * N);
  for (let row = 0; row < K / 16; row++) {
    for (let place = 0; place < 16 * N; place++) {
      B[row * 2 * N + (place >> 3)]! |= codes[canonicalIndex(K, row, place)]! << (4 * (place & 7));
    }
  }
  return B;
}
