import { range } from '../base/integers.ts';
import { CHUNK } from '../layouts/layout.ts';
import type { ShaderPart } from './compose.ts';
import { columnTerms, type Dp4aTile, sharesOf, spansOf } from './dp4a-shape.ts';
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

/** Codes along K of a vector of four words: half a block. */
const HALF = CHUNK / 2;

/** The unrolled functions of `shaders/kernels/dp4a.wgsl` for one tile and format. */
export function dp4aFunctions(problem: GemmProblem, tile: Dp4aTile): ShaderPart {
  const wgsl = [
    declarations(problem, tile),
    loadFragment(problem, tile),
    stageFragment(problem, tile),
    multiply(problem, tile),
    storeAccumulators(tile),
  ].join('\n');
  return { name: 'generated: dp4a', wgsl };
}

function declarations(problem: GemmProblem, tile: Dp4aTile): string {
  const { activations, blocks, weights, groups } = sharesOf(problem, tile);
  const scaleLoads = readScales(problem, 1, '').loads.length;
  const terms = columnTerms(problem).map(
    (term) =>
      `var<workgroup> w_${term} : array<array<array<array<f32, 4>, BN / TN>, TN / 4u>, ${spansOf(problem)}>;`,
  );
  return `struct Fragment {
  a : array<vec4<u32>, ${activations}>,
  block : array<vec2<u32>, ${blocks}>,
  w : array<u32, ${weights * fetchesOf(problem)}>,
  group : array<u32, ${groups}>,${scaleLoads === 0 ? '' : `\n  scale : array<u32, ${groups * scaleLoads}>,`}
}

alias Accumulators = array<vec4<f32>, TM * TN / 4u>;

// Indexed so that neighbouring invocations read neighbouring vectors: [half of the block][row of TM][BM / TM] and [half of
// the block][column of four][quad of TN][BN / TN], each four words along K.
var<workgroup> a_tile : array<array<array<vec4<u32>, BM / TM>, TM>, 2>;
var<workgroup> w_tile : array<array<array<array<vec4<u32>, BN / TN>, TN / 4u>, 4>, 2>;
// Of each span of codes with one scale: the bits of a row's scale and of what depends on the sum of its codes.
var<workgroup> a_terms : array<array<array<vec2<u32>, BM / TM>, TM>, ${spansOf(problem)}>;
${terms.join('\n')}
`;
}

/** Names and statements of one share of the activations: row and half. */
const activationUnit = (u: number, threads: number): readonly string[] => [
  `let row${u} = ((lane + ${u * threads}u) >> 1u) % BM;`,
  `let a_half${u} = lane & 1u;`,
];

/** The row of one share of the scales and sums. */
const blockRow = (problem: GemmProblem, u: number, threads: number): string =>
  spansOf(problem) === 1 ? `(lane + ${u * threads}u) % BM` : `row${u}`;

function loadFragment(problem: GemmProblem, tile: Dp4aTile): string {
  const { threads, activations, blocks, weights, groups } = sharesOf(problem, tile);
  const access = int8Access(problem, 1);
  const lines: string[] = [];
  for (const u of range(activations)) {
    lines.push(
      ...activationUnit(u, threads),
      `f.a[${u}] = quantized[(m0 + row${u}) * (PADDED_K / ${HALF}u) + step * 2u + a_half${u}];`,
    );
  }
  for (const u of range(blocks)) {
    lines.push(`f.block[${u}] = blocks[(m0 + ${blockRow(problem, u, threads)}) * CHUNKS + step];`);
  }
  for (const u of range(weights)) {
    lines.push(...weightUnit(u, threads));
    unitsOfHalf(problem, `half${u}`).forEach((unit, s) => {
      for (const i of range(access.count)) {
        const load = access.load(i, `(n0 + column${u})`, 'step', unit);
        lines.push(`f.w[${u * fetchesOf(problem) + s * access.count + i}] = ${load};`);
      }
    });
  }
  for (const u of range(groups)) {
    lines.push(
      ...groupUnit(problem, u, threads),
      `f.group[${u}] = group_index(n0 + of${u}, (step * ${CHUNK}u + span${u} * ${int8Groups(problem).span}u) / GROUP);`,
    );
    const { loads } = readScales(problem, 1, `f.group[${u}]`);
    loads.forEach((load, i) => lines.push(`f.scale[${u * loads.length + i}] = ${load};`));
  }
  return `fn load_fragment(step : u32, m0 : u32, n0 : u32, lane : u32) -> Fragment {
  var f : Fragment;
${indent(lines)}
  return f;
}
`;
}

