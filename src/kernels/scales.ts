import { ceilDiv, range } from '../base/integers.ts';
import { SCALE_TYPES } from '../formats/scale-type.ts';
import type { GemmProblem } from './problem.ts';
import type { Columns } from './columns.ts';
import { interleavesGroups } from './layout-parts.ts';

/** How the scales of neighbouring columns are fetched: first as words, so that a kernel may load them ahead, then decoded. */
export interface ScaleReads {
  /** u32 expressions, one load each; none where a scale takes more than decoding words. */
  readonly loads: readonly string[];
  /** The scale of column `c`, an f32 expression over the names of the loaded words. */
  readonly value: (c: number, words: readonly string[]) => string;
}

/**
 * Reads the scales of `columns` columns.
 *
 * @param index the u32 name of the first column's group index; a multiple of `columns` in an interleaved layout, where
 *   two f16 scales share a word, and four of 8 bits.
 */
export function readScales(problem: GemmProblem, columns: Columns, index: string): ScaleReads {
  const all = range(columns);
  const { scale, secondLevel } = problem.format;
  const { bits } = SCALE_TYPES[scale];
  if (secondLevel === 'none' && bits === 8 && columns === 4 && interleavesGroups(problem)) {
    return {
      loads: [`scale_word(${index} >> 2u)`],
      value: (c, [word]) => `scale_value((${word!} >> ${8 * c}u) & 0xffu)`,
    };
  }
  if (secondLevel !== 'none' || (scale !== 'f16' && scale !== 'f32')) {
    return { loads: [], value: (c) => `scale_at(${index} + ${c}u * GROUP_STRIDE)` };
  }
  if (scale === 'f32') {
    return {
      loads: all.map((c) => `scale_word(${index} + ${c}u * GROUP_STRIDE)`),
      value: (c, words) => `scale_float(${words[c]!})`,
    };
  }
  if (interleavesGroups(problem) && columns > 1) {
    return {
      loads: all.slice(0, ceilDiv(columns, 2)).map((i) => `scale_word((${index} >> 1u) + ${i}u)`),
      value: (c, words) => {
        const word = words[c >> 1]!;
        return c % 2 === 0 ? `scale_half(${word} << 16u)` : `scale_half(${word})`;
      },
    };
  }
  const place = (c: number): string => `(${index} + ${c}u * GROUP_STRIDE)`;
  return {
    loads: all.map((c) => `scale_word(${place(c)} >> 1u)`),
    value: (c, words) => `scale_half(${words[c]!} << (16u - 16u * (${place(c)} & 1u)))`,
  };
}
