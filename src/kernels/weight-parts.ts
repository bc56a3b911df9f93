import { ceilDiv } from '../base/integers.ts';
import { type Bytes, bytes } from '../base/units.ts';
import { CHUNK, type Geometry } from '../layouts/layout.ts';
import type { Columns } from './columns.ts';
import type { ShaderPart } from './compose.ts';
import { formatParts, groupBufferBits } from './format-parts.ts';
import { codesPerGroup } from './geometry.ts';
import { interleavesGroups, layoutParts, wordsAlias } from './layout-parts.ts';
import type { BufferRole, KernelPlan } from './plan.ts';
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
    ...format.constants,
    ...layout.constants,
  };
  return { constants, parts: [...layout.parts, ...format.parts] };
}