/** The units of codes that half a block has, as u32 expressions over the half. */
function unitsOfHalf(problem: GemmProblem, half: string): string[] {
  const units = 4 / int8Access(problem, 1).words;
  return units === 1 ? [half] : range(units).map((s) => `(${half} * ${units}u + ${s}u)`);
}

/** Values fetched for half a block of a column. */
const fetchesOf = (problem: GemmProblem): number => {
  const { words, count } = int8Access(problem, 1);
  return (count * 4) / words;
};

/** One share of the weights: column and half. */
const weightUnit = (u: number, threads: number): readonly string[] => [
  `let column${u} = (lane + ${u * threads}u) % BN;`,
  `let half${u} = ((lane + ${u * threads}u) / BN) & 1u;`,
];

/** One share of the groups: column and span of the block. */
const groupUnit = (problem: GemmProblem, u: number, threads: number): readonly string[] => [
  `let of${u} = (lane + ${u * threads}u) % BN;`,
  `let span${u} = ${spansOf(problem) === 1 ? '0u' : `((lane + ${u * threads}u) / BN) % ${spansOf(problem)}u`};`,
];

/** Statements for those shares that there are: all of them, but in the last round of a workgroup that is too large. */
function within(total: number, u: number, threads: number, lines: readonly string[]): readonly string[] {
  if ((u + 1) * threads <= total) return lines;
  return [`if (lane + ${u * threads}u < ${total}u) {`, ...lines.map((line) => `  ${line}`), '}'];
}

function stageFragment(problem: GemmProblem, tile: Dp4aTile): string {
  const { BM, BN } = tile;
  const { threads, activations, blocks, weights, groups } = sharesOf(problem, tile);
  const access = int8Access(problem, 1);
  const lines: string[] = [];
  for (const u of range(activations)) {
    lines.push(...activationUnit(u, threads), ...within(2 * BM, u, threads, stageActivations(problem, u)));
  }
  for (const u of spansOf(problem) === 1 ? range(blocks) : []) {
    const store = storeTerms(problem, u, '0', `of_row${u}`, `bitcast<i32>(f.block[${u}].y)`);
    lines.push(`let of_row${u} = ${blockRow(problem, u, threads)};`, ...within(BM, u, threads, [store]));
  }
  for (const u of range(weights)) {
    const converted = unitsOfHalf(problem, `half${u}`).map((unit, s) => {
      const first = u * fetchesOf(problem) + s * access.count;
      const fetched = range(access.count).map((i) => `f.w[${first + i}]`);
      return access.convert(fetched, unit, `u${u}s${s}`);
    });
    const statements = converted.flatMap((unit) => unit.statements);
    const words = converted.flatMap((unit) => unit.words);
    const place = `[column${u} % 4u][column${u} / (4u * THREADS_N)][column${u} / 4u % THREADS_N]`;
    const store = `w_tile[half${u}]${place} = vec4<u32>(${words.join(', ')});`;
    lines.push(...weightUnit(u, threads), ...within(2 * BN, u, threads, [...statements, store]));
  }
  for (const u of range(groups)) {
    lines.push(
      ...groupUnit(problem, u, threads),
      ...within(spansOf(problem) * BN, u, threads, stageGroup(problem, u)),
    );
  }
  return `fn stage_fragment(f : Fragment, lane : u32) {
${indent(lines)}
}
`;
}

