import { range } from '../base/integers.ts';
import { elementOf, storesZeroCodes } from '../formats/format.ts';
import { CHUNK, RUN } from '../layouts/layout.ts';
import type { ShaderPart } from './compose.ts';
import { codesPerScale, groupOffsets } from './decode.ts';
import { codeStep, type CodeStep, runStep } from './gemv-codes.ts';
import { stageFunctions, type StagedSums } from './gemv-stage.ts';
import { groupTerms, type GroupTerms, sumTerms, type SumTerms } from './group-terms.ts';
import { indent } from './indent.ts';
import type { GemmProblem } from './problem.ts';
import { readScales } from './scales.ts';
import { readsZeroWords, readZeroQuad } from './zero-words.ts';

/** What the generated part of the gemv kernel depends on besides the problem. */
export interface GemvShape {
  /** Columns of an invocation: a multiple of 4. */
  readonly TN: number;
  /** Chunks that an invocation takes at a time. */
  readonly DEPTH: number;
  /** Whether raw codes are summed, and scaled and freed of their offset once a span; else each weight is decoded. */
  readonly offset: boolean;
  /** Parts of K. */
  readonly SPLIT: number;
  /** Invocations of a workgroup. */
  readonly threads: number;
  /** Chunks along K, padding included. */
  readonly chunks: number;
}

/** Codes along K of an invocation's chunks that share a scale. */
const spanOf = (problem: GemmProblem, depth: number): number => codesPerScale(problem, CHUNK * depth);

/** Codes along K after which an offset is removed, or 0 where groups end inside a step, so that none can be left on. */
export function offsetSpan(problem: GemmProblem, depth: number): number {
  const span = spanOf(problem, depth);
  return span % codeStep(problem).codes === 0 ? span : 0;
}

/** Whether values are looked up in workgroup memory: memory of constants is slow where lanes read different ones. */
const usesTable = ({ format }: GemmProblem): boolean => elementOf(format).kind === 'codebook';

/** Bytes of that table. */
export const tableBytes = (problem: GemmProblem): number =>
  usesTable(problem) ? 4 * 2 ** elementOf(problem.format).bits : 0;

/** Which sums of the activations of a run are staged beside them. */
export function stagedSums(problem: GemmProblem, offset: boolean): StagedSums {
  if (!offset) return { offsets: undefined, totals: false };
  const { zero, min } = groupOffsets(problem);
  const { magic } = codeStep(problem);
  const fixed = zero !== undefined && !storesZeroCodes(problem.format);
  return {
    offsets: magic > 0 || fixed ? { magic, fixed } : undefined,
    totals: min !== undefined || (zero !== undefined && !fixed),
  };
}

/**
 * The functions of `shaders/kernels/gemv.wgsl`: activations staged for the codes, and the chunks of TN columns times ROWS
 * rows of them. Steps are unrolled and looped over, because drivers take long over a chunk of straight code.
 */
export function gemvFunctions(problem: GemmProblem, shape: GemvShape): ShaderPart {
  const step = shape.offset ? codeStep(problem) : runStep(problem);
  const block = Math.max(spanOf(problem, shape.DEPTH), step.codes);
  const steps = block / step.codes;
  const sums = stagedSums(problem, shape.offset);
  const staging = { step, sums, depth: shape.DEPTH, split: shape.SPLIT, threads: shape.threads };
  const whole = shape.chunks % (shape.SPLIT * shape.DEPTH) === 0;
  const wgsl = `alias Sums = array<array<vec4<f32>, QUADS>, ROWS>;

${table(problem)}${stageFunctions(problem, staging, whole)}
// Adds ${CHUNK * shape.DEPTH} codes of each column from \`chunk\` on.
fn add_chunks(sums : ptr<function, Sums>, n : u32, chunk : u32, part : u32) {
  for (var block = 0u; block < ${(CHUNK * shape.DEPTH) / block}u; block++) {
${indent(openBlock(problem, shape, block, step), 4)}
    for (var step = block * ${steps}u; step < (block + 1u) * ${steps}u; step++) {
${indent(addStep(problem, shape, step), 6)}
    }
${indent(shape.offset ? closeBlock(problem, shape) : [], 4)}
  }
}
`;
  return { name: 'generated: gemv', wgsl };
}

