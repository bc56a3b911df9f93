import { range } from '../base/integers.ts';
import { CHUNK, RUN } from '../layouts/layout.ts';
import type { ShaderPart } from './compose.ts';
import { codesPerScale, decodeRun, groupOffsets, multiplesOf } from './decode.ts';
import { groupTerms, type GroupTerms } from './group-terms.ts';
import { indent } from './indent.ts';
import type { GemmProblem } from './problem.ts';
import { runAccess } from './run-access.ts';
import { readScales } from './scales.ts';

/** How an invocation of the skinny kernel is shaped. */
export interface SkinnyShape {
  /** Rows of an invocation and of its workgroup. */
  readonly BM: number;
  /** Columns of an invocation: 4 or 8. */
  readonly TN: number;
  /** Parts of K in a workgroup. */
  readonly INNER: number;
}

/**
 * Codes along K of a step: half a run where that is half a word, so that drivers cannot load the activations of a whole run
 * ahead and fill the registers with them.
 */
const stepOf = (problem: GemmProblem, { BM }: SkinnyShape, span: number): 4 | 8 =>
  BM > 8 && multiplesOf(problem).length === 2 && span % RUN === 0 ? 4 : RUN;

/** The `add_chunk` of `shaders/kernels/skinny.wgsl`: steps unrolled, and looped over. */
export function skinnyFunctions(problem: GemmProblem, shape: SkinnyShape): ShaderPart {
  const span = codesPerScale(problem, CHUNK);
  const codes = stepOf(problem, shape, span);
  const block = Math.max(span, RUN);
  const steps = block / codes;
  const groups = range(block / span);
  const quads = range(shape.TN / 4);
  const open = quads.flatMap((q) =>
    groups.flatMap((g) => readGroup(problem, q, g, `block * ${block}u + ${g * span}u`)),
  );
  const wgsl = `alias Sums = array<array<vec4<f32>, QUADS>, BM>;

fn add_chunk(sums : ptr<function, Sums>, n : u32, chunk : u32, inner : u32) {
  for (var block = 0u; block < ${CHUNK / block}u; block++) {
${indent(open, 4)}
    for (var step = block * ${steps}u; step < (block + 1u) * ${steps}u; step++) {
${indent(addStep(problem, shape, span, codes), 6)}
    }
  }
}

${addInner(shape)}`;
  return { name: 'generated: skinny', wgsl };
}

/** The first column of quad `q`. */
const columnOf = (q: number): string => (q === 0 ? 'n' : `(n + ${4 * q}u * LANES)`);

/** Scale and offsets of group `g` of a block for the columns of quad `q`, as vectors. */
function termsOf(problem: GemmProblem, q: number, g: number): GroupTerms {
  const { zero, min } = groupOffsets(problem);
  const name = `q${q}g${g}`;
  return groupTerms(
    problem,
    { four: true, scale: `${name}_scale`, zero: zero && `${name}_zero`, min: min && `${name}_min` },
    name,
  );
}

function readGroup(problem: GemmProblem, q: number, g: number, k: string): string[] {
  const name = `q${q}g${g}`;
  const { loads, value } = readScales(problem, 4, name);
  const held = loads.map((_, i) => `${name}w${i}`);
  const vector = (component: (c: number) => string): string =>
    `vec4<f32>(${range(4).map(component).join(', ')})`;
  return [
    `let ${name} = group_index(${columnOf(q)}, (chunk * ${CHUNK}u + ${k}) / GROUP);`,
    ...loads.map((load, i) => `let ${held[i]!} = ${load};`),
    `let ${name}_scale = ${vector((c) => value(c, held))};`,
    ...Object.entries(groupOffsets(problem)).flatMap(([offset, read]: [string, string | undefined]) =>
      read ? [`let ${name}_${offset} = ${vector((c) => `${read}(${name} + ${c}u * GROUP_STRIDE)`)};`] : [],
    ),
    ...termsOf(problem, q, g).statements,
  ];
}

/** The words of a step of each column, its codes in the lower bits. */
function readWords(problem: GemmProblem, TN: number, run: string, codes: 4 | 8): string[] {
  const access = runAccess(problem);
  return range(TN / 4).flatMap((q) =>
    range(access.count).map((i) => {
      const word = access.load(i, columnOf(q), 'chunk', run);
      return `let q${q}w${i} = ${codes === RUN ? word : `${word} >> Words(16u * (step & 1u))`};`;
    }),
  );
}

