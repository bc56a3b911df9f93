import type { LayoutId } from '../layouts/registry.ts';
import type { ShaderPart } from './compose.ts';

/** Neighbouring columns that a kernel reads at once. */
export type Columns = 1 | 2 | 4;

/** The WGSL type of one word of each of `columns` columns. */
export const wordsType = (columns: Columns): string => (columns === 1 ? 'u32' : `vec${columns}<u32>`);

/**
 * `words(n, chunk, i)` for a layout whose columns do not lie side by side: one load a column.
 *
 * @returns no part for layouts whose own file provides it.
 */
export function gatherWords(layout: LayoutId, columns: Columns): readonly ShaderPart[] {
  if (layout !== 'stream') return [];
  const loads = Array.from({ length: columns }, (_, c) => `word(n + ${c}u, chunk, i)`).join(', ');
  const wgsl = `fn words(n : u32, chunk : u32, i : u32) -> Words {
  return Words(${loads});
}
`;
  return [{ name: 'generated: words', wgsl }];
}
