import { range } from '../base/integers.ts';
import { RUN } from '../layouts/layout.ts';
import type { ShaderPart } from './compose.ts';
import { indent } from './indent.ts';
import { decodedRun } from './naive-wgsl.ts';
import type { GemmProblem } from './problem.ts';
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

/** How a workgroup of the dense kernel divides its tiles among its invocations. */
export interface DenseShape extends RegisterTile {
  /** Whether expanded weights are f16, two along K a word, and not f32. */
  readonly half: boolean;
  readonly threads: number;
  /** Blocks of four activations of each of `rows` rows that an invocation stages a step. */
  readonly activationUnits: number;
  /** Vectors of expanded weights, of four columns, that an invocation loads a step. */
  readonly weightUnits: number;
}

/** Divides the tiles of one step among the invocations. */
export function divideDense(
  tile: Readonly<Record<'BM' | 'BN' | 'BK' | 'TM' | 'TN' | 'HALF', number>>,
): DenseShape {
  const { BM, BN, BK, TM, TN, HALF } = tile;
  const threads = tileThreads(tile);
  const rowsEach = (BM * BK) / (4 * threads);
  const rows = widest(rowsEach);
  const half = HALF === 1;
  return {
    ...{ BM, BN, BK, TM, TN, scalar: 'f32', half, threads, rows },
    ...{ columns: 4, buffers: 1, pad: 0, shuffle: false },
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

function declarations(shape: DenseShape): string {
  const { half, rows, activationUnits, weightUnits } = shape;
  const words = half ? 'vec4<u32>' : 'vec4<f32>';
  return `@group(0) @binding(11) var<storage, read> expanded : array<${words}>;

struct Fragment {
  a : array<vec4<f32>, ${activationUnits * rows}>,
  w : array<${words}, ${weightUnits}>,
}

${tileDeclarations(shape)}`;
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

function stageFragment(shape: DenseShape): string {
  const { BM, BN, BK, TM, TN, half, rows, activationUnits, weightUnits } = shape;
  const lines: string[] = [];
  for (const u of range(activationUnits)) {
    const unit = unitOf(shape, u);
    lines.push(`let r${u} = ${unit} % ${BM / rows}u;`, `let k${u} = ${unit} / ${BM / rows}u % ${BK / 4}u;`);
    for (const k of range(4)) {
      const parts = range(rows).map((r) => `f.a[${u * rows + r}].${'xyzw'[k]!}`);
      lines.push(`a_tile[0][k${u}][${k}]${place(`r${u}`, rows, BM / TM)} = ${staged(parts, shape)};`);
    }
  }
  for (const u of range(weightUnits)) {
    const unit = unitOf(shape, u);
    const quad = place(`q${u}`, 4, BN / TN);
    lines.push(`let q${u} = ${unit} % ${BN / 4}u;`);
    lines.push(`let d${u} = ${unit} / ${BN / 4}u % ${half ? BK / 2 : BK}u;`);
    if (!half) {
      lines.push(`w_tile[0][d${u} / 4u][d${u} % 4u]${quad} = f.w[${u}];`);
      continue;
    }
    for (const i of range(4)) lines.push(`let u${u}_${i} = unpack2x16float(f.w[${u}].${'xyzw'[i]!});`);
    for (const [k, half] of ['x', 'y'].entries()) {
      const parts = range(4).map((i) => `u${u}_${i}.${half}`);
      lines.push(`w_tile[0][d${u} / 2u][d${u} % 2u * 2u + ${k}u]${quad} = vec4<f32>(${parts.join(', ')});`);
    }
  }
  return `fn stage_fragment(f : Fragment, lane : u32) {
${indent(lines)}
}
`;
}
