import { range } from '../base/integers.ts';
import { RUN } from '../layouts/layout.ts';
import type { Columns } from './columns.ts';
import { codesPerScale, decodeRun, groupOffsets } from './decode.ts';
import { groupTerms, type GroupTerms } from './group-terms.ts';
import { indent } from './indent.ts';
import type { GemmProblem } from './problem.ts';
import { runAccess } from './run-access.ts';
import { readScales, type ScaleReads } from './scales.ts';
import { below, type MatrixShape } from './subgroup-matrix-shape.ts';

/** Units that each invocation stages of `count`, and whether those of the last invocations are none. */
interface Share {
  readonly each: number;
  readonly count: number;
}

const shareOf = (count: number, threads: number): Share => ({ each: Math.max(1, count / threads), count });

/** Quads of activations along K, and runs of neighbouring columns, of one step. */
const shares = ({ BM, BN, BK, columns, threads }: MatrixShape): { readonly a: Share; readonly w: Share } => ({
  a: shareOf((BM * BK) / 4, threads),
  w: shareOf((BN * BK) / (RUN * columns), threads),
});

/** `Fragment`, `load_fragment` and `stage_fragment`: the operands of a step, loaded as they are, then decoded and stored. */
export function matrixStaging(problem: GemmProblem, shape: MatrixShape): string {
  return [fragment(problem, shape), loadFragment(problem, shape), stageFragment(problem, shape)].join('\n');
}

const component = (name: string, width: Columns, i: number): string =>
  width === 1 ? name : `${name}.${'xyzw'[i]!}`;

/** Scales that one run needs for each column. */
const scalesPerRun = (problem: GemmProblem): number => RUN / codesPerScale(problem, RUN);

/** Index of part `g` of unit `u`. */
const part = (problem: GemmProblem, u: number, g: number): number => u * scalesPerRun(problem) + g;

const scaleReads = (problem: GemmProblem, { columns }: MatrixShape, u: number, g: number): ScaleReads =>
  readScales(problem, columns, `f.group[${part(problem, u, g)}]`);

function fragment(problem: GemmProblem, shape: MatrixShape): string {
  const { a, w } = shares(shape);
  const groups = w.each * scalesPerRun(problem);
  const words = scaleReads(problem, shape, 0, 0).loads.length;
  return `struct Fragment {
  a : array<vec4<f32>, ${a.each}>,
  w : array<Words, ${w.each * runAccess(problem).count}>,
  group : array<u32, ${groups}>,${words === 0 ? '' : `\n  scale : array<u32, ${groups * words}>,`}
}
`;
}

/** The place of unit `u` of an invocation; a surplus invocation loads what the last one does. */
const unitOf = ({ each, count }: Share, { threads }: MatrixShape, u: number): string =>
  each === 1 && count < threads ? `min(lane, ${count - 1}u)` : `(lane + ${u * threads}u)`;

function loadFragment(problem: GemmProblem, shape: MatrixShape): string {
  const { BN, BK, columns } = shape;
  const { a, w } = shares(shape);
  const access = runAccess(problem);
  const lines: string[] = [];
  for (const u of range(a.each)) {
    const unit = unitOf(a, shape, u);
    lines.push(
      `f.a[${u}] = activation4(m0 + ${unit} / ${BK / 4}u, step * ${BK / 4}u + ${below(unit, BK / 4)});`,
    );
  }
  for (const u of range(w.each)) {
    const unit = unitOf(w, shape, u);
    lines.push(`let column${u} = n0 + ${below(unit, BN / columns)} * ${columns}u;`);
    lines.push(`let run${u} = step * ${BK / RUN}u + ${unit} / ${BN / columns}u;`);
    for (const i of range(access.count)) {
      const load = access.load(i, `column${u}`, `run${u} / 4u`, `(run${u} & 3u)`);
      lines.push(`f.w[${u * access.count + i}] = ${load};`);
    }
    for (const g of range(scalesPerRun(problem))) {
      const k = `run${u} * ${RUN}u + ${g * codesPerScale(problem, RUN)}u`;
      lines.push(`f.group[${part(problem, u, g)}] = group_index(column${u}, (${k}) / GROUP);`);
      const { loads } = scaleReads(problem, shape, u, g);
      loads.forEach((load, i) => lines.push(`f.scale[${part(problem, u, g) * loads.length + i}] = ${load};`));
    }
  }
  return `fn load_fragment(step : u32, m0 : u32, n0 : u32, index : u32) -> Fragment {
  let lane = ${below('index', 'THREADS')};
  var f : Fragment;
${indent(lines)}
  return f;
}
`;
}

