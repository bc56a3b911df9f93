import { gcd, range } from '../base/integers.ts';
import { elementOf, groupCount, groupSize, storesZeroCodes, type WeightFormat } from '../formats/format.ts';
import { isPlain } from '../layouts/layout.ts';
import { parseLayout } from '../layouts/registry.ts';
import { halvesWithSign } from './least-scale.ts';
import type { GemmProblem } from './problem.ts';
import { runAccess } from './run-access.ts';

/**
 * One code of a run as f32, exact: `raw = magic + multiple · code` for evenly spaced values, which zero point and step turn
 * into the value later; the value itself for all others.
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
 * Whether codes are made f32 two at a time in the mantissas of f16 numbers 1024, whose step is 1: evenly spaced values of 4
 * or 8 bits whose words hold them in order.
 */
function usesMagic({ format, layout }: GemmProblem): boolean {
  const { kind, bits } = elementOf(format);
  const { placement, order } = parseLayout(layout);
  return kind === 'linear' && bits % 4 === 0 && placement.kind === 'chunks' && isPlain(order);
}

/** What is on the raw codes of a problem besides the code. */
export const magicOf = (problem: GemmProblem): number => (usesMagic(problem) ? MAGIC : 0);

/** The name of what the value of code `k` of a run is halved by in its group. */
export type HalvedBy = (k: number) => string;

/**
 * Takes the RUN codes of one column apart.
 *
 * @param fetched names of what `runAccess(problem)` fetched for the column.
 * @param run the u32 expression that it was fetched with.
 * @param prefix makes the names of the statements unique.
 * @param halvedBy asked where the format {@link halvesWithSign}.
 */
export function decodeRun(
  problem: GemmProblem,
  fetched: readonly string[],
  run: string,
  prefix: string,
  halvedBy: HalvedBy,
): DecodedRun {
  if (usesMagic(problem)) return decodeInHalves(elementOf(problem.format).bits, fetched, prefix);
  const { statements, codes } = runAccess(problem).codes(fetched, run, prefix);
  const halves = halvesWithSign(problem.format);
  const rawOf = (code: string, k: number): string =>
    halves ? `element_times(${code}, ${halvedBy(k)})` : `element_value(${code})`;
  return { statements, codes: codes.map((code, k) => ({ k, raw: rawOf(code, k), multiple: 1 })) };
}

/** @param bits 4 or 8. @param words names of the column's words, LSB-first. */
function decodeInHalves(bits: number, words: readonly string[], prefix: string): DecodedRun {
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
export const multiplesOf = (problem: GemmProblem): readonly RawCode['multiple'][] =>
  usesMagic(problem) && elementOf(problem.format).bits === 4 ? [1, 16] : [1];

/** What a group has besides its scale: f32 functions of its index, `undefined` where it has none. */
export interface GroupOffsets {
  /** Name of the function that gives what is taken off the code. */
  readonly zero: 'zero_at' | undefined;
  /** Name of the function that gives what is added to the scaled value. */
  readonly min: 'min_at' | undefined;
}

/** Which offsets the groups of a problem have. */
export function groupOffsets(problem: GemmProblem): GroupOffsets {
  const { format } = problem;
  const element = elementOf(format);
  const hasZero =
    element.kind === 'linear' && (storesZeroCodes(format) || element.offset !== 0 || usesMagic(problem));
  return { zero: hasZero ? 'zero_at' : undefined, min: format.zeroPoint === 'min' ? 'min_at' : undefined };
}

/** The step between values of neighbouring codes: 1 where raw codes are values. */
export function stepOf(format: WeightFormat): number {
  const element = elementOf(format);
  return element.kind === 'linear' ? element.step : 1;
}

/** The names of what is fetched for a run: `count` of them. */
export const fetchedNames = (problem: GemmProblem, name: (i: number) => string): string[] =>
  range(runAccess(problem).count).map(name);
