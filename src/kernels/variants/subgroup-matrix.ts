import { ceilDiv, isPowerOfTwo, roundUp } from '../../base/integers.ts';
import { decodeRoundings } from '../../formats/format.ts';
import { CHUNK } from '../../layouts/layout.ts';
import { assemble, singlePass } from '../assemble.ts';
import type { DeviceCaps } from '../caps.ts';
import { acceptTile, checkPlan, type Constraint, type TypesTaken } from '../constraint.ts';
import { padGeometry } from '../geometry.ts';
import type { PlanNumerics } from '../plan.ts';
import type { GemmProblem } from '../problem.ts';
import {
  divideMatrices,
  divideSubgroups,
  flushes,
  matrixMemory,
  matrixName,
  matrixOf,
  type MatrixShape,
  type MatrixTile,
  suitableMatrices,
} from '../subgroup-matrix-shape.ts';
import { matrixFunctions } from '../subgroup-matrix-wgsl.ts';
import type { KernelVariant } from '../variant.ts';
import { KERNEL_WGSL } from '../wgsl.ts';

const TYPES: TypesTaken = { activations: ['f32', 'f16'], accumulators: ['f32', 'f16'], stores4: true };

/** What the adapter reports, for users. */
const reported = ({ subgroupMatrices }: DeviceCaps): string => subgroupMatrices.map(matrixName).join(', ');

const CONSTRAINTS = [
  {
    says: () =>
      'subgroup-matrix needs the feature chromium-experimental-subgroup-matrix, which this adapter lacks; take tiled',
    holds: (_, __, { subgroupMatrices }) => subgroupMatrices.length > 0,
  },
  {
    says: () => 'subgroup-matrix needs the feature subgroups and a known subgroup size; take tiled',
    holds: (_, __, { subgroups, subgroupMaxSize }) => subgroups && subgroupMaxSize > 0,
  },
  {
    says: (_, { accumulator }, caps) =>
      `no matrices of this adapter have f16 components${accumulator === 'f32' ? ' (or f32 ones)' : ''} and ${accumulator} ` +
      `sums${caps.shaderF16 ? '' : ', without the feature shader-f16'}; it reports ${reported(caps)}`,
    holds: (_, problem, caps) => suitableMatrices(problem, caps).length > 0,
  },
  {
    says: ({ BM, BN, BK, SM, SN }) =>
      `BM, BN, SM and SN must be powers of two, SM at most BM, SN at most BN, and BK 16 or ${CHUNK}; they are ` +
      `${[BM, BN, SM, SN].join(', ')} and ${BK}`,
    holds: ({ BM, BN, BK, SM, SN }) =>
      [BM, BN, SM, SN].every(isPowerOfTwo) && SM <= BM && SN <= BN && [16, CHUNK].includes(BK),
  },
  {
    says: ({ SM, SN, BK }, problem, caps) =>
      `no matrices of this adapter divide a subtile of ${SM} × ${SN} and ${BK} along K; it has ` +
      suitableMatrices(problem, caps).map(matrixName).join(', '),
    holds: (tile, problem, caps) => matrixOf(tile, problem, caps) !== undefined,
  },
  {
    says: ({ BM, BN, BK, SM, SN }, _, caps) =>
      `${(BM / SM) * (BN / SN)} subtiles of ${SM} × ${SN} are too small for ` +
      `${divideSubgroups({ BM, BN, BK, SM, SN }, caps).threads} invocations; take larger ones`,
    holds: (tile, _, caps) => tile.BM * tile.BN >= 4 * divideSubgroups(tile, caps).threads,
  },
  {
    says: (tile, _, caps) =>
      `BM / SM · BN / SN subgroups have ${divideSubgroups(tile, caps).threads} invocations, more than this adapter's ` +
      `${mostInvocations(caps)} a workgroup; take a smaller tile or larger subtiles`,
    holds: (tile, _, caps) => divideSubgroups(tile, caps).threads <= mostInvocations(caps),
  },
  {
    says: (tile, problem, caps) =>
      `the staged operands and results take ${matrixMemory(tile, problem, caps)} bytes of workgroup memory, more than ` +
      `maxComputeWorkgroupStorageSize (${caps.maxComputeWorkgroupStorageSize}) of this adapter; take a smaller BM, BN or BK`,
    holds: (tile, problem, caps) => matrixMemory(tile, problem, caps) <= caps.maxComputeWorkgroupStorageSize,
  },
] as const satisfies readonly Constraint<MatrixTile>[];

