import { range } from '../base/integers.ts';
import { elementOf } from '../formats/format.ts';
import { CHUNK, type Layout, type Piece, piecesOf, type Plane, planesOf, RUN } from '../layouts/layout.ts';
import { parseLayout } from '../layouts/registry.ts';
import type { GemmProblem } from './problem.ts';

/** How the codes of a run of {@link RUN} codes along K reach a kernel: fetched first, so that it may load ahead, then taken apart. */
export interface RunAccess {
  /** Values fetched for a run of one column. */
  readonly count: number;
  /**
   * A `Words` expression, one of each column from `n` on, of what is fetched.
   *
   * @param i which of the `count` values.
   * @param n, chunk, run u32 expressions that bind as tightly as a product; `run` is below CHUNK / RUN.
   */
  load(i: number, n: string, chunk: string, run: string): string;
  /**
   * Takes the fetched values of one column apart.
   *
   * @param fetched names of the `count` values.
   * @param run the u32 expression that they were fetched with.
   * @param prefix makes the names of the statements unique.
   * @returns `codes` [RUN]: u32 expressions.
   */
  codes(
    fetched: readonly string[],
    run: string,
    prefix: string,
  ): { readonly statements: readonly string[]; readonly codes: readonly string[] };
}

/** How a problem's layout gives up its codes. */
export function runAccess(problem: GemmProblem): RunAccess {
  const layout = parseLayout(problem.layout);
  const { bits } = elementOf(problem.format);
  return layout.placement.kind === 'tiles' ? singleCodes() : windows(layout, bits);
}

/** Codes that are fetched one by one. */
const singleCodes = (): RunAccess => ({
  count: RUN,
  load: (i, n, chunk, run) => `codes_at(${n}, ${chunk} * ${CHUNK}u + ${run} * ${RUN}u + ${i}u)`,
  codes: (fetched) => ({ statements: [], codes: fetched }),
});

/** The words of a plane that a run's window, `width` bytes from a multiple of `width` bytes on, may lie in. */
const wordsOfWindow = (width: number): number => (width === 7 ? 3 : width === 3 || width > 4 ? 2 : 1);

/** Codes in the words of chunks, plane by plane. */
function windows({ order }: Layout, bits: number): RunAccess {
  const planes = planesOf(order, bits);
  const fetches = planes.flatMap((plane) =>
    range(wordsOfWindow(plane.width)).map((word) => ({ plane, word })),
  );
  return {
    count: fetches.length,
    load: (i, n, chunk, run) => {
      const { plane, word } = fetches[i]!;
      return `words(${n}, ${chunk}, ${wordOf(plane, word, run)})`;
    },
    codes: (fetched, run, prefix) => {
      const statements: string[] = [];
      const parts = range(RUN).map((): string[] => []);
      let first = 0;
      for (const [p, plane] of planes.entries()) {
        const count = wordsOfWindow(plane.width);
        const aligned = alignWindow(plane, fetched.slice(first, first + count), run, `${prefix}_p${p}`);
        first += count;
        statements.push(...aligned.statements);
        parts.forEach((part, j) => {
          part.push(...piecesOf(order, plane.width, j).map((piece) => pieceOf(piece, plane, aligned.words)));
        });
      }
      const codes = parts.map((part, j) => {
        const name = `${prefix}_c${j}`;
        statements.push(`let ${name} = ${part.join(' | ')};`);
        return name;
      });
      return { statements, codes };
    },
  };
}

/** Index in the chunk of word `word` of a run's window, in range even where the window ends before it. */
function wordOf({ width, firstWord }: Plane, word: number, run: string): string {
  const first = firstWord === 0 ? '' : `${firstWord}u + `;
  if (width % 4 === 0) return `${first}${run} * ${width / 4}u + ${word}u`;
  const index = `((${run} * ${width}u) >> 2u)`;
  return word === 0 ? `${first}${index}` : `${first}min(${index} + ${word}u, ${width - 1}u)`;
}

/** Moves a window to bit 0; widths of 4 and 8 bits are there already. */
function alignWindow(
  { width }: Plane,
  fetched: readonly string[],
  run: string,
  prefix: string,
): { readonly statements: readonly string[]; readonly words: readonly string[] } {
  if (width % 4 === 0) return { statements: [], words: fetched };
  const shift = `${prefix}_shift`;
  const statements = [`let ${shift} = ((${run} * ${width}u) & 3u) * 8u;`];
  const words = range(Math.ceil((RUN * width) / 32)).map((i) => {
    const name = `${prefix}_w${i}`;
    const next = fetched[i + 1];
    // Two shifts, because one by 32 is one by 0.
    const high = next === undefined ? '' : ` | ((${next} << (31u - ${shift})) << 1u)`;
    statements.push(`let ${name} = (${fetched[i]!} >> ${shift})${high};`);
    return name;
  });
  return { statements, words };
}

/** Some bits of a code, in their place in the code. */
function pieceOf({ count, fromBit, windowBit }: Piece, { shift }: Plane, words: readonly string[]): string {
  const word = words[windowBit >> 5]!;
  const down = windowBit & 31;
  const up = shift + fromBit;
  const moved = down === 0 ? word : `(${word} >> ${down}u)`;
  const masked = down + count === 32 ? moved : `(${moved} & ${2 ** count - 1}u)`;
  return up === 0 ? masked : `(${masked} << ${up}u)`;
}
