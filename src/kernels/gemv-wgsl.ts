import { gcd } from '../base/integers.ts';
import { elementOf, groupCount, groupSize } from '../formats/format.ts';
import { CHUNK } from '../layouts/layout.ts';
import type { ShaderPart } from './compose.ts';
import { decodeRun, MAGIC, type RawCode, RUN, runWords } from './decode.ts';
import type { GemmProblem } from './problem.ts';
import { readScales } from './scales.ts';

/** What the generated part of the gemv kernel depends on besides the problem. */
export interface GemvShape {
  /** Columns of an invocation: 4 or 8. */
  readonly TN: number;
  /** Whether codes are summed with their offset on, which is then removed once a span; else each code is exact. */
  readonly offset: boolean;
}

/** Codes along K of a chunk that share a scale, and whose offset is removed at once. */
export const spanOf = (problem: GemmProblem): number =>
  groupCount(problem.format, problem.K) === 1 ? CHUNK : gcd(groupSize(problem.format, problem.K), CHUNK);

/** The unrolled `add_chunk` of `shaders/kernels/gemv.wgsl`: 32 codes of TN columns times ROWS rows of activations. */
export function gemvFunctions(problem: GemmProblem, shape: GemvShape): ShaderPart {
  const quads = range(shape.TN / 4);
  const lines = [
    ...loadActivations(problem),
    ...(shape.offset ? sumActivations(problem) : []),
    ...quads.flatMap((q) => addQuad(problem, shape, q)),
  ];
  const wgsl = `alias Sums = array<array<vec4<f32>, TN / 4u>, ROWS>;

fn add_chunk(sums : ptr<function, Sums>, n : u32, chunk : u32) {
${lines.map((line) => `  ${line}`).join('\n')}
}
`;
  return { name: 'generated: gemv', wgsl };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const activation = (m: number, k: number): string => `a${m}_${k >> 2}.${'xyzw'[k % 4]!}`;

const loadActivations = ({ M }: GemmProblem): string[] =>
  range(M).flatMap((m) =>
    range(CHUNK / 4).map((k4) => `let a${m}_${k4} = activation4(${m}u, chunk * ${CHUNK / 4}u + ${k4}u);`),
  );

/** The multiple with which the kernel sees each code of a run: 1 or 16. */
function multiples(problem: GemmProblem): readonly (1 | 16)[] {
  const { bits } = elementOf(problem.format);
  const words = range(runWords(problem)).map(String);
  return decodeRun(bits, words, '').codes.map(({ multiple }) => multiple);
}

/** For each row and span, the sum of the activations by the multiple of their codes, and what their offsets add up to. */
function sumActivations(problem: GemmProblem): string[] {
  const span = spanOf(problem);
  const byK = multiples(problem);
  return range(problem.M).flatMap((m) =>
    range(CHUNK / span).flatMap((s) => {
      const ks = range(span).map((k) => s * span + k);
      const sum = (multiple: 1 | 16): string =>
        ks
          .filter((k) => byK[k % RUN] === multiple)
          .map((k) => activation(m, k))
          .join(' + ') || '0.0f';
      return [
        `let s${m}_${s}_1 = ${sum(1)};`,
        `let s${m}_${s}_16 = ${sum(16)};`,
        `let s${m}_${s} = s${m}_${s}_1 + s${m}_${s}_16;`,
        `let o${m}_${s} = fma(${MAGIC}.0f, s${m}_${s}_1, ${MAGIC / 16}.0f * s${m}_${s}_16);`,
      ];
    }),
  );
}

/** Four columns of the chunk. */
function addQuad(problem: GemmProblem, shape: GemvShape, q: number): string[] {
  const { bits } = elementOf(problem.format);
  const span = spanOf(problem);
  const spans = range(CHUNK / span);
  const words = range(bits).map((i) => `let q${q}w${i} = words(n + ${4 * q}u, chunk, ${i}u);`);
  const scales = spans.flatMap((s) => readGroup(problem, q, s));
  const columns = range(4).flatMap((c) => addColumn(problem, shape, q, c));
  const totals = spans.flatMap((s) =>
    range(problem.M).map(
      (m) =>
        `(*sums)[${m}][${q}] += vec4<f32>(${range(4)
          .map((c) => `t${q}_${c}_${m}_${s}`)
          .join(', ')});`,
    ),
  );
  return [...words, ...scales, ...columns, ...totals];
}

/** Scale and zero point of each column of quad `q` in span `s`. */
function readGroup(problem: GemmProblem, q: number, s: number): string[] {
  const name = `q${q}g${s}`;
  const k = `chunk * ${CHUNK}u + ${s * spanOf(problem)}u`;
  const { loads, value } = readScales(problem, 4, name);
  const held = loads.map((_, i) => `${name}s${i}`);
  return [
    `let ${name} = group_index(n + ${4 * q}u, (${k}) / GROUP);`,
    ...loads.map((load, i) => `let ${held[i]!} = ${load};`),
    ...range(4).flatMap((c) => [
      `let ${name}c${c} = ${value(c, held)};`,
      `let ${name}z${c} = zero_at(${name} + ${c}u * GROUP_STRIDE);`,
    ]),
  ];
}

/** One column: its codes' sums by multiple and span, then its contribution to each row. */
function addColumn(problem: GemmProblem, { offset }: GemvShape, q: number, c: number): string[] {
  const span = spanOf(problem);
  const runBits = runWords(problem);
  const lines: string[] = [];
  const terms = new Map<string, string>();
  const add = (m: number, k: number, { raw, multiple }: RawCode): void => {
    const s = Math.floor(k / span);
    const zero = `q${q}g${s}z${c}`;
    const value = offset ? raw : `(${raw} - (${MAGIC}.0f + ${multiple}.0f * ${zero}))`;
    const name = `${m}_${s}_${multiple}`;
    const known = terms.get(name);
    terms.set(
      name,
      known ? `fma(${value}, ${activation(m, k)}, ${known})` : `${value} * ${activation(m, k)}`,
    );
  };
  for (const run of range(CHUNK / RUN)) {
    const names = range(runBits).map((i) => `q${q}w${run * runBits + i}.${'xyzw'[c]!}`);
    const { statements, codes } = decodeRun(elementOf(problem.format).bits, names, `q${q}c${c}r${run}`);
    lines.push(...statements);
    for (const code of codes) for (const m of range(problem.M)) add(m, run * RUN + code.k, code);
    for (const [name, expression] of terms) {
      const held = `p${q}_${c}_${name}_${run}`;
      lines.push(`let ${held} = ${expression};`);
      terms.set(name, held);
    }
  }
  for (const m of range(problem.M)) {
    for (const s of range(CHUNK / span)) {
      const group = `q${q}g${s}`;
      const one = terms.get(`${m}_${s}_1`)!;
      const sixteen = terms.get(`${m}_${s}_16`);
      const codes = sixteen ? `fma(${sixteen}, 0.0625f, ${one})` : one;
      const exact = offset ? `(${codes} - fma(${group}z${c}, s${m}_${s}, o${m}_${s}))` : codes;
      lines.push(`let t${q}_${c}_${m}_${s} = ${group}c${c} * ${exact};`);
    }
  }
  return lines;
}