/** Stores half a block of a row, and of each of its spans the scale and what its sum of codes amounts to. */
function stageActivations(problem: GemmProblem, u: number): readonly string[] {
  const { span } = int8Groups(problem);
  const store = `a_tile[a_half${u}][row${u} / (BM / TM)][row${u} % (BM / TM)] = f.a[${u}];`;
  if (span === CHUNK) return [store];
  const ofHalf = HALF / span;
  const sums = range(ofHalf).flatMap((part) => {
    const words = range(span / 4).map((i) => `f.a[${u}].${'xyzw'[(part * span) / 4 + i]!}`);
    const name = `sum${u}_${part}`;
    const at = ofHalf === 1 ? `a_half${u}` : `a_half${u} * ${ofHalf}u + ${part}u`;
    return [
      `let ${name} = ${words.map((word) => `dot4I8Packed(${word}, 0x01010101u)`).join(' + ')};`,
      storeTerms(problem, u, at, `row${u}`, name),
    ];
  });
  return [store, ...sums];
}

/** Stores the scale of a row, and what the sum of its codes amounts to, for the span `at` of the block. */
function storeTerms(problem: GemmProblem, u: number, at: string, row: string, sum: string): string {
  const scale = `bitcast<u32>(bitcast<f32>(f.block[${u}].x)${scaleFactor(problem)})`;
  const term = int8Groups(problem).needsSums ? sumOf(problem, sum) : startOf(problem, sum);
  return `a_terms[${at}][${row} / (BM / TM)][${row} % (BM / TM)] = vec2<u32>(${scale}, bitcast<u32>(${term}));`;
}

/** Stores scale, zero point and minimum of one group. */
function stageGroup(problem: GemmProblem, u: number): readonly string[] {
  const place = `[span${u}][of${u} / (4u * THREADS_N)][of${u} / 4u % THREADS_N][of${u} % 4u]`;
  const index = `f.group[${u}]`;
  const { loads, value } = readScales(problem, 1, index);
  const held = loads.map((_, i) => `f.scale[${u * loads.length + i}]`);
  const values = {
    scale: `scale${u}`,
    zero: columnZero(problem, index),
    min: columnMin(problem, index, `scale${u}`),
  };
  return [
    `let scale${u} = ${value(0, held)};`,
    ...columnTerms(problem).map((term) => `w_${term}${place} = ${values[term]};`),
  ];
}

/** Half a block at a time, so that its words of TN columns stay in registers for all TM rows. */
function multiply(problem: GemmProblem, tile: Dp4aTile): string {
  const { TM, TN } = tile;
  const { span } = int8Groups(problem);
  const load = range(TN / 4).flatMap((j) =>
    range(4).map((c) => `let w${j}_${c} = w_tile[half][${c}][${j}][tx];`),
  );
  const products = (m: number, words: readonly number[]): string[] =>
    words.flatMap((word) =>
      range(TN / 4).map((j) => {
        const dots = range(4).map((c) => `dot4I8Packed(a${m}.${'xyzw'[word]!}, w${j}_${c}.${'xyzw'[word]!})`);
        return `i${m}_${j} += vec4<i32>(${dots.join(', ')});`;
      }),
    );
  const rows = (each: (m: number) => readonly string[]): string[] => range(TM).flatMap(each);
  const readRow = (m: number): string => `let a${m} = a_tile[half][${m}][ty];`;
  const body =
    span === CHUNK
      ? [
          ...rows((m) => startRow(problem, tile, m, '0')),
          'for (var h = 0u; h < 2u; h++) {',
          '  let half = h & 1u;',
          ...[...load, ...rows((m) => [readRow(m), ...products(m, range(4))])].map((line) => `  ${line}`),
          '}',
          ...readColumns(problem, tile, '0'),
          ...flushRows(problem, tile, range(TM)),
        ]
      : [
          'for (var h = 0u; h < 2u; h++) {',
          '  let half = h & 1u;',
          ...[...load, ...range(HALF / span).flatMap((part) => partOfHalf(part))].map((line) => `  ${line}`),
          '}',
        ];
  function partOfHalf(part: number): string[] {
    const ofHalf = HALF / span;
    const at = ofHalf === 1 ? 'half' : `half * ${ofHalf}u + ${part}u`;
    const words = range(span / 4).map((i) => (part * span) / 4 + i);
    return [
      '{',
      ...readColumns(problem, tile, at),
      ...rows((m) => [
        readRow(m),
        ...startRow(problem, tile, m, at),
        ...products(m, words),
        ...flushRows(problem, tile, [m]),
      ]),
      '}',
    ];
  }
  return `fn multiply(acc : ptr<function, Accumulators>, tx : u32, ty : u32) {
${indent(body)}
}
`;
}

