import { range } from '../base/integers.ts';
import type { ShaderPart } from './compose.ts';
import { indent } from './indent.ts';
import type { GemmProblem } from './problem.ts';
import { matrixStaging } from './subgroup-matrix-staging.ts';
import { below, flushes, type MatrixShape, rowStride, uniformBelow } from './subgroup-matrix-shape.ts';

/** The generated functions of `shaders/kernels/subgroup-matrix.wgsl`, or of `subgroup-matrix-half.wgsl` for f16 sums. */
export function matrixFunctions(problem: GemmProblem, shape: MatrixShape): ShaderPart {
  const rest = flushes(shape)
    ? [multiplyStep(shape), addProducts(shape), storeSums(shape)]
    : [multiplyInto(shape), storeAccumulators(shape)];
  const wgsl = [types(shape), matrixStaging(problem, shape), ...rest].join('\n');
  return { name: 'generated: subgroup matrix', wgsl };
}

function types(shape: MatrixShape): string {
  const { BM, BN, SM, SN, tiles, sets, threads, matrix } = shape;
  const { componentType, resultComponentType, M, N, K } = matrix;
  const each = (SM / M) * (SN / N);
  return `alias Component = ${componentType};
alias Left = subgroup_matrix_left<${componentType}, ${K}, ${M}>;
alias Right = subgroup_matrix_right<${componentType}, ${N}, ${K}>;
alias Result = subgroup_matrix_result<${resultComponentType}, ${N}, ${M}>;
${flushes(shape) ? `alias Sums = array<vec4<f32>, ${(BM * BN) / (4 * threads)}>;` : `alias Accumulators = array<Result, ${sets * each}>;`}

const STRIDE = ${rowStride(shape)}u;

// [row][k] and [column][k].
var<workgroup> a_tile : array<Component, ${BM}u * STRIDE>;
var<workgroup> w_tile : array<Component, ${BN}u * STRIDE>;
${
  flushes(shape)
    ? `// The product of a step, [BM][BN].
var<workgroup> products : array<f16, ${BM * BN}>;`
    : `// One matrix of results of each subtile.
var<workgroup> results : array<f32, ${tiles * M * N}>;`
}
`;
}

/** The subtile’s place, and the products of one step into `names`, in a loop over K of one matrix an iteration. */
function products(shape: MatrixShape, tile: string, name: (i: number) => string): string[] {
  const { BM, BN, BK, SM, SN, matrix } = shape;
  const stride = rowStride(shape);
  const rows = range(SM / matrix.M);
  const columns = range(SN / matrix.N);
  return [
    `let left = ${uniformBelow(tile, BM / SM)} * ${SM * stride}u;`,
    `let right = ${uniformBelow(`(${tile} / ${BM / SM}u)`, BN / SN)} * ${SN * stride}u;`,
    `for (var k = 0u; k < ${BK / matrix.K}u; k++) {`,
    ...rows.map(
      (i) =>
        `  let a${i} = subgroupMatrixLoad<Left, row_major>(&a_tile, left + ${i * matrix.M * stride}u + k * ${matrix.K}u, STRIDE);`,
    ),
    ...columns.flatMap((j) => [
      `  let w${j} = subgroupMatrixLoad<Right, col_major>(&w_tile, right + ${j * matrix.N * stride}u + k * ${matrix.K}u, STRIDE);`,
      ...rows.map((i) => {
        const sum = name(i * columns.length + j);
        return `  ${sum} = subgroupMatrixMultiplyAccumulate(a${i}, w${j}, ${sum});`;
      }),
    ]),
    '}',
  ];
}

const matricesOf = ({ SM, SN, matrix }: MatrixShape): number => (SM / matrix.M) * (SN / matrix.N);

function multiplyInto(shape: MatrixShape): string {
  const lines = range(shape.sets).flatMap((set) => {
    const tile = set === 0 ? 'tile' : `(tile + ${set}u * subgroups)`;
    return [
      `if (${tile} < TILES) {`,
      indent(products(shape, tile, (i) => `(*acc)[${set * matricesOf(shape) + i}]`)),
      '}',
    ];
  });
  return `fn multiply(acc : ptr<function, Accumulators>, tile : u32, subgroups : u32) {
${indent(lines.flatMap((line) => line.split('\n')))}
}
`;
}