/** The codes of a step of each column times all rows, four codes at a time. */
function addStep(problem: GemmProblem, { BM, TN }: SkinnyShape, span: number, codes: 4 | 8): string[] {
  const access = runAccess(problem);
  const run = codes === RUN ? 'step' : '(step >> 1u)';
  const weights: string[][] = [];
  const lines = readWords(problem, TN, run, codes);
  const termsAt = (q: number, k: number): GroupTerms => termsOf(problem, q, Math.floor(k / span) % RUN);
  for (const q of range(TN / 4)) {
    const columns = range(4).map((c) => {
      const names = range(access.count).map((i) => `q${q}w${i}.${'xyzw'[c]!}`);
      const halvedBy = (k: number): string => `${termsAt(q, k).half}.${'xyzw'[c]!}`;
      return decodeRun(problem, names, run, `q${q}c${c}`, halvedBy);
    });
    lines.push(...columns.flatMap(({ statements }) => statements));
    weights.push(
      range(codes).map((k) => {
        const raw = `vec4<f32>(${columns.map((column) => column.codes[k]!.raw).join(', ')})`;
        const code = { ...columns[0]!.codes[k]!, raw };
        return termsAt(q, k).weight(code);
      }),
    );
  }
  for (const i of range(codes / 4)) {
    for (const q of range(TN / 4)) {
      for (const k of range(4)) lines.push(`let w${q}_${4 * i + k} = ${weights[q]![4 * i + k]!};`);
    }
    // The mask changes nothing; it shows drivers that the index is in range.
    const at = codes === RUN ? `(step & 3u) * 2u + ${i}u` : 'step & 7u';
    for (const m of range(BM)) {
      lines.push(`let x${m}_${i} = x_tile[inner][${m}][${at}];`);
      for (const k of range(4)) {
        for (const q of range(TN / 4)) {
          const sum = `(*sums)[${m}][${q}]`;
          lines.push(`${sum} = fma(vec4<f32>(x${m}_${i}.${'xyzw'[k]!}), w${q}_${4 * i + k}, ${sum});`);
        }
      }
    }
  }
  return lines;
}

/** Rows whose sums change hands at once. */
const ROWS_AT_ONCE = 4;

/** Bytes of workgroup memory through which the sums of the parts of a workgroup are added. */
export const innerBytes = ({ INNER }: SkinnyShape, BN: number): number => (INNER / 2) * ROWS_AT_ONCE * BN * 4;

/** The `add_inner` of `shaders/kernels/skinny.wgsl`: adds the sums of the parts in pairs, always the same pairs. */
function addInner({ BM, TN, INNER }: SkinnyShape): string {
  if (INNER === 1) return 'fn add_inner(sums : ptr<function, Sums>, lane : u32, inner : u32) {\n}\n';
  const lines: string[] = [];
  for (let half = INNER / 2; half >= 1; half /= 2) {
    for (const first of range(BM / ROWS_AT_ONCE)) {
      const each = range(ROWS_AT_ONCE).flatMap((m) =>
        range(TN / 4).map((q) => ({
          sum: `(*sums)[${first * ROWS_AT_ONCE + m}][${q}]`,
          place: `[${m}][${q}][lane]`,
        })),
      );
      lines.push(
        `if (inner >= ${half}u && inner < ${2 * half}u) {`,
        ...each.map(({ sum, place }) => `  inner_sums[inner - ${half}u]${place} = ${sum};`),
        '}',
        'workgroupBarrier();',
        `if (inner < ${half}u) {`,
        ...each.map(({ sum, place }) => `  ${sum} += inner_sums[inner]${place};`),
        '}',
        'workgroupBarrier();',
      );
    }
  }
  // Nothing is written after the last sums are read.
  lines.pop();
  return `var<workgroup> inner_sums : array<array<array<array<vec4<f32>, LANES>, QUADS>, ${ROWS_AT_ONCE}>, ${INNER / 2}>;

fn add_inner(sums : ptr<function, Sums>, lane : u32, inner : u32) {
${indent(lines)}
}
`;
}