/** Reads a row's terms and starts its sums of products. */
function startRow(problem: GemmProblem, { TN }: Dp4aTile, m: number, at: string): string[] {
  const start = int8Groups(problem).zeroBy === 'start' ? `bitcast<i32>(terms${m}.y)` : '0';
  return [
    `let terms${m} = a_terms[${at}][${m}][ty];`,
    ...range(TN / 4).map((j) => `var i${m}_${j} = vec4<i32>(${start});`),
  ];
}

/** Reads the columns' terms. */
const readColumns = (problem: GemmProblem, { TN }: Dp4aTile, at: string): string[] =>
  columnTerms(problem).flatMap((term) =>
    range(TN / 4).flatMap((j) => [
      `let ${term}${j}_all = w_${term}[${at}][${j}][tx];`,
      `let ${term}${j} = vec4<f32>(${range(4)
        .map((c) => `${term}${j}_all[${c}]`)
        .join(', ')});`,
    ]),
  );

function flushRow(problem: GemmProblem, { TN }: Dp4aTile, m: number, least: boolean): string[] {
  const { ownZeros } = int8Groups(problem);
  return range(TN / 4).flatMap((j) =>
    flush(
      problem,
      {
        sum: `(*acc)[${(m * TN) / 4 + j}]`,
        products: `i${m}_${j}`,
        rowScale: `bitcast<f32>(terms${m}.x)`,
        rowSum: `bitcast<f32>(terms${m}.y)`,
        scale: `scale${j}`,
        zero: ownZeros ? `zero${j}` : sharedZero(problem),
        min: `min${j}`,
      },
      least,
    ),
  );
}

/**
 * Adds the sums of products of some rows. What the least scale of E8M0 takes, another product each, is left out where no column has
 * it, which one look at the columns' scales tells.
 */
function flushRows(problem: GemmProblem, tile: Dp4aTile, rows: readonly number[]): readonly string[] {
  const all = (least: boolean): string[] => rows.flatMap((m) => flushRow(problem, tile, m, least));
  if (!hasLeastScale(problem.format)) return all(false);
  const smallest = range(tile.TN / 4)
    .map((j) => `min(min(scale${j}.x, scale${j}.y), min(scale${j}.z, scale${j}.w))`)
    .reduce((some, more) => `min(${some}, ${more})`);
  const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
  return [`if (${smallest} == 0.0) {`, ...indented(all(true)), '} else {', ...indented(all(false)), '}'];
}

function storeAccumulators({ TM, TN }: Dp4aTile): string {
  const lines = range(TM).flatMap((m) =>
    range(TN / 4).map(
      (j) =>
        `store4(m0 + ${m}u * (BM / TM) + ty, n0 + ${j}u * (4u * THREADS_N) + tx * 4u, (*acc)[${(m * TN) / 4 + j}]);`,
    ),
  );
  return `fn store_accumulators(acc : ptr<function, Accumulators>, m0 : u32, n0 : u32, tx : u32, ty : u32) {
${indent(lines)}
}
`;
}
