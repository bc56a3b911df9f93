import { range } from '../base/integers.ts';
import { RUN } from '../layouts/layout.ts';
import type { Columns } from './columns.ts';
import type { ShaderPart } from './compose.ts';
import { codesPerScale, decodeRun, groupOffsets } from './decode.ts';
import { groupTerms } from './group-terms.ts';
import { indent } from './indent.ts';
import type { GemmProblem } from './problem.ts';
import { runAccess } from './run-access.ts';
import { readScales, type ScaleReads } from './scales.ts';

/** How a workgroup of the tiled kernel divides its tiles among its invocations. */
export interface TiledShape {
  readonly BM: number;
  readonly BN: number;
  readonly BK: number;
  readonly TM: number;
  readonly TN: number;
  readonly threads: number;
  /** Neighbouring columns of which an invocation decodes a run at once. */
  readonly columns: Columns;
  /** Such runs a step. */
  readonly weightUnits: number;
  /** Neighbouring rows of which an invocation stages four activations at once. */
  readonly rows: Columns;
  /** Such blocks a step. */
  readonly activationUnits: number;
}

/** Divides the tiles of one step: the widest vectors that still give every invocation something to stage. */
export function divideTiles(tile: Readonly<Record<'BM' | 'BN' | 'BK' | 'TM' | 'TN', number>>): TiledShape {
  const { BM, BN, BK, TM, TN } = tile;
  const threads = (BM / TM) * (BN / TN);
  const columnsEach = (BN * BK) / (RUN * threads);
  const rowsEach = (BM * BK) / (4 * threads);
  const columns = widest(columnsEach);
  const rows = widest(rowsEach);
  return {
    ...{ BM, BN, BK, TM, TN, threads, columns, rows },
    weightUnits: columnsEach / columns,
    activationUnits: rowsEach / rows,
  };
}

const widest = (each: number): Columns => (each >= 4 ? 4 : each >= 2 ? 2 : 1);

/** The unrolled functions of `shaders/kernels/tiled.wgsl` for one tile and format. */
export function tiledFunctions(problem: GemmProblem, shape: TiledShape): ShaderPart {
  const wgsl = [
    declarations(problem, shape),
    loadFragment(problem, shape),
    stageFragment(problem, shape),
    multiply(shape),
    storeAccumulators(shape),
  ].join('\n');
  return { name: 'generated: tiled', wgsl };
}

const vector = (width: Columns): string => (width === 1 ? 'f32' : `vec${width}<f32>`);
const component = (name: string, width: Columns, i: number): string =>
  width === 1 ? name : `${name}.${'xyzw'[i]!}`;

/** Scales that one run needs for each column. */
const scalesPerRun = (problem: GemmProblem): number => RUN / codesPerScale(problem, RUN);

/** Reads of the scales of unit `u`, part `g` of its run. */
const scaleReads = (problem: GemmProblem, { columns }: TiledShape, u: number, g: number): ScaleReads =>
  readScales(problem, columns, `f.group[${u * scalesPerRun(problem) + g}]`);

