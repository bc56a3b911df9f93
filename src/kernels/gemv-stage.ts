import { range } from '../base/integers.ts';
import { CHUNK, RUN } from '../layouts/layout.ts';
import type { CodeStep } from './gemv-codes.ts';
import { indent } from './indent.ts';
import { float } from './prelude.ts';
import type { GemmProblem } from './problem.ts';

/** Sums over the activations of a run of {@link RUN} codes that are staged beside them. */
export interface StagedSums {
  /** What raw codes have on them, taken off the sums: `magic` each, and a zero point that all groups share. */
  readonly offsets: { readonly magic: number; readonly fixed: boolean } | undefined;
  /** Plain sums, by which zero points and minima of the groups are multiplied. */
  readonly totals: boolean;
}

/** What is staged. */
export interface Staging {
  readonly step: CodeStep;
  readonly sums: StagedSums;
  /** Chunks of each part of K. */
  readonly depth: number;
  /** Parts of K. */
  readonly split: number;
  /** Invocations of a workgroup. */
  readonly threads: number;
}

/** Bytes of workgroup memory that the sums take, for each part of K and row. */
export const stagedSumBytes = ({ offsets, totals }: StagedSums, depth: number): number =>
  4 * (CHUNK / RUN) * depth * ((offsets ? 1 : 0) + (totals ? 1 : 0));

/**
 * The `stage` of `shaders/kernels/gemv.wgsl` and what it fills besides `rows`.
 *
 * @param whole whether all parts of K have chunks in every step.
 */
export function stageFunctions(problem: GemmProblem, staging: Staging, whole: boolean): string {
  const { sums, depth, threads, split } = staging;
  const runs = depth * (CHUNK / RUN);
  const declare = (name: string): string =>
    `var<workgroup> ${name} : array<array<array<f32, ${runs}>, ROWS>, SPLIT>;\n`;
  const fill = [
    ...(factorsOf(staging.step)?.statements ?? []),
    ...range(problem.M).flatMap((m) => stageRow(staging, m)),
  ];
  const unit = [
    `let part = unit / ${runs}u;`,
    `let run = unit % ${runs}u;`,
    `let k4 = (first * ${CHUNK / RUN}u + unit) * 2u;`,
    ...(whole
      ? fill
      : ['if (k4 < PADDED_K / 4u) {', indent(fill), '} else {', indent(clear(problem, staging)), '}']),
  ];
  const body =
    threads === split * runs
      ? ['let unit = index;', ...unit]
      : ['for (var unit = index; unit < ' + `${runs}u * SPLIT; unit += THREADS) {`, indent(unit), '}'];
  return `${sums.offsets ? declare('offsets') : ''}${sums.totals ? declare('totals') : ''}
// Stages the activations from chunk \`first\` on, a run at a time, each divided by the power of two that its code comes with.
fn stage(first : u32, index : u32) {
${indent(body)}
}
`;
}

const vector = (values: readonly string[]): string => `vec4<f32>(${values.join(', ')})`;

function stageRow(staging: Staging, m: number): string[] {
  const { step, sums, depth } = staging;
  const factors = factorsOf(step);
  const lines: string[] = [];
  const terms: string[] = [];
  for (const i of range(2)) {
    const name = `x${m}_${i}`;
    const factor = factors?.vectors[i];
    lines.push(`let ${name} = activation4(${m}u, k4 + ${i}u);`);
    lines.push(`rows[part][${m * 8 * depth + i}u + run * 2u] = ${name}${factor ? ` * ${factor}` : ''};`);
    if (sums.offsets) {
      const { magic, fixed } = sums.offsets;
      const share = factor ? `${factor} * ${float(magic)}` : `vec4<f32>(${float(magic)})`;
      terms.push(`${name} * (${share}${fixed ? ' + zero_at(0u)' : ''})`);
    }
  }
  if (sums.totals) lines.push(`totals[part][${m}][run] = ${total(`(x${m}_0 + x${m}_1)`)};`);
  if (sums.offsets) {
    lines.push(`let o${m} = ${terms.join(' + ')};`, `offsets[part][${m}][run] = ${total(`o${m}`)};`);
  }
  return lines;
}

/** What the activations of a run are multiplied by, and the statements that find it; undefined where it is 1. */
function factorsOf(
  step: CodeStep,
): { readonly statements: readonly string[]; readonly vectors: readonly string[] } | undefined {
  if (step.magic === 0) return undefined;
  const { codes } = step.take(range(step.count).map(String), '0u', '', () => '');
  const runs = range(codes.length / RUN).map((run) =>
    codes.slice(run * RUN, (run + 1) * RUN).map(({ place }) => place),
  );
  const [first = []] = runs;
  if (runs.every((places) => places.every((place, k) => place === first[k]))) {
    if (first.every((place) => place === 0)) return undefined;
    const halves = [first.slice(0, 4), first.slice(4)];
    return {
      statements: [],
      vectors: halves.map((places) => vector(places.map((place) => float(2 ** -place)))),
    };
  }
  const packed = runs.map((places) => `0x${packedPlaces(places).toString(16)}u`);
  const statements = [
    `let places = array<u32, ${packed.length}>(${packed.join(', ')})[run % ${packed.length}u];`,
    ...range(2).map(
      (i) =>
        `let factor${i} = bitcast<vec4<f32>>((127u - ((vec4<u32>(places) >> (vec4<u32>(0u, 4u, 8u, 12u) + ${16 * i}u)) & vec4<u32>(15u))) << vec4<u32>(23u));`,
    ),
  ];
  return { statements, vectors: ['factor0', 'factor1'] };
}

/** Four bits a place. */
const packedPlaces = (places: readonly number[]): number =>
  places.reduce((sum, place, k) => sum + place * 16 ** k, 0);

/** The sum of a vector's components, in a fixed order. */
const total = (name: string): string => `(${name}.x + ${name}.y) + (${name}.z + ${name}.w)`;

/** Activations behind the last chunk, which other codes are read for. */
function clear(problem: GemmProblem, { sums, depth }: Staging): string[] {
  return range(problem.M).flatMap((m) => [
    ...range(2).map((i) => `rows[part][${m * 8 * depth + i}u + run * 2u] = vec4<f32>();`),
    ...(sums.totals ? [`totals[part][${m}][run] = 0.0;`] : []),
    ...(sums.offsets ? [`offsets[part][${m}][run] = 0.0;`] : []),
  ]);
}