const mostInvocations = (caps: DeviceCaps): number =>
  Math.min(caps.maxComputeInvocationsPerWorkgroup, caps.maxComputeWorkgroupSizeX);

/** What the hardware's matrix units multiply, fed with weights that are decoded on the way. */
export const subgroupMatrix: KernelVariant = {
  id: 'subgroup-matrix',
  summary:
    'matrix units (experimental subgroup matrices) over decoded tiles: wins where there are such units, from M of about 16',
  parameters: [
    { name: 'BM', summary: 'rows of a workgroup’s tile', values: [32, 64, 128] },
    { name: 'BN', summary: 'columns of a workgroup’s tile', values: [32, 64, 128] },
    { name: 'BK', summary: 'codes along K staged at once', values: [16, 32] },
    { name: 'SM', summary: 'rows of a subgroup’s subtile', values: [16, 32, 64] },
    { name: 'SN', summary: 'columns of a subgroup’s subtile', values: [16, 32, 64] },
  ],
  defaults: ({ M, N }) => ({
    ...(M <= 32 ? { BM: 32, SM: 16 } : { BM: 64, SM: 32 }),
    ...{ BN: N > 64 ? 128 : 64, SN: 32, BK: CHUNK },
  }),
  plan(problem, overrides, caps) {
    const accepted = acceptTile<MatrixTile>(subgroupMatrix, CONSTRAINTS, problem, overrides, caps, TYPES);
    if (accepted.kind === 'rejected') return accepted;
    const { tile } = accepted;
    const { BM, BN, BK } = tile;
    const shape = divideMatrices(tile, problem, caps);
    const { matrix, threads, tiles, sets, columns } = shape;
    const geometry = padGeometry(problem, BN);
    const half = flushes(shape);
    const plan = assemble(problem, {
      variant: subgroupMatrix.id,
      tile,
      geometry,
      paddedM: roundUp(problem.M, BM),
      columns,
      constants: {
        ...{ BM, BN, STEPS: geometry.paddedK / BK, THREADS: threads, TILES: tiles },
        ...(half ? {} : { SETS: sets }),
      },
      stores4: true,
      directives: [
        ...(matrix.componentType === 'f16' ? ['enable f16'] : []),
        'enable subgroups',
        'enable chromium_experimental_subgroup_matrix',
      ],
      parts: [
        half ? KERNEL_WGSL.subgroupMatrixHalf : KERNEL_WGSL.subgroupMatrix,
        matrixFunctions(problem, shape),
      ],
      passes: singlePass(threads, [geometry.paddedN / BN, ceilDiv(problem.M, BM), 1]),
      workgroupBytes: matrixMemory(tile, problem, caps),
      registers: registersOf(shape),
      reuse: { weights: ceilDiv(problem.M, BM), activations: geometry.paddedN / BN },
      macsPerIteration: (BM * BN * BK) / threads,
      numerics: { ...numericsOf(problem, shape), terms: geometry.paddedK },
    });
    return checkPlan(plan, caps);
  },
};

/** Sums, one matrix of each operand for each row and column of matrices, and what is loaded ahead. */
function registersOf(shape: MatrixShape): number {
  const { BM, BN, BK, SM, SN, matrix, threads, tiles } = shape;
  const lanes = threads / tiles;
  const halves = matrix.componentType === 'f16' ? 2 : 1;
  const sums = flushes(shape) ? (SM * SN) / (2 * lanes) + (BM * BN) / threads : (SM * SN) / lanes;
  return (
    sums + ((SM + SN) * matrix.K) / (halves * lanes) + (BM * BK) / threads + (BN * BK) / (4 * threads) + 24
  );
}

/**
 * Halves are rounded once as they are staged, unless activations are stored as such; where sums are halves too, each product
 * may be rounded before it is added, and what is summed are whole weights, scale included.
 */
function numericsOf(
  problem: GemmProblem,
  shape: MatrixShape,
): Omit<PlanNumerics, 'terms'> & { readonly halfScaled: boolean } {
  const fromHalves = shape.matrix.componentType === 'f16';
  const operands = fromHalves ? (problem.activation === 'f16' ? 1 : 2) : 0;
  const half = flushes(shape);
  return {
    decodeRoundings: decodeRoundings(problem.format),
    offset: 0,
    span: 0,
    halfTerms: half ? shape.BK : 0,
    halfRoundings: operands + (half ? 1 : 0),
    halfScaled: half,
  };
}
