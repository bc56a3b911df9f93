import { range } from '../base/integers.ts';
import { RUN } from '../layouts/layout.ts';
import type { Columns } from './columns.ts';
import type { ShaderPart } from './compose.ts';
import { indent } from './indent.ts';
import { decodedRun } from './naive-wgsl.ts';
import type { GemmProblem } from './problem.ts';

/** How a workgroup of the dense kernel divides its tiles among its invocations. */
export interface DenseShape {
  readonly BM: number;
  readonly BN: number;
  readonly BK: number;
  readonly TM: number;
  readonly TN: number;
  /** Whether expanded weights are f16, two along K a word, and not f32. */
  readonly half: boolean;
  readonly threads: number;
  /** Neighbouring rows of which an invocation stages four activations at once. */
  readonly rows: Columns;
  /** Such blocks a step. */
  readonly activationUnits: number;
  /** Vectors of expanded weights, of four columns, that an invocation loads a step. */
  readonly weightUnits: number;
}

/** Divides the tiles of one step among the invocations. */
export function divideDense(
  tile: Readonly<Record<'BM' | 'BN' | 'BK' | 'TM' | 'TN' | 'HALF', number>>,
): DenseShape {
  const { BM, BN, BK, TM, TN, HALF } = tile;
  const threads = (BM / TM) * (BN / TN);
  const rowsEach = (BM * BK) / (4 * threads);
  const rows = rowsEach >= 4 ? 4 : rowsEach >= 2 ? 2 : 1;
  const half = HALF === 1;
  return {
    ...{ BM, BN, BK, TM, TN, half, threads, rows },
    activationUnits: rowsEach / rows,
    weightUnits: (BN * BK) / ((half ? 8 : 4) * threads),
  };
}

/** The `expand_run` of `shaders/kernels/dequant-dense.wgsl`, and where it stores. */
export function expandFunctions(problem: GemmProblem, { half }: Pick<DenseShape, 'half'>): ShaderPart {
  const { statements, weights } = decodedRun(problem);
  const stored = half
    ? range(RUN / 2).map((i) => `pack2x16float(vec2<f32>(${weights[2 * i]!}, ${weights[2 * i + 1]!}))`)
    : weights;
  const stores = stored.map((value, i) => `expanding[at + ${i}u * BN] = ${value};`);
  const wgsl = `@group(0) @binding(11) var<storage, read_write> expanding : array<${half ? 'u32' : 'f32'}>;

fn expand_run(n : u32, run : u32, at : u32) {
${indent([...statements, ...stores])}
}
`;
  return { name: 'generated: expand', wgsl };
}

/** The unrolled functions of `shaders/kernels/dense.wgsl`. */
export function denseFunctions(shape: DenseShape): ShaderPart {
  const wgsl = [
    declarations(shape),
    loadFragment(shape),
    stageFragment(shape),
    multiply(shape),
    storeAccumulators(shape),
  ].join('\n');
  return { name: 'generated: dense', wgsl };
}

const vector = (width: Columns): string => (width === 1 ? 'f32' : `vec${width}<f32>`);

function declarations({ half, rows, activationUnits, weightUnits }: DenseShape): string {
  const words = half ? 'vec4<u32>' : 'vec4<f32>';
  return `@group(0) @binding(11) var<storage, read> expanded : array<${words}>;

struct Fragment {
  a : array<vec4<f32>, ${activationUnits * rows}>,
  w : array<${words}, ${weightUnits}>,
}

alias Accumulators = array<vec4<f32>, TM * TN / 4u>;

// Indexed so that what varies between invocations is one small index, in range by itself: [k / 4][k % 4][TM / 4][BM / TM]
// quads of rows, in vectors as wide as they are written, and [k / 4][k % 4][TN / 4][BN / TN] quads of columns.
var<workgroup> a_tile : array<array<array<array<array<${vector(rows)}, ${4 / rows}>, BM / TM>, TM / 4u>, 4>, BK / 4u>;
var<workgroup> w_tile : array<array<array<array<vec4<f32>, BN / TN>, TN / 4u>, 4>, BK / 4u>;
`;
}

/** Unit `u` of an invocation. */
const unitOf = ({ threads }: DenseShape, u: number): string =>
  u === 0 ? 'lane' : `(lane + ${u * threads}u)`;

