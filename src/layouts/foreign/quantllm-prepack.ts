import { FormatError } from '../../formats/element-names.ts';
import { expectMatrix, expectMultiple, expectSize } from './tensor-check.ts';

/** Widths of the planes that codes of 5 and 6 bits are split into, from their top bits down: 1 + 4 and 2 + 4. */
const PLANES: Readonly<Record<number, readonly (1 | 2 | 4)[]>> = { 5: [1, 4], 6: [2, 4] };

/**
 * Which segment of a lane, counted from 1, each field of a word holds, from the top field down
 * (https://github.com/usyd-fsalab/fp6_llm, `weight_prepacking.h`): even segments first, then odd ones, each of them every
 * fourth, so that a decoder shifts the top field of each half word into place.
 */
const INTERLEAVE: Readonly<Record<1 | 2 | 4, readonly number[]>> = {
  1: [
    2, 6, 10, 14, 18, 22, 26, 30, 4, 8, 12, 16, 20, 24, 28, 32, 1, 5, 9, 13, 17, 21, 25, 29, 3, 7, 11, 15, 19,
    23, 27, 31,
  ],
  2: [2, 6, 10, 14, 4, 8, 12, 16, 1, 5, 9, 13, 3, 7, 11, 15],
  4: [2, 6, 4, 8, 1, 5, 3, 7],
};

const LANES = 32;
/** Codes that a lane has of a block [16, 16]. */
const LANE_CODES = 8;

interface Plane {
  readonly width: number;
  /** Bits of a code below the plane's. */
  readonly shift: number;
  /** Where its words begin. */
  readonly start: number;
  readonly interleave: readonly number[];
}

function planesOf(bits: number, N: number, K: number): Plane[] {
  expectMatrix(N, K);
  const widths = PLANES[bits];
  if (!widths) throw new FormatError(`QuantLLM prepacks codes of 5 and 6 bits, not of ${bits}.`);
  expectMultiple('N', N, 64, 'QuantLLM prepacks tiles of 64 × 16');
  expectMultiple('K', K, 64, 'QuantLLM prepacks four tiles along K together');
  let [shift, start] = [bits, 0];
  return widths.map((width) => {
    shift -= width;
    const plane = { width, shift, start, interleave: INTERLEAVE[width] };
    start += (N * K * width) / 32;
    return plane;
  });
}

/**
 * Index in [N, K] of code `i` of a lane. A lane has eight codes of each block [16 n, 16 k]: rows lane / 4 and 8 further,
 * columns 2 · (lane mod 4), + 1, + 8 and + 9; four blocks down a tile of 64 rows, tiles along K, then further rows.
 */
function codeIndex(K: number, lane: number, i: number): number {
  const block = Math.floor(i / LANE_CODES);
  const tile = Math.floor(block / 4);
  const tilesAlongK = K / 16;
  const n = 64 * Math.floor(tile / tilesAlongK) + 16 * (block % 4) + (lane >> 2) + 8 * ((i >> 1) & 1);
  const k = 16 * (tile % tilesAlongK) + 2 * (lane & 3) + (i & 1) + 8 * ((i >> 2) & 1);
  return n * K + k;
}

/** Calls `visit` with each field of a plane: its word, its lowest bit, and the index in [N, K] of the code it is of. */
function eachField(
  { width, start, interleave }: Plane,
  N: number,
  K: number,
  visit: (word: number, bit: number, code: number) => void,
): void {
  const words = (N * K * width) / 32;
  const fields = interleave.length;
  for (let word = 0; word < words; word++) {
    const lane = word % LANES;
    const first = Math.floor(word / LANES) * fields;
    for (const [field, segment] of interleave.entries()) {
      visit(start + word, 32 - width * (field + 1), codeIndex(K, lane, first + segment - 1));
    }
  }
}

/**
 * QuantLLM's prepacked weights: each code split into its top 1 (5 bits) or 2 (6 bits) bits and its low 4, all words of the
 * first plane before those of the second. In a plane, word w holds consecutive segments of lane w mod 32, interleaved.
 *
 * @param codes [N, K], each below 2^bits.
 * @returns [N · K · bits / 32] words; a file has them little-endian.
 * @throws FormatError if N or K is no multiple of 64, or there are no such bits.
 */
export function prepackQuantllm(
  codes: Uint8Array,
  bits: number,
  N: number,
  K: number,
): Uint32Array<ArrayBuffer> {
  const planes = planesOf(bits, N, K);
  expectSize('codes', codes, [N, K]);
  const words = new Uint32Array((N * K * bits) / 32);
  for (const plane of planes) {
    const mask = 2 ** plane.width - 1;
    eachField(plane, N, K, (word, bit, code) => {
      words[word]! |= ((codes[code]! >> plane.shift) & mask) << bit;
    });
  }
  return words;
}

/**
 * The inverse of {@link prepackQuantllm}.
 *
 * @param words [N · K · bits / 32].
 * @returns [N, K].
 * @throws FormatError if there are more or fewer words, N or K is no multiple of 64, or there are no such bits.
 */
export function unprepackQuantllm(
  words: Uint32Array,
  bits: number,
  N: number,
  K: number,
): Uint8Array<ArrayBuffer> {
  const planes = planesOf(bits, N, K);
  expectSize('The prepacked weight', words, [N, (K * bits) / 32]);
  const codes = new Uint8Array(N * K);
  for (const plane of planes) {
    const mask = 2 ** plane.width - 1;
    eachField(plane, N, K, (word, bit, code) => {
      codes[code]! |= ((words[word]! >>> bit) & mask) << plane.shift;
    });
  }
  return codes;
}
