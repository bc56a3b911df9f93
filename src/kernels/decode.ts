import { gcd } from '../base/integers.ts';
import { elementOf, groupCount, groupSize } from '../formats/format.ts';
import type { GemmProblem } from './problem.ts';

/** Codes along K that are decoded together: `bits` bytes. */
export const RUN = 8;

/**
 * One code of a run as f32: `raw = MAGIC + multiple · code`, exact. The codes sit in the mantissa of the f16 number
 * 1024, whose step is 1, at once in the low and the high half of a word.
 */
export interface RawCode {
  /** Place in the run, 0 … RUN − 1. */
  readonly k: number;
  /** An f32 expression over the statements' names. */
  readonly raw: string;
  readonly multiple: 1 | 16;
}

/** WGSL that takes a run of codes apart, and what it is called. */
export interface DecodedRun {
  readonly statements: readonly string[];
  readonly codes: readonly RawCode[];
}

/** What the f16 pattern 0x6400 is worth. */
export const MAGIC = 1024;

/**
 * Takes the {@link RUN} codes of one column apart.
 *
 * @param bits 4 or 8.
 * @param words names of the column's words, LSB-first.
 * @param prefix makes the names of the statements unique.
 */
export function decodeRun(bits: number, words: readonly string[], prefix: string): DecodedRun {
  const statements: string[] = [];
  const codes: RawCode[] = [];
  const pair = (source: string, mask: string, low: number, high: number, multiple: 1 | 16): void => {
    const name = `${prefix}_${low}`;
    statements.push(`let ${name} = unpack2x16float((${source} & ${mask}) | 0x64006400u);`);
    codes.push({ k: low, raw: `${name}.x`, multiple }, { k: high, raw: `${name}.y`, multiple });
  };
  words.forEach((word, i) => {
    const shifted = `${prefix}_s${i}`;
    if (bits === 4) {
      pair(word, '0x000f000fu', 0, 4, 1);
      pair(word, '0x00f000f0u', 1, 5, 16);
      statements.push(`let ${shifted} = ${word} >> 8u;`);
      pair(shifted, '0x000f000fu', 2, 6, 1);
      pair(shifted, '0x00f000f0u', 3, 7, 16);
    } else {
      pair(word, '0x00ff00ffu', 4 * i, 4 * i + 2, 1);
      statements.push(`let ${shifted} = ${word} >> 8u;`);
      pair(shifted, '0x00ff00ffu', 4 * i + 1, 4 * i + 3, 1);
    }
  });
  return { statements, codes: codes.sort((a, b) => a.k - b.k) };
}

/**
 * Codes that share a scale, whatever the group size, among `within` neighbours that begin at a multiple of it: all of
 * them, unless the group size is no multiple of `within`.
 */
export const codesPerScale = ({ format, K }: GemmProblem, within: number): number =>
  groupCount(format, K) === 1 ? within : gcd(groupSize(format, K), within);

/** The multiples with which the raw codes of a problem's weights come. */
export const multiplesOf = ({ format }: GemmProblem): readonly RawCode['multiple'][] =>
  elementOf(format).bits === 4 ? [1, 16] : [1];

/** Words that hold a run of one column. */
export const runWords = (problem: GemmProblem): number => (elementOf(problem.format).bits * RUN) / 32;

/** A group's scale and zero point as the weights of a run need them, by the multiple of their raw codes. */
export interface GroupTerms {
  readonly statements: readonly string[];
  /** The weight of a raw code: scale · (code − zero). */
  weight(code: RawCode): string;
}

/**
 * Scale and zero point of one group, folded so that a weight costs one operation where that is exact: an f16 scale
 * (11 bits) times 1024 + 255 (11 bits) fits f32's 24, so `fma(raw, s, −(1024 + zero) · s)` does not round, fused or not.
 * An f32 scale is multiplied last, with one rounding.
 *
 * @param scale an f32 expression.
 * @param zero an f32 expression.
 * @param prefix makes the names of the statements unique.
 */
export function groupTerms(problem: GemmProblem, scale: string, zero: string, prefix: string): GroupTerms {
  const statements = [`let ${prefix}_s1 = ${scale};`, `let ${prefix}_z = ${zero};`];
  const folds = problem.format.scale === 'f16';
  for (const multiple of multiplesOf(problem)) {
    const s = `${prefix}_s${multiple}`;
    if (multiple > 1) statements.push(`let ${s} = ${prefix}_s1 * ${1 / multiple}f;`);
    statements.push(
      folds
        ? `let ${prefix}_b${multiple} = -(${MAGIC / multiple}.0f + ${prefix}_z) * ${prefix}_s1;`
        : `let ${prefix}_b${multiple} = ${MAGIC}.0f + ${multiple}.0f * ${prefix}_z;`,
    );
  }
  return {
    statements,
    weight: ({ raw, multiple }) =>
      folds
        ? `fma(${raw}, ${prefix}_s${multiple}, ${prefix}_b${multiple})`
        : `(${raw} - ${prefix}_b${multiple}) * ${prefix}_s${multiple}`,
  };
}
