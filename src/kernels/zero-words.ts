import { range } from '../base/integers.ts';
import { storesZeroCodes, zeroBits } from '../formats/format.ts';
import { interleavesGroups } from './layout-parts.ts';
import type { GemmProblem } from './problem.ts';

/** Whether zero points are stored side by side for neighbouring columns, so that a quad of columns has one word or a part of one. */
export const readsZeroWords = (problem: GemmProblem): boolean =>
  storesZeroCodes(problem.format) && interleavesGroups(problem);

/** Whether neighbouring quads of columns have one word: then an invocation takes such quads, and loads the word once. */
export const sharesZeroWords = (problem: GemmProblem): boolean =>
  readsZeroWords(problem) && zeroBits(problem.format) < 8;

/**
 * Statements that read the zero points of quad `q` of an invocation as `…_zero`.
 *
 * @param name the u32 name of the group index of a quad's first column, a multiple of 4; quads are neighbours.
 */
export function readZeroQuad(problem: GemmProblem, name: (q: number) => string, q: number): string[] {
  const quadsOfWord = Math.max(1, 8 / zeroBits(problem.format));
  const first = q - (q % quadsOfWord);
  const word = `${name(first)}_zeros`;
  const zeros = range(4).map((c) => `zero_in(${word}, ${name(q)} + ${c}u)`);
  return [
    ...(q === first ? [`let ${word} = zero_word(${name(q)});`] : []),
    `let ${name(q)}_zero = vec4<f32>(${zeros.join(', ')});`,
  ];
}
