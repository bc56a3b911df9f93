import { range } from '../base/integers.ts';
import { RUN } from '../layouts/layout.ts';
import type { Columns } from './columns.ts';
import type { ShaderPart } from './compose.ts';
import { codesPerScale, decodeRun, groupOffsets } from './decode.ts';
import { groupTerms, type GroupTerms } from './group-terms.ts';
import { indent } from './indent.ts';
import type { GemmProblem } from './problem.ts';
import { runAccess } from './run-access.ts';
import {
  multiply,
  place,
  type RegisterTile,
  staged,
  storeAccumulators,
  tileDeclarations,
  widest,
} from './register-tile.ts';
import { tileThreads } from './register-tile-constraints.ts';
import { readScales, type ScaleReads } from './scales.ts';

/** How a workgroup of the tiled kernel divides its tiles among its invocations. */
export interface TiledShape extends RegisterTile {
  readonly threads: number;
  /** Runs of each of `columns` columns that an invocation decodes a step. */
  readonly weightUnits: number;
  /** Blocks of four activations of each of `rows` rows that an invocation stages a step. */
  readonly activationUnits: number;
}

/** The parameters that shape the tiles. */
export type TiledTile = Readonly<
  Record<'BM' | 'BN' | 'BK' | 'TM' | 'TN' | 'BUFFERS' | 'PAD' | 'RASTER' | 'SHUFFLE', number>
>;

/** Divides the tiles of one step: the widest vectors that still give every invocation something to stage. */
export function divideTiles(tile: TiledTile, scalar: RegisterTile['scalar']): TiledShape {
  const { BM, BN, BK, TM, TN, BUFFERS, PAD, SHUFFLE } = tile;
  const threads = tileThreads(tile);
  const columnsEach = (BN * BK) / (RUN * threads);
  const rowsEach = (BM * BK) / (4 * threads);
  const columns = widest(columnsEach);
  const rows = widest(rowsEach);
  return {
    ...{ BM, BN, BK, TM, TN, scalar, threads, columns, rows },
    ...{ buffers: BUFFERS, pad: PAD, shuffle: SHUFFLE === 1 },
    weightUnits: columnsEach / columns,
    activationUnits: rowsEach / rows,
  };
}

/** The unrolled functions of `shaders/kernels/tiled.wgsl` for one tile and format. */
export function tiledFunctions(problem: GemmProblem, shape: TiledShape): ShaderPart {
  const wgsl = [
    declarations(problem, shape),
    loadFragment(problem, shape),
    stageFragment(problem, shape),
    multiply(shape),
    multiplyStep(shape),
    storeAccumulators(shape),
  ].join('\n');
  return { name: 'generated: tiled', wgsl };
}

const component = (name: string, width: Columns, i: number): string =>
  width === 1 ? name : `${name}.${'xyzw'[i]!}`;

/** Scales that one run needs for each column. */
const scalesPerRun = (problem: GemmProblem): number => RUN / codesPerScale(problem, RUN);

/** Reads of the scales of unit `u`, part `g` of its run. */
const scaleReads = (problem: GemmProblem, { columns }: TiledShape, u: number, g: number): ScaleReads =>
  readScales(problem, columns, `f.group[${u * scalesPerRun(problem) + g}]`);

function declarations(problem: GemmProblem, shape: TiledShape): string {
  const { rows, weightUnits, activationUnits } = shape;
  const groups = weightUnits * scalesPerRun(problem);
  const scaleLoads = scaleReads(problem, shape, 0, 0).loads.length;
  return `struct Inputs {
  @builtin(workgroup_id) workgroup : vec3<u32>,
  @builtin(num_workgroups) workgroups : vec3<u32>,
  @builtin(local_invocation_index) lane : u32,${shape.shuffle ? '\n  @builtin(subgroup_invocation_id) subgroup_lane : u32,' : ''}
}

struct Fragment {
  a : array<vec4<f32>, ${activationUnits * rows}>,
  w : array<Words, ${weightUnits * runAccess(problem).count}>,
  group : array<u32, ${groups}>,${scaleLoads === 0 ? '' : `\n  scale : array<u32, ${groups * scaleLoads}>,`}
}

${tileDeclarations(shape)}`;
}

