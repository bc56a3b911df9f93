import { range } from '../base/integers.ts';
import { CHUNK } from '../layouts/layout.ts';
import type { ShaderPart } from './compose.ts';
import { indent } from './indent.ts';
import {
  columnMin,
  columnZero,
  flush,
  int8Groups,
  scaleFactor,
  sharedZero,
  startOf,
  sumOf,
} from './int8-groups.ts';
import { int8Access } from './int8-weights.ts';
import { hasLeastScale } from './least-scale.ts';
import type { GemmProblem } from './problem.ts';
import { readScales } from './scales.ts';

const quads = (TN: number): number[] => range(TN / 4);
const rows = ({ M }: GemmProblem): number[] => range(M);

/** How a block of 32 codes along K is looped over. */
interface Loops {
  /** Codes of a unit: what is converted together. */
  readonly unit: number;
  /** Codes that share a scale, or a unit if that is more. */
  readonly section: number;
  /** Spans of codes with one scale in a section: several only where it is one unit. */
  readonly spans: number;
}

function loopsOf(problem: GemmProblem): Loops {
  const { span } = int8Groups(problem);
  const unit = 4 * int8Access(problem, 4).words;
  const section = Math.max(span, unit);
  return { unit, section, spans: section / span };
}

/**
 * The `add_block` of `shaders/kernels/gemv-dp4a.wgsl`: 32 codes of TN columns times M rows. Units of codes are looped over,
 * because drivers take long over straight code.
 *
 * @param TN columns of an invocation: 4 or 8.
 */
export function gemvDp4aFunctions(problem: GemmProblem, TN: number): ShaderPart {
  const { unit, section, spans } = loopsOf(problem);
  const units = section / unit;
  const open = [
    ...rows(problem).flatMap((m) => readActivations(m, unit)),
    ...quads(TN).flatMap((q) => convertQuad(problem, q)),
  ];
  const part = unit / 4 / spans;
  const body =
    spans === 1
      ? [
          ...openSpan(problem, TN, `section * ${section}u`),
          `for (var unit = section * ${units}u; unit < (section + 1u) * ${units}u; unit++) {`,
          ...[...open, ...products(problem, TN, range(unit / 4))].map((line) => `  ${line}`),
          '}',
          ...closeSpan(problem, TN),
        ]
      : [
          'let unit = section;',
          ...open,
          ...range(spans).flatMap((s) => [
            '{',
            ...[
              ...openSpan(problem, TN, `unit * ${unit}u + ${(s * unit) / spans}u`),
              ...products(
                problem,
                TN,
                range(part).map((i) => s * part + i),
              ),
              ...closeSpan(problem, TN),
            ].map((line) => `  ${line}`),
            '}',
          ]),
        ];
  const wgsl = `alias Sums = array<array<vec4<f32>, TN / 4u>, ROWS>;

fn add_block(sums : ptr<function, Sums>, n : u32, block : u32) {
${indent(rows(problem).map((m) => `let row${m} = blocks[${m}u * CHUNKS + block];`))}
  for (var section = 0u; section < ${CHUNK / section}u; section++) {
${indent(body, 4)}
  }
}
`;
  return { name: 'generated: gemv-dp4a', wgsl };
}

/** Reads the activations of a unit: `a<row>`. */
function readActivations(m: number, unit: number): string[] {
  const at = `quantized[${m}u * (PADDED_K / ${CHUNK / 2}u) + block * 2u + `;
  return unit === CHUNK / 2
    ? [`let a${m} = ${at}unit];`]
    : [`let both${m} = ${at}unit / 2u];`, `let a${m} = select(both${m}.xy, both${m}.zw, (unit & 1u) == 1u);`];
}

/** Loads a unit of four columns and turns it into int8: `q<quad>_<word>`. */
function convertQuad(problem: GemmProblem, q: number): string[] {
  const access = int8Access(problem, 4);
  const fetched = range(access.count).map((i) => `q${q}f${i}`);
  const { statements, words } = access.convert(fetched, 'unit', `q${q}c`);
  return [
    ...fetched.map((name, i) => `let ${name} = ${access.load(i, `(n + ${4 * q}u)`, 'block', 'unit')};`),
    ...statements,
    ...words.map((word, i) => `let q${q}_${i} = ${word};`),
  ];
}

