import type { BlockField } from './block-codec.ts';
import type { Blocks } from './blocks.ts';

/** One code of a block's scales or minima: some low bits in one place of the block, the rest in another. */
interface CodePlace {
  readonly of: 'scales' | 'mins';
  readonly group: number;
  readonly parts: readonly BitsPlace[];
}

/** `width` bits of a byte from `shift` on, which are the code's from `place` on. */
interface BitsPlace {
  readonly byte: number;
  readonly shift: number;
  readonly width: number;
  readonly place: number;
}

function packedCodes(groups: number, places: readonly CodePlace[]): BlockField {
  return {
    read(bytes, at, blocks: Blocks, b) {
      for (const { of, group, parts } of places) {
        let code = 0;
        for (const { byte, shift, width, place } of parts) {
          code |= ((bytes[at + byte]! >> shift) & (2 ** width - 1)) << place;
        }
        blocks[of][b * groups + group] = code;
      }
    },
    write(blocks, b, bytes, at) {
      for (const { of, group, parts } of places) {
        const code = blocks[of][b * groups + group]!;
        for (const { byte, shift, width, place } of parts) {
          bytes[at + byte]! |= ((code >> place) & (2 ** width - 1)) << shift;
        }
      }
    },
  };
}

const eachGroup = (groups: number, place: (group: number) => CodePlace[]): readonly CodePlace[] =>
  Array.from({ length: groups }, (_, group) => place(group)).flat();

/** Q2_K: 16 bytes from `at` on, a group's scale in the low nibble and its minimum in the high one. */
export const nibblePairs = (at: number): BlockField =>
  packedCodes(
    16,
    eachGroup(16, (group) => [
      { of: 'scales', group, parts: [{ byte: at + group, shift: 0, width: 4, place: 0 }] },
      { of: 'mins', group, parts: [{ byte: at + group, shift: 4, width: 4, place: 0 }] },
    ]),
  );

/**
 * Q3_K: 16 scales of 6 bits in 12 bytes from `at` on. The low nibbles are those of the low nibbles of 8 bytes, then of
 * their high ones; the upper bits of scales 4 apart share a byte of the last four.
 */
export const sixBitScales = (at: number): BlockField =>
  packedCodes(
    16,
    eachGroup(16, (group) => [
      {
        of: 'scales',
        group,
        parts: [
          { byte: at + (group % 8), shift: group < 8 ? 0 : 4, width: 4, place: 0 },
          { byte: at + 8 + (group % 4), shift: 2 * Math.floor(group / 4), width: 2, place: 4 },
        ],
      },
    ]),
  );

/**
 * Q4_K and Q5_K: 8 scales and 8 minima of 6 bits in 12 bytes from `at` on. The first four of each have a byte to
 * themselves, whose top bits are the upper ones of the last four; of those the low nibbles share the last four bytes.
 */
export const sixBitPairs = (at: number): BlockField =>
  packedCodes(
    8,
    eachGroup(8, (group) =>
      (['scales', 'mins'] as const).map((of, high) => ({
        of,
        group,
        parts:
          group < 4
            ? [{ byte: at + 4 * high + group, shift: 0, width: 6, place: 0 }]
            : [
                { byte: at + 4 + group, shift: 4 * high, width: 4, place: 0 },
                { byte: at + 4 * high + group - 4, shift: 6, width: 2, place: 4 },
              ],
      })),
    ),
  );

/** IQ4_XS: 8 scales of 6 bits: their upper bits in the two bytes from `high` on, their nibbles from `low` on. */
export const splitScales = (high: number, low: number): BlockField =>
  packedCodes(
    8,
    eachGroup(8, (group) => [
      {
        of: 'scales',
        group,
        parts: [
          { byte: low + Math.floor(group / 2), shift: 4 * (group % 2), width: 4, place: 0 },
          { byte: high + Math.floor(group / 4), shift: 2 * (group % 4), width: 2, place: 4 },
        ],
      },
    ]),
  );

/** Q6_K: a byte for each of 16 scales from `offset` on, in two's complement; in excess 128 in canonical form. */
export const signedScales = (offset: number): BlockField => ({
  read(bytes, at, { scales }, b) {
    for (let g = 0; g < 16; g++) scales[b * 16 + g] = bytes[at + offset + g]! ^ 0x80;
  },
  write({ scales }, b, bytes, at) {
    for (let g = 0; g < 16; g++) bytes[at + offset + g] = scales[b * 16 + g]! ^ 0x80;
  },
});