/** The values of codes, in workgroup memory. */
function table(problem: GemmProblem): string {
  if (!usesTable(problem)) return 'fn prepare(index : u32) {\n}\n\n';
  const size = 2 ** elementOf(problem.format).bits;
  return `var<workgroup> values : array<f32, ${size}>;

fn prepare(index : u32) {
  for (var code = index; code < ${size}u; code += THREADS) {
    values[code] = element_value(code);
  }
}

fn table_value(code : u32) -> f32 {
  return values[code & ${size - 1}u];
}

`;
}

const quadsOf = ({ TN }: GemvShape): number[] => range(TN / 4);

/** The first column of quad `q`. */
const columnOf = (q: number): string => (q === 0 ? 'n' : `(n + ${q}u * QUAD_COLUMNS)`);

/** Scale and zero point of group `g` of a block for the columns of quad `q`, as vectors. */
function termsOf(problem: GemmProblem, q: number, g: number): GroupTerms {
  const { zero, min } = groupOffsets(problem);
  const name = `q${q}g${g}`;
  const reads = {
    four: true,
    scale: `${name}_scale`,
    zero: zero && `${name}_zero`,
    min: min && `${name}_min`,
  };
  return groupTerms(problem, reads, name);
}

/** Scales of the one group of a block for sums of the codes of quad `q`. */
const sumTermsOf = (problem: GemmProblem, q: number): SumTerms =>
  sumTerms(problem, { four: true, scale: `q${q}g0_scale` }, `q${q}g0`);

/** Reads the scales of a block and sets its sums to what is to be taken off. */
function openBlock(problem: GemmProblem, shape: GemvShape, block: number, step: CodeStep): string[] {
  const span = spanOf(problem, shape.DEPTH);
  const groups = range(Math.max(1, step.codes / span));
  const lines = quadsOf(shape).flatMap((q) =>
    groups.flatMap((g) => readGroup(problem, shape, q, g, `block * ${block}u + ${g * span}u`)),
  );
  if (!shape.offset) return lines;
  const { offsets, totals } = stagedSums(problem, shape.offset);
  const sumOf = (name: string, m: number): string =>
    range(block / RUN)
      .map((i) => `${name}[part][${m}][block * ${block / RUN}u + ${i}u]`)
      .join(' + ');
  for (const m of range(problem.M)) {
    if (totals) lines.push(`let total${m} = ${sumOf('totals', m)};`);
    if (offsets) lines.push(`let offset${m} = ${sumOf('offsets', m)};`);
    const start = offsets ? `vec4<f32>(-offset${m})` : 'vec4<f32>()';
    const stored = groupOffsets(problem).zero && storesZeroCodes(problem.format);
    for (const q of quadsOf(shape)) {
      lines.push(
        stored
          ? `var p${q}_${m}_1 = fma(-q${q}g0_zero, vec4<f32>(total${m}), ${start});`
          : `var p${q}_${m}_1 = ${start};`,
      );
    }
  }
  return lines;
}

