import { ceilDiv } from '../base/integers.ts';
import { type Bytes, bytes } from '../base/units.ts';
import { CHUNK, type Geometry } from '../layouts/layout.ts';
import type { Columns } from './columns.ts';
import type { ShaderPart } from './compose.ts';
import { formatParts, groupBufferBits } from './format-parts.ts';
import { codesPerGroup } from './geometry.ts';
import { interleavesGroups, layoutParts, wordsAlias } from './layout-parts.ts';
import type { Binding, BufferRole, KernelPlan } from './plan.ts';
import type { PreludeValue } from './prelude.ts';
import type { GemmProblem } from './problem.ts';

/** Sizes of the buffers of packed weights; without those that a format has no use for. */
export function weightBuffers(problem: GemmProblem, geometry: Geometry): KernelPlan['buffers'] {
  const words = (bits: number): Bytes => bytes(4 * ceilDiv(bits, 32));
  const groups = groupBufferBits(problem, geometry);
  const sizes: readonly (readonly [BufferRole, Bytes])[] = [
    ['weights', words(geometry.paddedN * geometry.paddedK * geometry.bits)],
    ['scales', words(groups.scales)],
    ['zeros', words(groups.zeros)],
    ['parents', words(groups.parents)],
  ];
  return Object.fromEntries(sizes.filter(([, size]) => size > 0));
}

const BINDINGS: readonly Binding[] = [
  { binding: 0, role: 'uniforms', access: 'uniform' },
  { binding: 1, role: 'activations', access: 'read' },
  { binding: 2, role: 'weights', access: 'read' },
  { binding: 3, role: 'scales', access: 'read' },
  { binding: 4, role: 'zeros', access: 'read' },
  { binding: 5, role: 'output', access: 'read_write' },
  { binding: 6, role: 'parents', access: 'read' },
];

/** The bindings of the buffers that there are. */
export const bindingsOf = (buffers: KernelPlan['buffers']): readonly Binding[] =>
  BINDINGS.filter(({ role }) => buffers[role] !== undefined);

/** The part of a shader that reads weights of a format in a layout, `columns` neighbouring columns at once. */
export function weightParts(
  problem: GemmProblem,
  geometry: Geometry,
  columns: Columns,
): { readonly constants: Readonly<Record<string, PreludeValue>>; readonly parts: readonly ShaderPart[] } {
  const format = formatParts(problem, geometry);
  const layout = layoutParts(problem, columns);
  const constants: Record<string, PreludeValue> = {
    PADDED_K: geometry.paddedK,
    CHUNKS: geometry.paddedK / CHUNK,
    NB: geometry.NB,
    BITS: geometry.bits,
    GROUP: codesPerGroup(problem, geometry),
    GROUPS: geometry.groups,
    GROUP_STRIDE: interleavesGroups(problem) ? 1 : geometry.groups,
    COLUMNS: columns,
    Words: wordsAlias(columns),
    WEIGHT_WORDS: weightBuffers(problem, geometry).weights! / 4,
    ...format.constants,
    ...layout.constants,
  };
  return { constants, parts: [...layout.parts, ...format.parts] };
}