function declarations(problem: GemmProblem, shape: TiledShape): string {
  const { columns, rows, weightUnits, activationUnits } = shape;
  const groups = weightUnits * scalesPerRun(problem);
  const scaleLoads = scaleReads(problem, shape, 0, 0).loads.length;
  return `struct Fragment {
  a : array<vec4<f32>, ${activationUnits * rows}>,
  w : array<Words, ${weightUnits * runAccess(problem).count}>,
  group : array<u32, ${groups}>,${scaleLoads === 0 ? '' : `\n  scale : array<u32, ${groups * scaleLoads}>,`}
}

alias Accumulators = array<vec4<f32>, TM * TN / 4u>;

// Indexed so that what varies between invocations is one small index, in range by itself: [k / 4][k % 4][TM / 4][BM / TM]
// quads of rows and [k / 4][k % 4][TN / 4][BN / TN] quads of columns, each quad in vectors as wide as they are written.
var<workgroup> a_tile : array<array<array<array<array<${vector(rows)}, ${4 / rows}>, BM / TM>, TM / 4u>, 4>, BK / 4u>;
var<workgroup> w_tile : array<array<array<array<array<${vector(columns)}, ${4 / columns}>, BN / TN>, TN / 4u>, 4>, BK / 4u>;
`;
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

/** The last three indices of element `unit` (in vectors of `width`) of a staged row of `quads` quads a register block. */
function place(unit: string, width: Columns, quads: number): string {
  const each = 4 / width;
  return `[${unit} / ${quads * each}u][${unit} / ${each}u % ${quads}u][${unit} % ${each}u]`;
}

function stageFragment(problem: GemmProblem, shape: TiledShape): string {
  const { BM, TM, threads, rows, weightUnits, activationUnits } = shape;
  const lines: string[] = [];
  for (const u of range(activationUnits)) {
    const unit = `(lane + ${u * threads}u)`;
    lines.push(`let r${u} = ${unit} % ${BM / rows}u;`, `let k${u} = ${unit} / ${BM / rows}u;`);
    for (const k of range(4)) {
      const parts = range(rows).map((r) => `f.a[${u * rows + r}].${'xyzw'[k]!}`);
      const value = rows === 1 ? parts[0]! : `${vector(rows)}(${parts.join(', ')})`;
      lines.push(`a_tile[k${u}][${k}]${place(`r${u}`, rows, BM / TM)} = ${value};`);
    }
  }
  for (const u of range(weightUnits)) lines.push(...stageRun(problem, shape, u));
  return `fn stage_fragment(f : Fragment, step : u32, lane : u32) {
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
    const { statements, codes } = decodeRun(problem, names, run, prefix);
    const terms = range(scalesPerRun(problem)).map((g) => {
      const reads = scaleReads(problem, shape, u, g);
      const held = reads.loads.map((_, i) => `f.scale[${scaleWord(problem, reads.loads.length, u, g, i)}]`);
      const index = `f.group[${u * scalesPerRun(problem) + g}] + ${c}u * GROUP_STRIDE`;
      const zero = offsets.zero && `${offsets.zero}(${index})`;
      const min = offsets.min && `${offsets.min}(${index})`;
      return groupTerms(problem, { scale: reads.value(c, held), zero, min }, `${prefix}g${g}`);
    });
    lines.push(...statements, ...terms.flatMap((term) => term.statements));
    weights.push(codes.map((code) => terms[Math.floor(code.k / codesPerScale(problem, RUN))]!.weight(code)));
  }
  for (const k of range(RUN)) {
    const values = weights.map((column) => column[k]!);
    const value = columns === 1 ? values[0]! : `${vector(columns)}(${values.join(', ')})`;
    lines.push(
      `w_tile[${RUN / 4}u * run${u} + ${k >> 2}u][${k % 4}]${place(`n${u}`, columns, BN / TN)} = ${value};`,
    );
  }
  return lines;
}

/** A quad of a staged row, from vectors of any width. */
function quad(row: string, width: Columns): string {
  if (width === 4) return `${row}[0]`;
  return `vec4<f32>(${range(4 / width)
    .map((i) => `${row}[${i}]`)
    .join(', ')})`;
}

/**
 * Four steps along K unrolled, so that their addresses are one base plus a constant; not more, because drivers take long
 * over long straight code (lavapipe half a minute for BK of 16).
 */
function multiply({ TM, TN, rows, columns }: TiledShape): string {
  const lines: string[] = [];
  for (const k of range(4)) {
    for (const i of range(TM / 4))
      lines.push(`let a${k}_${i} = ${quad(`a_tile[block][${k}][${i}][ty]`, rows)};`);
    for (const j of range(TN / 4))
      lines.push(`let w${k}_${j} = ${quad(`w_tile[block][${k}][${j}][tx]`, columns)};`);
    for (const m of range(TM)) {
      for (const j of range(TN / 4)) {
        const at = `(*acc)[${(m * TN) / 4 + j}]`;
        lines.push(`${at} = fma(vec4<f32>(a${k}_${m >> 2}.${'xyzw'[m % 4]!}), w${k}_${j}, ${at});`);
      }
    }
  }
  return `fn multiply(acc : ptr<function, Accumulators>, tx : u32, ty : u32) {
  for (var k4 = 0u; k4 < BK / 4u; k4++) {
    // The mask changes nothing; it shows drivers that the constants fit into the offsets of the loads.
    let block = k4 & (BK / 4u - 1u);
${indent(lines, 4)}
  }
}
`;
}

function storeAccumulators({ BM, BN, TM, TN }: TiledShape): string {
  const lines = range(TM).flatMap((m) =>
    range(TN / 4).map((j) => {
      const row = `m0 + ty * 4u + ${Math.floor(m / 4) * ((4 * BM) / TM) + (m % 4)}u`;
      return `store4(${row}, n0 + tx * 4u + ${j * ((4 * BN) / TN)}u, (*acc)[${(m * TN) / 4 + j}]);`;
    }),
  );
  return `fn store_accumulators(acc : ptr<function, Accumulators>, m0 : u32, n0 : u32, tx : u32, ty : u32) {
${indent(lines)}
}
`;
}
