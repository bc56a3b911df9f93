import { range } from '../base/integers.ts';
import type { Layout } from '../layouts/layout.ts';
import { parseLayout } from '../layouts/registry.ts';
import { type Columns, wordsType } from './columns.ts';
import type { ShaderPart } from './compose.ts';
import type { PreludeValue } from './prelude.ts';
import type { GemmProblem } from './problem.ts';
import { GROUP_ROWS_WGSL, LAYOUT_WGSL } from './wgsl.ts';

/** Whether groups of neighbouring columns are neighbours, so that f16 scales of two columns share a word. */
export function interleavesGroups({ layout }: Pick<GemmProblem, 'layout'>): boolean {
  const { placement } = parseLayout(layout);
  return placement.kind === 'chunks' && placement.interleaves;
}

/** The part of a shader that a layout determines: `words` or `codes_at`, `group_index` and `group_place`. */
export function layoutParts(
  problem: GemmProblem,
  columns: Columns,
): { readonly constants: Readonly<Record<string, PreludeValue>>; readonly parts: readonly ShaderPart[] } {
  const layout = parseLayout(problem.layout);
  const { placement } = layout;
  if (placement.kind === 'tiles') {
    const address = placement.addressExpression('n', 'k');
    return {
      constants: { TILE_COLUMNS: placement.columns, TILE_DEPTH: placement.depth },
      parts: [LAYOUT_WGSL.tiles, GROUP_ROWS_WGSL, tileFunctions(layout, address, columns)],
    };
  }
  if (placement.id === 'interleaved') return { constants: {}, parts: [LAYOUT_WGSL.interleaved] };
  return {
    constants: {},
    parts: [LAYOUT_WGSL.stream, GROUP_ROWS_WGSL, gather('words', 'word', 'chunk : u32, i : u32', columns)],
  };
}

/** A function that calls another for each column. */
function gather(name: string, one: string, parameters: string, columns: Columns): ShaderPart {
  const rest = parameters.replaceAll(' : u32', '');
  const calls = range(columns).map((c) => `${one}(n + ${c}u, ${rest})`);
  const wgsl = `fn ${name}(n : u32, ${parameters}) -> Words {
  return Words(${calls.join(', ')});
}
`;
  return { name: `generated: ${name}`, wgsl };
}

function tileFunctions({ name }: Layout, address: string, columns: Columns): ShaderPart {
  const { wgsl } = gather('codes_at', 'code_at', 'k : u32', columns);
  return {
    name: 'generated: layout',
    wgsl: `// Address of a code in a tile: ${name}.
fn tile_address(n : u32, k : u32) -> u32 {
  return ${address};
}

${wgsl}`,
  };
}

/** The alias `Words` of a kernel that reads `columns` columns at once. */
export const wordsAlias = (columns: Columns): PreludeValue => ({ alias: wordsType(columns) });
