import { describe, expect, test } from 'vitest';
import type { ShaderPart } from '../../src/kernels/compose.ts';
import { GROUP_ROWS_WGSL, LAYOUT_WGSL } from '../../src/kernels/wgsl.ts';
import { CHUNK, type ChunkPlacement, type Geometry } from '../../src/layouts/layout.ts';
import { INTERLEAVED, STREAM } from '../../src/layouts/placements.ts';
import { evaluateU32 } from '../layouts/algebra/wgsl-integers.ts';

/** The parts of a shader for one placement. */
interface Twin {
  readonly placement: ChunkPlacement;
  readonly words: ShaderPart;
  readonly groups: ShaderPart;
}

const TWINS: readonly (readonly [string, Twin])[] = [
  [
    'interleaved',
    { placement: INTERLEAVED, words: LAYOUT_WGSL.interleaved, groups: LAYOUT_WGSL.interleaved },
  ],
  ['stream', { placement: STREAM, words: LAYOUT_WGSL.stream, groups: GROUP_ROWS_WGSL }],
];

const GEOMETRIES: readonly Geometry[] = [
  { paddedN: 8, paddedK: 64, bits: 3, NB: 4, groups: 2 },
  { paddedN: 12, paddedK: 96, bits: 5, NB: 12, groups: 1 },
  { paddedN: 24, paddedK: 32, bits: 8, NB: 8, groups: 3 },
];

/** What is matched by the group of a pattern in a shader's text. */
function found({ name, wgsl }: ShaderPart, pattern: RegExp): string {
  const text = pattern.exec(wgsl)?.[1];
  if (text === undefined) throw new Error(`${name} has no ${String(pattern)}`);
  return text;
}

const constantsOf = ({ paddedK, bits, NB, groups }: Geometry, COLUMNS: number): Record<string, number> => ({
  CHUNKS: paddedK / CHUNK,
  BITS: bits,
  NB,
  GROUPS: groups,
  COLUMNS,
});

/** The places where the WGSL index of words of `columns` columns is another one than the placement's. */
function differences({ placement, words }: Twin, geometry: Geometry, columns: number): string[] {
  const index = found(words, /return weights\[(.*)\];/u);
  const different: string[] = [];
  for (let n = 0; n < geometry.paddedN; n += columns) {
    for (let chunk = 0; chunk < geometry.paddedK / CHUNK; chunk++) {
      for (let i = 0; i < geometry.bits; i++) {
        const at = evaluateU32(index, { ...constantsOf(geometry, columns), n, chunk, i });
        for (let c = 0; c < columns; c++) {
          const expected = placement.wordIndex(geometry, n + c, chunk, i);
          if (at * columns + c !== expected) different.push(`${n} ${chunk} ${i}`);
        }
      }
    }
  }
  return different;
}

describe.each(TWINS)('%s', (_, twin) => {
  const widths = twin.placement.interleaves ? [1, 2, 4] : [1];

  test.each(widths)('the WGSL reads the words of %i columns where the placement puts them', (columns) => {
    for (const geometry of GEOMETRIES) expect(differences(twin, geometry, columns)).toEqual([]);
  });

  test('the WGSL finds groups where the placement puts them, and what is at their index', () => {
    const index = found(twin.groups, /fn group_index[^{]*\{\s*return ([^;]*);/u);
    const place = found(twin.groups, /fn group_place[^{]*\{([^}]*)\}/u);
    const block = /let block = ([^;]*);/u.exec(place)?.[1] ?? '0u';
    const [, column = '', group = ''] = /return vec2<u32>\(([^,]*), (.*)\);/u.exec(place) ?? [];
    for (const geometry of GEOMETRIES) {
      const constants = constantsOf(geometry, 1);
      for (let n = 0; n < geometry.paddedN; n++) {
        for (let g = 0; g < geometry.groups; g++) {
          const at = evaluateU32(index, { ...constants, n, group: g });
          expect(at).toBe(twin.placement.groupIndex(geometry, n, g));
          const names = { ...constants, index: at, block: evaluateU32(block, { ...constants, index: at }) };
          expect([evaluateU32(column, names), evaluateU32(group, names)]).toEqual([n, g]);
        }
      }
    }
  });
});

test('the comparison notices the index of another placement', () => {
  const [geometry] = GEOMETRIES;
  const wrong: Twin = { placement: STREAM, words: LAYOUT_WGSL.interleaved, groups: GROUP_ROWS_WGSL };
  expect(differences(wrong, geometry!, 1)).not.toEqual([]);
});