function loadFragment(problem: GemmProblem, shape: TiledShape): string {
  const { BM, BN, threads, columns, rows, weightUnits, activationUnits } = shape;
  const lines: string[] = [];
  for (const u of range(activationUnits)) {
    const unit = `lane + ${u * threads}u`;
    lines.push(`let row${u} = m0 + (${unit}) % ${BM / rows}u * ${rows}u;`);
    lines.push(`let k${u} = step * (BK / 4u) + (${unit}) / ${BM / rows}u;`);
    for (const r of range(rows)) lines.push(`f.a[${u * rows + r}] = activation4(row${u} + ${r}u, k${u});`);
  }
  const access = runAccess(problem);
  for (const u of range(weightUnits)) {
    const unit = `lane + ${u * threads}u`;
    lines.push(`let column${u} = n0 + (${unit}) % ${BN / columns}u * ${columns}u;`);
    lines.push(`let run${u} = step * (BK / ${RUN}u) + (${unit}) / ${BN / columns}u;`);
    for (const i of range(access.count)) {
      const load = access.load(i, `column${u}`, `run${u} / 4u`, `run${u} % 4u`);
      lines.push(`f.w[${u * access.count + i}] = ${load};`);
    }
    for (const g of range(scalesPerRun(problem))) {
      const k = `run${u} * ${RUN}u + ${g * codesPerScale(problem, RUN)}u`;
      lines.push(`f.group[${u * scalesPerRun(problem) + g}] = group_index(column${u}, (${k}) / GROUP);`);
      const { loads } = scaleReads(problem, shape, u, g);
      loads.forEach((load, i) =>
        lines.push(`f.scale[${scaleWord(problem, loads.length, u, g, i)}] = ${load};`),
      );
    }
  }
  return `fn load_fragment(step : u32, m0 : u32, n0 : u32, lane : u32) -> Fragment {
  var f : Fragment;
${indent(lines)}
  return f;
}
`;
}

/** Where word `i` of the scales of unit `u`, part `g`, is kept. */
const scaleWord = (problem: GemmProblem, loads: number, u: number, g: number, i: number): number =>
  (u * scalesPerRun(problem) + g) * loads + i;

function stageFragment(problem: GemmProblem, shape: TiledShape): string {
  const { BM, TM, threads, rows, weightUnits, activationUnits } = shape;
  const lines: string[] = [];
  for (const u of range(activationUnits)) {
    const unit = `(lane + ${u * threads}u)`;
    lines.push(`let r${u} = ${unit} % ${BM / rows}u;`, `let k${u} = ${unit} / ${BM / rows}u;`);
    for (const k of range(4)) {
      const parts = range(rows).map((r) => `f.a[${u * rows + r}].${'xyzw'[k]!}`);
      lines.push(`a_tile[buffer][k${u}][${k}]${place(`r${u}`, rows, BM / TM)} = ${staged(parts, shape)};`);
    }
  }
  for (const u of range(weightUnits)) lines.push(...stageRun(problem, shape, u));
  return `fn stage_fragment(f : Fragment, step : u32, buffer : u32, lane : u32) {
${indent(lines)}
}
`;
}

/** Decodes one run of each of `columns` columns and stores it. */
function stageRun(problem: GemmProblem, shape: TiledShape, u: number): string[] {
  const { BN, BK, TN, threads, columns } = shape;
  const { count } = runAccess(problem);
  const offsets = groupOffsets(problem);
  const unit = `(lane + ${u * threads}u)`;
  const lines = [`let n${u} = ${unit} % ${BN / columns}u;`, `let run${u} = ${unit} / ${BN / columns}u;`];
  const run = `((step * ${BK / RUN}u + run${u}) % 4u)`;
  const weights: string[][] = [];
  for (const c of range(columns)) {
    const prefix = `u${u}c${c}`;
    const names = range(count).map((i) => component(`f.w[${u * count + i}]`, columns, c));
    const terms = range(scalesPerRun(problem)).map((g) => {
      const reads = scaleReads(problem, shape, u, g);
      const held = reads.loads.map((_, i) => `f.scale[${scaleWord(problem, reads.loads.length, u, g, i)}]`);
      const index = `f.group[${u * scalesPerRun(problem) + g}] + ${c}u * GROUP_STRIDE`;
      const zero = offsets.zero && `${offsets.zero}(${index})`;
      const min = offsets.min && `${offsets.min}(${index})`;
      const group = { four: false, scale: reads.value(c, held), zero, min };
      return groupTerms(problem, group, `${prefix}g${g}`);
    });
    const termsAt = (k: number): GroupTerms => terms[Math.floor(k / codesPerScale(problem, RUN))]!;
    const { statements, codes } = decodeRun(problem, names, run, prefix, (k) => termsAt(k).half);
    lines.push(...statements, ...terms.flatMap((term) => term.statements));
    weights.push(codes.map((code) => termsAt(code.k).weight(code)));
  }
  for (const k of range(RUN)) {
    const values = weights.map((column) => column[k]!);
    const at = `w_tile[buffer][${RUN / 4}u * run${u} + ${k >> 2}u][${k % 4}]${place(`n${u}`, columns, BN / TN)}`;
    lines.push(`${at} = ${staged(values, shape)};`);
  }
  return lines;
}

/** `multiply_step`, with the lanes that share activations where they pass them on. */
function multiplyStep({ shuffle }: TiledShape): string {
  const first = shuffle ? ', inputs.subgroup_lane - tx' : '';
  return `fn multiply_step(acc : ptr<function, Accumulators>, buffer : u32, tx : u32, ty : u32, inputs : Inputs) {
  multiply(acc, buffer, tx, ty${first});
}
`;
}
