import { range } from '../base/integers.ts';
import { elementValues } from '../formats/element.ts';
import { elementOf, formatName, groupSize } from '../formats/format.ts';
import { CHUNK } from '../layouts/layout.ts';
import type { Columns } from './columns.ts';
import type { ShaderPart } from './compose.ts';
import { codesPerScale, stepOf } from './decode.ts';
import { maskedOrder } from './int8-activations.ts';
import type { GemmProblem } from './problem.ts';
import { runAccess } from './run-access.ts';

/** How codes become int8 in words for dot products, in the order of the activations: fetched first, then converted. */
export interface Int8Access {
  /** Words of four codes along K that a unit of a column becomes: 2 or 4. A block has 8 / words units. */
  readonly words: 2 | 4;
  /** Values fetched for a unit of a column. */
  readonly count: number;
  /** A `Words` expression of what is fetched, as `RunAccess.load` has it; `unit` of the chunk, 0 … 8 / words − 1. */
  load(i: number, n: string, chunk: string, unit: string): string;
  /**
   * Turns the fetched values of all columns into int8.
   *
   * @param fetched names of the `count` values.
   * @param prefix makes the names of the statements unique.
   * @returns `words`: `Words` expressions, one word of each column.
   */
  convert(
    fetched: readonly string[],
    unit: string,
    prefix: string,
  ): { readonly statements: readonly string[]; readonly words: readonly string[] };
}

/** How a problem's weights reach the dot products. */
export const int8Access = (problem: GemmProblem, columns: Columns): Int8Access =>
  gathers(problem) ? gatheredAccess(problem, columns) : maskedAccess(problem, columns);

/** The same in every byte of a word, as a constant of `Words`. */
const everyByte = (byte: number): string => `Words(0x${byte.toString(16).padStart(2, '0').repeat(4)}u)`;

/** Whether every code is looked up, which makes long code. */
export const looksUp = (problem: GemmProblem): boolean => elementOf(problem.format).kind !== 'linear';

/** Whether every code is taken out of its words by itself, which makes long code. */
export const gathers = (problem: GemmProblem): boolean => maskedOrder(problem) === undefined;

/** Codes that masks take out of their words, four at a time. */
function maskedAccess(problem: GemmProblem, columns: Columns): Int8Access {
  const { bits } = elementOf(problem.format);
  const parts = 8 / bits;
  const words = looksUp(problem) && bits >= 4 ? 2 : 4;
  const count = Math.max(1, words / parts);
  return {
    words,
    count,
    load: (i, n, chunk, unit) =>
      `words(${n}, ${chunk}, ${bits === 1 ? '0u' : count === 1 ? unit : `${unit} * ${count}u + ${i}u`})`,
    convert: (fetched, unit, prefix) => {
      const statements: string[] = [];
      const converted = range(words).map((word) => {
        const source = fetched[Math.floor(word / parts)]!;
        const shift = bits === 1 ? `4u * ${unit} + ${word}u` : `${bits * (word % parts)}u`;
        const moved = shift === '0u' ? source : `(${source} >> Words(${shift}))`;
        const codes = bits === 8 ? moved : `(${moved} & ${everyByte(2 ** bits - 1)})`;
        const name = `${prefix}_${word}`;
        statements.push(`let ${name} = ${fromCodes(problem, codes, columns)};`);
        return name;
      });
      return { statements, words: converted };
    },
  };
}

/** Words of four codes as words of four int8. */
function fromCodes(problem: GemmProblem, codes: string, columns: Columns): string {
  const { kind, bits } = elementOf(problem.format);
  if (kind === 'linear') return bits === 8 ? `${codes} ^ ${everyByte(0x80)}` : codes;
  if (columns === 1) return `int8_of(${codes})`;
  return `Words(${range(columns)
    .map((c) => `int8_of((${codes}).${'xyzw'[c]!})`)
    .join(', ')})`;
}

/** Codes that are taken apart one by one and put together again: right for every layout and width. */
function gatheredAccess(problem: GemmProblem, columns: Columns): Int8Access {
  const access = runAccess(problem);
  return {
    words: RUN_WORDS,
    count: access.count,
    load: (i, n, chunk, unit) => access.load(i, n, chunk, unit),
    convert: (fetched, unit, prefix) => {
      const statements: string[] = [];
      const ofColumns = range(columns).map((c) => {
        const own = columns === 1 ? fetched : fetched.map((name) => `${name}.${'xyzw'[c]!}`);
        const taken = access.codes(own, unit, `${prefix}_c${c}`);
        statements.push(...taken.statements);
        return taken.codes;
      });
      const words = range(RUN_WORDS).map((i) => {
        const packed = ofColumns.map((codes) => packFour(codes.slice(4 * i, 4 * i + 4)));
        const name = `${prefix}_${i}`;
        const joined = columns === 1 ? packed[0]! : `Words(${packed.join(', ')})`;
        statements.push(`let ${name}_codes = ${joined};`);
        statements.push(`let ${name} = ${fromCodes(problem, `${name}_codes`, columns)};`);
        return name;
      });
      return { statements, words };
    },
  };
}

