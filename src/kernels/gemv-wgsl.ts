import { range } from '../base/integers.ts';
import { CHUNK, RUN } from '../layouts/layout.ts';
import type { ShaderPart } from './compose.ts';
import {
  codesPerScale,
  decodeRun,
  fetchedNames,
  groupOffsets,
  magicOf,
  multiplesOf,
  stepOf,
} from './decode.ts';
import { groupTerms, type GroupTerms } from './group-terms.ts';
import { indent } from './indent.ts';
import { float } from './prelude.ts';
import type { GemmProblem } from './problem.ts';
import { runAccess } from './run-access.ts';
import { readScales } from './scales.ts';

/** What the generated part of the gemv kernel depends on besides the problem. */
export interface GemvShape {
  /** Columns of an invocation: 4 or 8. */
  readonly TN: number;
  /** Whether raw codes are summed, and scaled and freed of their offset once a span; else each weight is decoded. */
  readonly offset: boolean;
}

/** Codes along K of a chunk that share a scale. */
const spanOf = (problem: GemmProblem): number => codesPerScale(problem, CHUNK);

/** Codes along K after which an offset is removed, or 0 where groups end inside a run, so that none can be left on. */
export const offsetSpan = (problem: GemmProblem): number =>
  spanOf(problem) % RUN === 0 ? spanOf(problem) : 0;

/**
 * The `add_chunk` of `shaders/kernels/gemv.wgsl`: 32 codes of TN columns times ROWS rows of activations. Runs are unrolled
 * and looped over, because drivers take long over a chunk of straight code.
 */
export function gemvFunctions(problem: GemmProblem, shape: GemvShape): ShaderPart {
  const block = Math.max(spanOf(problem), RUN);
  const runs = block / RUN;
  const wgsl = `alias Sums = array<array<vec4<f32>, TN / 4u>, ROWS>;

fn add_chunk(sums : ptr<function, Sums>, n : u32, chunk : u32) {
  for (var block = 0u; block < ${CHUNK / block}u; block++) {
${indent(openBlock(problem, shape, block), 4)}
    for (var run = block * ${runs}u; run < (block + 1u) * ${runs}u; run++) {
${indent(addRun(problem, shape), 6)}
    }
${indent(shape.offset ? closeBlock(problem, shape) : [], 4)}
  }
}
`;
  return { name: 'generated: gemv', wgsl };
}

const quadsOf = ({ TN }: GemvShape): number[] => range(TN / 4);

/** Scale and zero point of group `g` of a block for the columns of quad `q`, as vectors. */
function termsOf(problem: GemmProblem, q: number, g: number): GroupTerms {
  const { zero, min } = groupOffsets(problem);
  const name = `q${q}g${g}`;
  const reads = {
    scale: `${name}_scale`,
    zero: zero && `${name}_zero`,
    min: min && `${name}_min`,
  };
  return groupTerms(problem, reads, name);
}

/** Reads the scales of a block and sets its sums to zero. */
function openBlock(problem: GemmProblem, shape: GemvShape, block: number): string[] {
  const groups = range(Math.max(1, RUN / spanOf(problem)));
  const lines = quadsOf(shape).flatMap((q) => groups.flatMap((g) => readGroup(problem, shape, block, q, g)));
  if (!shape.offset) return lines;
  for (const multiple of multiplesOf(problem)) {
    for (const m of range(problem.M)) {
      lines.push(`var a${m}_${multiple} = 0.0f;`);
      for (const q of quadsOf(shape)) lines.push(`var p${q}_${m}_${multiple} = vec4<f32>();`);
    }
  }
  return lines;
}

function readGroup(problem: GemmProblem, shape: GemvShape, block: number, q: number, g: number): string[] {
  const name = `q${q}g${g}`;
  const { loads, value } = readScales(problem, 4, name);
  const held = loads.map((_, i) => `${name}w${i}`);
  const vector = (component: (c: number) => string): string =>
    `vec4<f32>(${range(4).map(component).join(', ')})`;
  return [
    `let ${name} = group_index(n + ${4 * q}u, (chunk * ${CHUNK}u + block * ${block}u + ${g * spanOf(problem)}u) / GROUP);`,
    ...loads.map((load, i) => `let ${held[i]!} = ${load};`),
    `let ${name}_scale = ${vector((c) => value(c, held))};`,
    ...Object.entries(groupOffsets(problem)).flatMap(([offset, read]: [string, string | undefined]) =>
      read ? [`let ${name}_${offset} = ${vector((c) => `${read}(${name} + ${c}u * GROUP_STRIDE)`)};`] : [],
    ),
    ...(shape.offset ? [] : termsOf(problem, q, g).statements),
  ];
}