function readGroup(problem: GemmProblem, shape: GemvShape, q: number, g: number, k: string): string[] {
  const name = `q${q}g${g}`;
  const { loads, value } = readScales(problem, 4, name);
  const held = loads.map((_, i) => `${name}w${i}`);
  const vector = (component: (c: number) => string): string =>
    `vec4<f32>(${range(4).map(component).join(', ')})`;
  const each = (read: string): string => vector((c) => `${read}(${name} + ${c}u * GROUP_STRIDE)`);
  const { zero, min } = groupOffsets(problem);
  const staged = shape.offset && !storesZeroCodes(problem.format);
  return [
    `let ${name} = group_index(${columnOf(q)}, (chunk * ${CHUNK}u + ${k}) / GROUP);`,
    ...loads.map((load, i) => `let ${held[i]!} = ${load};`),
    `let ${name}_scale = ${vector((c) => value(c, held))};`,
    ...(zero && !staged
      ? readsZeroWords(problem)
        ? readZeroQuad(problem, (quad) => `q${quad}g${g}`, q)
        : [`let ${name}_zero = ${each(zero)};`]
      : []),
    ...(min ? [`let ${name}_min = ${each(min)};`] : []),
    ...(shape.offset ? sumTermsOf(problem, q) : termsOf(problem, q, g)).statements,
  ];
}

/** The activations of a step of each row. */
const readRows = (problem: GemmProblem, { DEPTH }: GemvShape, { codes }: CodeStep): string[] => [
  `let at = step * ${codes / 4}u;`,
  ...range(problem.M).flatMap((m) =>
    range(codes / 4).map((i) => `let x${m}_${i} = rows[part][${m * 8 * DEPTH + i}u + at];`),
  ),
];

/** The codes of a step of each column. */
function addStep(problem: GemmProblem, shape: GemvShape, step: CodeStep): string[] {
  const lines = readRows(problem, shape, step);
  const each = CHUNK / step.codes;
  const chunk = shape.DEPTH === 1 ? 'chunk' : `(chunk + step / ${each}u)`;
  const inChunk = shape.DEPTH === 1 ? 'step' : `(step % ${each}u)`;
  const span = spanOf(problem, shape.DEPTH);
  const termsAt = (q: number, k: number): GroupTerms =>
    termsOf(problem, q, Math.floor(k / span) % step.codes);
  for (const q of quadsOf(shape)) {
    for (const i of range(step.count))
      lines.push(`let q${q}w${i} = ${step.load(i, columnOf(q), chunk, inChunk)};`);
    const columns = range(4).map((c) => {
      const names = range(step.count).map((i) => `q${q}w${i}.${'xyzw'[c]!}`);
      return step.take(names, inChunk, `q${q}c${c}`, (k) => `${termsAt(q, k).half}.${'xyzw'[c]!}`);
    });
    lines.push(...columns.flatMap(({ statements }) => statements));
    for (const k of range(step.codes)) {
      const raws = columns.map(({ codes }) => codes[k]!.raw).join(', ');
      const raw = `vec4<f32>(${usesTable(problem) ? raws.replaceAll('element_value', 'table_value') : raws})`;
      const multiple = 2 ** columns[0]!.codes[k]!.place;
      const weight = shape.offset
        ? raw
        : termsAt(q, k).weight({
            k,
            raw,
            multiple: multiple === 16 ? 16 : 1,
          });
      for (const m of range(problem.M)) {
        const sum = shape.offset ? `p${q}_${m}_1` : `(*sums)[${m}][${q}]`;
        lines.push(`${sum} = fma(${weight}, vec4<f32>(x${m}_${k >> 2}.${'xyzw'[k % 4]!}), ${sum});`);
      }
    }
  }
  return lines;
}

/** Scales the sums of a block and adds the minima. */
function closeBlock(problem: GemmProblem, shape: GemvShape): string[] {
  const { min } = groupOffsets(problem);
  return range(problem.M).flatMap((m) =>
    quadsOf(shape).flatMap((q) => {
      const [scale, raw] = sumTermsOf(problem, q).factors(`p${q}_${m}_1`);
      const sum = `(*sums)[${m}][${q}]`;
      return [
        `${sum} = fma(${scale}, ${raw}, ${sum});`,
        ...(min ? [`${sum} = fma(q${q}g0_min, vec4<f32>(total${m}), ${sum});`] : []),
      ];
    }),
  );
}