/** Words of four codes of a run. */
const RUN_WORDS = 2;

const packFour = (codes: readonly string[]): string =>
  codes.map((code, b) => (b === 0 ? code : `(${code} << ${8 * b}u)`)).join(' | ');

/** The values of an element that is not evenly spaced, as integers. */
interface IntegerTable {
  /** What the integers count: a power of two. */
  readonly unit: number;
  /** [2^bits], −127 … 127; 0 for codes that stand for no number. */
  readonly integers: readonly number[];
}

/** Units are within 2^±16, so that an activation's scale times one is neither subnormal nor infinite. */
const MOST_UNIT_BITS = 16;

/** @returns undefined for evenly spaced values, and where int8 does not hold the values of another element. */
function integerTable({ format }: GemmProblem): IntegerTable | undefined {
  const element = elementOf(format);
  if (element.kind === 'linear') return undefined;
  const values = Array.from(elementValues(element), (value) => (Number.isFinite(value) ? value : 0));
  const largest = Math.max(...values.map(Math.abs));
  if (largest === 0) return { unit: 1, integers: values };
  // The coarsest unit with which the largest value is one of 64 … 127; any finer one is too fine.
  let unit = 2 ** (Math.floor(Math.log2(largest)) - 6);
  if (!values.every((value) => Number.isInteger(value / unit))) return undefined;
  while (values.every((value) => Number.isInteger(value / (2 * unit)))) unit *= 2;
  if (Math.abs(Math.log2(unit)) > MOST_UNIT_BITS) return undefined;
  return { unit, integers: values.map((value) => value / unit) };
}

/** What one step of the int8 weights is worth, before the scale: a power of two. */
export const unitOf = (problem: GemmProblem): number => integerTable(problem)?.unit ?? stepOf(problem.format);

/** The generated `int8_of` of elements that are not evenly spaced: four codes of a word to four int8. */
export function int8Parts(problem: GemmProblem): readonly ShaderPart[] {
  const table = integerTable(problem);
  if (!table) return [];
  const padded = [...table.integers, 0, 0].slice(0, Math.max(4, table.integers.length));
  const words = range(padded.length / 4).map((i) =>
    padded.slice(4 * i, 4 * i + 4).reduce((word, value, b) => word + (value & 0xff) * 2 ** (8 * b), 0),
  );
  const byte = (b: number): string => {
    const code = `((codes >> ${8 * b}u) & 0xffu)`;
    const moved = `(int8_at(${code}) << ${8 * b}u)`;
    return b === 0 ? 'int8_at(codes & 0xffu)' : moved;
  };
  const wgsl = `const INT8_TABLE = array<u32, ${words.length}>(${words.map((word) => `0x${word.toString(16)}u`).join(', ')});

// The value of a code in units of ${table.unit}, two's complement in 8 bits.
fn int8_at(code : u32) -> u32 {
  return (INT8_TABLE[code >> 2u] >> ((code & 3u) * 8u)) & 0xffu;
}

fn int8_of(codes : u32) -> u32 {
  return ${range(4).map(byte).join(' | ')};
}
`;
  return [{ name: 'generated: int8_of', wgsl }];
}

/** Why the weights of a problem cannot be multiplied as int8. @returns undefined where they can. */
export function int8Refusal(problem: GemmProblem): string | undefined {
  const { format, K } = problem;
  const element = elementOf(format);
  if (element.kind !== 'linear' && !integerTable(problem)) {
    const values = Array.from(elementValues(element)).filter(
      (value) => Number.isFinite(value) && value !== 0,
    );
    const magnitudes = values.map(Math.abs);
    return (
      `int8 dot products need values that are −127 … 127 times a power of two within 2^±16, and those of ${format.element} reach from ` +
      `${Math.min(...magnitudes)} to ${Math.max(...magnitudes)}; take a kernel that multiplies floats (--act f32)`
    );
  }
  if (codesPerScale(problem, CHUNK) % 4 !== 0) {
    return (
      `a dot product of four needs four weights of one scale, and ${formatName(format)} has groups of ${groupSize(format, K)}; ` +
      'take a group that is a multiple of 4, or a kernel that multiplies floats (--act f32)'
    );
  }
  return undefined;
}