/** Results leave one matrix of each subtile at a time, so that all invocations store and the memory for it is small. */
function storeAccumulators(shape: MatrixShape): string {
  const { BM, SM, SN, sets, tiles, threads, matrix } = shape;
  const { M, N } = matrix;
  const columns = SN / N;
  const lines = range(sets).flatMap((set) =>
    range(matricesOf(shape)).flatMap((i) => [
      `store_matrix((*acc)[${set * matricesOf(shape) + i}], first + ${set}u * subgroups, subgroup, subgroups, ` +
        `m0 + ${Math.floor(i / columns) * M}u, n0 + ${(i % columns) * N}u, index);`,
    ]),
  );
  const quads = (M * N) / 4;
  return `// Stores a matrix of each of the subtiles from \`first\` on, one of each subgroup; m and n are its place in subtile 0.
fn store_matrix(result : Result, first : u32, subgroup : u32, subgroups : u32, m : u32, n : u32, index : u32) {
  let tile = first + subgroup;
  if (tile < TILES) {
    subgroupMatrixStore<row_major>(&results, ${below('tile', tiles)} * ${M * N}u, result, ${N}u);
  }
  workgroupBarrier();
  for (var begin = 0u; begin < ${tiles * quads}u; begin += ${threads}u) {
    let i = ${below('(begin + index)', tiles * quads)};
    let owner = i / ${quads}u;
    if (${tiles * quads < threads ? `index < ${tiles * quads}u && ` : ''}owner >= first && owner < first + subgroups) {
      let row = ${below('i', quads)} / ${N / 4}u;
      let column = ${below('i', N / 4)} * 4u;
      let at = i * 4u;
      let value = vec4<f32>(results[at], results[at + 1u], results[at + 2u], results[at + 3u]);
      store4(m + ${below('owner', BM / SM)} * ${SM}u + row, n + owner / ${BM / SM}u * ${SN}u + column, value);
    }
  }
  workgroupBarrier();
}

fn store_accumulators(acc : ptr<function, Accumulators>, first : u32, subgroup : u32, subgroups : u32, m0 : u32, n0 : u32, index : u32) {
${indent(lines)}
}
`;
}

function multiplyStep(shape: MatrixShape): string {
  const { BM, BN, SM, SN, matrix } = shape;
  const columns = SN / matrix.N;
  const stores = range(matricesOf(shape)).map((i) => {
    const place = Math.floor(i / columns) * matrix.M * BN + (i % columns) * matrix.N;
    return `subgroupMatrixStore<row_major>(&products, at + ${place}u, r${i}, ${BN}u);`;
  });
  return `fn multiply(tile : u32) {
${indent([
  ...range(matricesOf(shape)).map((i) => `var r${i} = Result();`),
  ...products(shape, 'tile', (i) => `r${i}`),
  `let at = ${below('tile', BM / SM)} * ${SM * BN}u + ${below(`(tile / ${BM / SM}u)`, BN / SN)} * ${SN}u;`,
  ...stores,
])}
}
`;
}

function addProducts({ BM, BN, threads }: MatrixShape): string {
  const lines = range((BM * BN) / (4 * threads)).flatMap((i) => {
    const at = `4u * (lane + ${i * threads}u)`;
    const parts = range(4).map((c) => `f32(products[${at} + ${c}u])`);
    return `(*sums)[${i}] += vec4<f32>(${parts.join(', ')});`;
  });
  return `fn add_products(sums : ptr<function, Sums>, index : u32) {
  let lane = ${below('index', 'THREADS')};
${indent(lines)}
}
`;
}

function storeSums({ BM, BN, threads }: MatrixShape): string {
  const lines = range((BM * BN) / (4 * threads)).map((i) => {
    const quad = `(lane + ${i * threads}u)`;
    return `store4(m0 + ${quad} / ${BN / 4}u, n0 + ${below(quad, BN / 4)} * 4u, (*sums)[${i}]);`;
  });
  return `fn store_sums(sums : ptr<function, Sums>, m0 : u32, n0 : u32, index : u32) {
  let lane = ${below('index', 'THREADS')};
${indent(lines)}
}
`;
}