function stageFragment(problem: GemmProblem, shape: MatrixShape): string {
  const { BM, BK, threads } = shape;
  const { a, w } = shares(shape);
  const quads = range(a.each).flatMap((u) => {
    const unit = `(lane + ${u * threads}u)`;
    return [
      `let a${u} = ${below(`(${unit} / ${BK / 4}u)`, BM)} * STRIDE + ${below(unit, BK / 4)} * 4u;`,
      ...range(4).map((k) => `a_tile[a${u} + ${k}u] = Component(f.a[${u}].${'xyzw'[k]!});`),
    ];
  });
  const runs = range(w.each).flatMap((u) => stageRun(problem, shape, u));
  return `fn stage_fragment(f : Fragment, step : u32, index : u32) {
  let lane = ${below('index', 'THREADS')};
${indent([...guarded(quads, a, shape), ...guarded(runs, w, shape)])}
}
`;
}

/** Keeps surplus invocations out. */
const guarded = (lines: readonly string[], { count }: Share, { threads }: MatrixShape): readonly string[] =>
  count >= threads ? lines : [`if (lane < ${count}u) {`, ...lines.map((line) => `  ${line}`), '}'];

/** Decodes one run of each of `columns` columns and stores it. */
function stageRun(problem: GemmProblem, shape: MatrixShape, u: number): string[] {
  const { BN, BK, threads, columns } = shape;
  const { count } = runAccess(problem);
  const unit = `(lane + ${u * threads}u)`;
  const lines = [
    `let n${u} = ${below(unit, BN / columns)} * ${columns}u;`,
    `let run${u} = ${below(`(${unit} / ${BN / columns}u)`, BK / RUN)};`,
    `let w${u} = n${u} * STRIDE + run${u} * ${RUN}u;`,
  ];
  const run = `((step * ${BK / RUN}u + run${u}) & 3u)`;
  for (const c of range(columns)) {
    const prefix = `u${u}c${c}`;
    const names = range(count).map((i) => component(`f.w[${u * count + i}]`, columns, c));
    const terms = range(scalesPerRun(problem)).map((g) => groupOf(problem, shape, { u, c, g, prefix }));
    const termsAt = (k: number): GroupTerms => terms[Math.floor(k / codesPerScale(problem, RUN))]!;
    const { statements, codes } = decodeRun(problem, names, run, prefix, (k) => termsAt(k).half);
    lines.push(...statements, ...terms.flatMap((term) => term.statements));
    for (const code of codes) {
      const weight = termsAt(code.k).weight(code);
      lines.push(`w_tile[w${u} + ${c}u * STRIDE + ${code.k}u] = Component(${weight});`);
    }
  }
  return lines;
}

/** Scale, zero point and minimum of part `g` of the run of column `c` of unit `u`. */
function groupOf(
  problem: GemmProblem,
  shape: MatrixShape,
  {
    u,
    c,
    g,
    prefix,
  }: { readonly u: number; readonly c: number; readonly g: number; readonly prefix: string },
): GroupTerms {
  const offsets = groupOffsets(problem);
  const { loads, value } = scaleReads(problem, shape, u, g);
  const held = loads.map((_, i) => `f.scale[${part(problem, u, g) * loads.length + i}]`);
  const index = `f.group[${part(problem, u, g)}] + ${c}u * GROUP_STRIDE`;
  const zero = offsets.zero && `${offsets.zero}(${index})`;
  const min = offsets.min && `${offsets.min}(${index})`;
  return groupTerms(problem, { four: false, scale: value(c, held), zero, min }, `${prefix}g${g}`);
}