/** Eight codes of each column. */
function addRun(problem: GemmProblem, shape: GemvShape): string[] {
  const access = runAccess(problem);
  const lines: string[] = [];
  for (const m of range(problem.M)) {
    for (const i of range(2))
      lines.push(`let x${m}_${i} = activation4(${m}u, chunk * 8u + run * 2u + ${i}u);`);
  }
  for (const q of quadsOf(shape)) {
    for (const i of range(access.count))
      lines.push(`let q${q}w${i} = ${access.load(i, `n + ${4 * q}u`, 'chunk', 'run')};`);
    const columns = range(4).map((c) =>
      decodeRun(
        problem,
        fetchedNames(problem, (i) => `q${q}w${i}.${'xyzw'[c]!}`),
        'run',
        `q${q}c${c}`,
      ),
    );
    lines.push(...columns.flatMap(({ statements }) => statements));
    for (const k of range(RUN)) {
      const raw = `vec4<f32>(${columns.map(({ codes }) => codes[k]!.raw).join(', ')})`;
      const code = { ...columns[0]!.codes[k]!, raw };
      const weight = shape.offset
        ? raw
        : termsOf(problem, q, Math.floor(k / spanOf(problem)) % RUN).weight(code);
      for (const m of range(problem.M)) {
        const sum = shape.offset ? `p${q}_${m}_${code.multiple}` : `(*sums)[${m}][${q}]`;
        lines.push(`${sum} = fma(${weight}, vec4<f32>(x${m}_${k >> 2}.${'xyzw'[k % 4]!}), ${sum});`);
      }
    }
  }
  return shape.offset ? [...lines, ...sumActivations(problem)] : lines;
}

/** Adds up the activations of a run by the multiple of their codes: what offsets and minima amount to. */
function sumActivations(problem: GemmProblem): string[] {
  const { zero, min } = groupOffsets(problem);
  if (!zero && !min) return [];
  const { codes } = decodeRun(problem, fetchedNames(problem, String), 'run', '');
  return range(problem.M).flatMap((m) =>
    multiplesOf(problem).map((multiple) => {
      const of = codes.filter((code) => code.multiple === multiple);
      return `a${m}_${multiple} += ${of.map(({ k }) => `x${m}_${k >> 2}.${'xyzw'[k % 4]!}`).join(' + ')};`;
    }),
  );
}

/** Takes the offsets off the sums of a block, scales what is left and adds the minima. */
function closeBlock(problem: GemmProblem, shape: GemvShape): string[] {
  const { zero, min } = groupOffsets(problem);
  const two = multiplesOf(problem).length === 2;
  const step = stepOf(problem.format);
  return range(problem.M).flatMap((m) => [
    ...offsetOf(problem, m),
    ...(zero || min ? [`let all${m} = a${m}_1${two ? ` + a${m}_16` : ''};`] : []),
    ...quadsOf(shape).flatMap((q) => {
      const codes = two ? `fma(p${q}_${m}_16, vec4<f32>(0.0625f), p${q}_${m}_1)` : `p${q}_${m}_1`;
      const offset = magicOf(problem) === 0 ? 'vec4<f32>()' : `vec4<f32>(offset${m})`;
      const exact = zero ? `${codes} - fma(q${q}g0_zero, vec4<f32>(all${m}), ${offset})` : codes;
      const scale = step === 1 ? `q${q}g0_scale` : `${float(step)} * q${q}g0_scale`;
      const sum = `(*sums)[${m}][${q}]`;
      return [
        `${sum} = fma(${scale}, ${exact}, ${sum});`,
        ...(min ? [`${sum} = fma(q${q}g0_min, vec4<f32>(all${m}), ${sum});`] : []),
      ];
    }),
  ]);
}

/** What the offset on the raw codes of a block adds to the sums of row `m`. */
function offsetOf(problem: GemmProblem, m: number): string[] {
  const magic = magicOf(problem);
  if (magic === 0) return [];
  return multiplesOf(problem).length === 2
    ? [`let offset${m} = fma(${magic}.0f, a${m}_1, ${magic / 16}.0f * a${m}_16);`]
    : [`let offset${m} = ${magic}.0f * a${m}_1;`];
}