/** Reads what the groups have that hold place `k` of the block, and starts the sums of products. */
function openSpan(problem: GemmProblem, TN: number, k: string): string[] {
  const { span } = int8Groups(problem);
  const whole = span === CHUNK;
  return [
    ...quads(TN).flatMap((q) => readGroups(problem, q, k)),
    ...rows(problem).flatMap((m) => [
      whole ? `let sum${m} = bitcast<i32>(row${m}.y);` : `var sum${m} = 0;`,
      ...quads(TN).map((q) => `var i${m}_${q} = vec4<i32>(${whole ? startOf(problem, `sum${m}`) : '0'});`),
    ]),
  ];
}

/** Scales, zero points and minima of the groups of four columns, as vectors. */
function readGroups(problem: GemmProblem, q: number, k: string): string[] {
  const { ownZeros, hasMin } = int8Groups(problem);
  const name = `q${q}group`;
  const { loads, value } = readScales(problem, 4, name);
  const held = loads.map((_, i) => `${name}_w${i}`);
  const vector = (component: (c: number, index: string) => string): string =>
    `vec4<f32>(${range(4)
      .map((c) => component(c, `${name} + ${c}u * GROUP_STRIDE`))
      .join(', ')})`;
  const min = (c: number, index: string): string => columnMin(problem, index, `q${q}scale.${'xyzw'[c]!}`);
  return [
    `let ${name} = group_index(n + ${4 * q}u, (block * ${CHUNK}u + ${k}) / GROUP);`,
    ...loads.map((load, i) => `let ${held[i]!} = ${load};`),
    `let q${q}scale = ${vector((c) => value(c, held))};`,
    ...(ownZeros ? [`let q${q}zero = ${vector((_, index) => columnZero(problem, index))};`] : []),
    ...(hasMin ? [`let q${q}min = ${vector(min)};`] : []),
  ];
}

/** Adds the products of some words of the unit, and the codes of the rows where a span is no whole block. */
function products(problem: GemmProblem, TN: number, words: readonly number[]): string[] {
  const adds = int8Groups(problem).span !== CHUNK;
  return words.flatMap((word) =>
    rows(problem).flatMap((m) => {
      const a = `a${m}.${'xyzw'[word]!}`;
      const dots = (q: number): string =>
        range(4)
          .map((c) => `dot4I8Packed(${a}, q${q}_${word}.${'xyzw'[c]!})`)
          .join(', ');
      return [
        ...(adds ? [`sum${m} += dot4I8Packed(${a}, 0x01010101u);`] : []),
        ...quads(TN).map((q) => `i${m}_${q} += vec4<i32>(${dots(q)});`),
      ];
    }),
  );
}

/** Scales the sums of products of a span and adds them to the sums. */
function closeSpan(problem: GemmProblem, TN: number): string[] {
  const { span, zeroBy, ownZeros, needsSums } = int8Groups(problem);
  const startsLate = span !== CHUNK && zeroBy === 'start';
  return rows(problem).flatMap((m) => [
    `let scale${m} = bitcast<f32>(row${m}.x)${scaleFactor(problem)};`,
    ...(needsSums ? [`let all${m} = ${sumOf(problem, `sum${m}`)};`] : []),
    ...(startsLate ? [`let start${m} = vec4<i32>(${startOf(problem, `sum${m}`)});`] : []),
    ...quads(TN).flatMap((q) =>
      flush(
        problem,
        {
          sum: `(*sums)[${m}][${q}]`,
          products: startsLate ? `i${m}_${q} + start${m}` : `i${m}_${q}`,
          rowScale: `scale${m}`,
          rowSum: `all${m}`,
          scale: `q${q}scale`,
          zero: ownZeros ? `q${q}zero` : sharedZero(problem),
          min: `q${q}min`,
        },
        hasLeastScale(problem.format),
      ),
    ),
  ]);
}