function loadFragment(shape: DenseShape): string {
  const { BM, BN, BK, half, rows, activationUnits, weightUnits } = shape;
  const lines: string[] = [];
  for (const u of range(activationUnits)) {
    const unit = unitOf(shape, u);
    lines.push(`let row${u} = m0 + ${unit} % ${BM / rows}u * ${rows}u;`);
    lines.push(`let k${u} = step * ${BK / 4}u + ${unit} / ${BM / rows}u;`);
    for (const r of range(rows)) lines.push(`f.a[${u * rows + r}] = activation4(row${u} + ${r}u, k${u});`);
  }
  lines.push(`let first = (block * STEPS + step) * ${((half ? BK / 2 : BK) * BN) / 4}u;`);
  for (const u of range(weightUnits)) lines.push(`f.w[${u}] = expanded[first + ${unitOf(shape, u)}];`);
  return `fn load_fragment(step : u32, m0 : u32, block : u32, lane : u32) -> Fragment {
  var f : Fragment;
${indent(lines)}
  return f;
}
`;
}

/** The last three indices of vector `unit`, `width` rows wide, of a staged row of `quads` quads a register block. */
function place(unit: string, width: Columns, quads: number): string {
  const each = 4 / width;
  return `[${unit} / ${quads * each}u][${unit} / ${each}u % ${quads}u][${unit} % ${each}u]`;
}

function stageFragment(shape: DenseShape): string {
  const { BM, BN, BK, TM, TN, half, rows, activationUnits, weightUnits } = shape;
  const lines: string[] = [];
  for (const u of range(activationUnits)) {
    const unit = unitOf(shape, u);
    lines.push(`let r${u} = ${unit} % ${BM / rows}u;`, `let k${u} = ${unit} / ${BM / rows}u % ${BK / 4}u;`);
    for (const k of range(4)) {
      const parts = range(rows).map((r) => `f.a[${u * rows + r}].${'xyzw'[k]!}`);
      const value = rows === 1 ? parts[0]! : `${vector(rows)}(${parts.join(', ')})`;
      lines.push(`a_tile[k${u}][${k}]${place(`r${u}`, rows, BM / TM)} = ${value};`);
    }
  }
  for (const u of range(weightUnits)) {
    const unit = unitOf(shape, u);
    const quad = `[q${u} / ${BN / TN}u][q${u} % ${BN / TN}u]`;
    lines.push(`let q${u} = ${unit} % ${BN / 4}u;`);
    lines.push(`let d${u} = ${unit} / ${BN / 4}u % ${half ? BK / 2 : BK}u;`);
    if (!half) {
      lines.push(`w_tile[d${u} / 4u][d${u} % 4u]${quad} = f.w[${u}];`);
      continue;
    }
    for (const i of range(4)) lines.push(`let u${u}_${i} = unpack2x16float(f.w[${u}].${'xyzw'[i]!});`);
    for (const [k, half] of ['x', 'y'].entries()) {
      const parts = range(4).map((i) => `u${u}_${i}.${half}`);
      lines.push(`w_tile[d${u} / 2u][d${u} % 2u * 2u + ${k}u]${quad} = vec4<f32>(${parts.join(', ')});`);
    }
  }
  return `fn stage_fragment(f : Fragment, lane : u32) {
${indent(lines)}
}
`;
}

/** A quad of a staged row, from vectors of any width. */
function quadOf(row: string, width: Columns): string {
  if (width === 4) return `${row}[0]`;
  return `vec4<f32>(${range(4 / width)
    .map((i) => `${row}[${i}]`)
    .join(', ')})`;
}

/** Four steps along K unrolled; not more, because drivers take long over long straight code. */
function multiply({ TM, TN, rows }: DenseShape): string {
  const lines: string[] = [];
  for (const k of range(4)) {
    for (const i of range(TM / 4))
      lines.push(`let a${k}_${i} = ${quadOf(`a_tile[block][${k}][${i}][ty]`, rows)};`);
    for (const j of range(TN / 4)) lines.push(`let w${k}_${j} = w_tile[block][${k}][${j}][tx];`);
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

function storeAccumulators({ BM, BN, TM, TN }: DenseShape): string {
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
