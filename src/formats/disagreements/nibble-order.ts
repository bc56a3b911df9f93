import type { BlockDisagreement } from './disagreement.ts';
import { hexBytes } from './hex-bytes.ts';
import { refuseCodes } from './refuse-codes.ts';
import { SOURCES } from './sources.ts';

/** Bytes of pairs of codes. @param low, high positions of the codes of byte i. */
const packPairs =
  (low: (i: number, half: number) => number, high: (i: number, half: number) => number) =>
  (codes: readonly number[]): string => {
    const half = codes.length / 2;
    const byte = (_: unknown, i: number): number => codes[low(i, half)]! | (codes[high(i, half)]! << 4);
    return hexBytes(Array.from({ length: half }, byte));
  };

/** How two 4-bit codes share a byte. */
export const NIBBLES_IN_BYTE: BlockDisagreement = {
  name: 'Nibble order in a byte',
  aliases: ['nibble order', 'nibbles', 'byte order of nibbles', '4-bit bytes'],
  question: 'Which bytes do these 4-bit codes become?',
  example: '1,2,3,4',
  input: 'block',
  refuses: refuseCodes(4, 2, 32, 2),
  rules: [
    {
      projects: 'MX formats (fouroversix), GPTQ',
      says: 'the low nibble is the even element',
      source: `${SOURCES.fourOverSix} src/fouroversix/quantize/`,
      apply: packPairs(
        (i) => 2 * i,
        (i) => 2 * i + 1,
      ),
    },
    {
      projects: 'bitsandbytes',
      says: 'the high nibble is the even element',
      source: `${SOURCES.bitsandbytes} bitsandbytes/backends/default/ops.py`,
      apply: packPairs(
        (i) => 2 * i + 1,
        (i) => 2 * i,
      ),
    },
    {
      projects: 'ggml Q4_0, MXFP4',
      says: 'low nibbles are the first half of a block of 32, high ones the second; the list stands for the block',
      source: `${SOURCES.ggml} src/ggml-quants.c`,
      apply: packPairs(
        (i) => i,
        (i, half) => half + i,
      ),
    },
  ],
};

const word = (codes: readonly number[], order: readonly number[]): string =>
  [...order]
    .reverse()
    .map((from) => codes[from]!.toString(16))
    .join('');

/** How eight 4-bit codes share a 32-bit word. */
export const NIBBLES_IN_WORD: BlockDisagreement = {
  name: 'Nibble order in a word',
  aliases: ['nibble order', 'nibbles', 'word order', 'AWQ order', '4-bit words'],
  question: 'Which 32-bit word do these eight 4-bit codes become, written from its high nibble down?',
  example: '0,1,2,3,4,5,6,7',
  input: 'block',
  refuses: refuseCodes(4, 8, 8),
  rules: [
    {
      projects: 'GPTQ',
      says: 'element i in nibble i, from the low one up',
      source: `${SOURCES.gptqModel} (qweight)`,
      apply: (codes) => word(codes, [0, 1, 2, 3, 4, 5, 6, 7]),
    },
    {
      projects: 'AWQ, Marlin',
      says: 'nibbles hold the elements 0 2 4 6 1 3 5 7, so that pairs lie 16 bits apart',
      source: `${SOURCES.awq}; ${SOURCES.marlin} marlin/__init__.py`,
      apply: (codes) => word(codes, [0, 2, 4, 6, 1, 3, 5, 7]),
    },
  ],
};
