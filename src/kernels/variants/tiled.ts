import { ceilDiv, roundUp } from '../../base/integers.ts';
import { decodeRoundings } from '../../formats/format.ts';
import { CHUNK, RUN } from '../../layouts/layout.ts';
import { assemble, singlePass } from '../assemble.ts';
import { acceptTile, checkPlan, type Constraint, FLOAT_TYPES, fitsWorkgroupMemory } from '../constraint.ts';
import { padGeometry } from '../geometry.ts';
import { MANY_WORKGROUPS } from '../occupancy.ts';
import { divideTiles, tiledFunctions, type TiledTile } from '../tiled-wgsl.ts';
import type { GemmProblem } from '../problem.ts';
import { registerTileConstraints, tileThreads } from '../register-tile-constraints.ts';
import type { KernelVariant } from '../variant.ts';
import { KERNEL_WGSL } from '../wgsl.ts';

/** Bytes of both operands' tiles; the padding is a quad in each row of BM / TM or BN / TN quads. */
function workgroupBytes({ BM, BN, BK, TM, TN, BUFFERS, PAD }: TiledTile, problem: GemmProblem): number {
  const values = BK * (BM + BN + PAD * (TM + TN));
  return (problem.accumulator === 'f16' ? 2 : 4) * BUFFERS * values;
}

const CONSTRAINTS: readonly Constraint<TiledTile>[] = [
  ...registerTileConstraints<TiledTile>(),
  {
    says: ({ BK }) => `BK must be 8, 16 or ${CHUNK}, and is ${BK}`,
    holds: ({ BK }) => [8, 16, CHUNK].includes(BK),
  },
  {
    says: ({ BUFFERS, RASTER }) =>
      `BUFFERS must be 1 or 2, and RASTER at least 1; they are ${BUFFERS} and ${RASTER}`,
    holds: ({ BUFFERS, RASTER }) => [1, 2].includes(BUFFERS) && RASTER >= 1,
  },
  {
    says: ({ PAD, SHUFFLE }) => `PAD and SHUFFLE must be 0 or 1; they are ${PAD} and ${SHUFFLE}`,
    holds: ({ PAD, SHUFFLE }) => PAD <= 1 && SHUFFLE <= 1,
  },
  {
    says: () =>
      'sums in f16 (--acc f16) need the feature shader-f16, which this adapter lacks; take --acc f32',
    holds: (_, { accumulator }, { shaderF16 }) => accumulator === 'f32' || shaderF16,
  },
  {
    says: (tile, _, caps) =>
      `SHUFFLE passes activations among the BN / TN = ${tile.BN / tile.TN} lanes of a row, which must be in one subgroup; ` +
      (caps.subgroups
        ? `this adapter’s may have ${caps.subgroupMinSize}: take a smaller BN, a TN of 8 or SHUFFLE 0`
        : 'this adapter lacks the feature subgroups: take SHUFFLE 0'),
    holds: ({ BN, TN, SHUFFLE }, _, { subgroups, subgroupMinSize }) =>
      SHUFFLE === 0 || (subgroups && BN / TN <= subgroupMinSize),
  },
  fitsWorkgroupMemory<TiledTile>(
    '(4, with f16 arithmetic 2) · BUFFERS · BK · (BM + BN + PAD · (TM + TN))',
    workgroupBytes,
    'take a smaller BK, BM or BN',
  ),
  {
    says: (tile) =>
      `BN · BK = ${tile.BN * tile.BK} weights a step are fewer than ${RUN} for each of ${tileThreads(tile)} invocations; ` +
      'take a larger BK or BN, or more outputs an invocation',
    holds: (tile) => tile.BN * tile.BK >= RUN * tileThreads(tile),
  },
  {
    says: (tile) =>
      `BM · BK = ${tile.BM * tile.BK} activations a step are fewer than 4 for each of ${tileThreads(tile)} invocations; ` +
      'take a larger BK or BM, or more outputs an invocation',
    holds: (tile) => tile.BM * tile.BK >= 4 * tileThreads(tile),
  },
];

function defaultTile(M: number, N: number): Readonly<Record<'BM' | 'BN' | 'TM' | 'TN', number>> {
  if (M <= 16) return { BM: 16, BN: 64, TM: 4, TN: 4 };
  if (M <= 32) return { BM: 32, BN: 64, TM: 4, TN: 4 };
  if (ceilDiv(M, 128) * ceilDiv(N, 128) >= MANY_WORKGROUPS) return { BM: 128, BN: 128, TM: 8, TN: 8 };
  return { BM: 64, BN: N > 64 ? 128 : 64, TM: 8, TN: 8 };
}

/** Two-dimensional register tile over tiles of both operands in workgroup memory. */
export const tiled: KernelVariant = {
  id: 'tiled',
  summary: 'register tiles over workgroup memory, weights decoded once a workgroup: wins from M of about 16',
  parameters: [
    { name: 'BM', summary: 'rows of a workgroup’s tile', values: [16, 32, 64, 128] },
    { name: 'BN', summary: 'columns of a workgroup’s tile', values: [32, 64, 128] },
    { name: 'BK', summary: 'codes along K staged at once', values: [8, 16, 32] },
    { name: 'TM', summary: 'rows of an invocation’s register tile', values: [4, 8] },
    { name: 'TN', summary: 'columns of an invocation’s register tile', values: [4, 8] },
    {
      name: 'BUFFERS',
      summary: 'copies of the tiles in workgroup memory; 2: one barrier a step, twice the memory',
      values: [1, 2],
    },
    {
      name: 'PAD',
      summary: 'quads left free after each staged row, against bank conflicts',
      values: [0, 1],
    },
    {
      name: 'RASTER',
      summary: 'tiles along M that neighbouring workgroups take first; 1: row by row',
      values: [1, 2, 4, 8],
    },
    {
      name: 'SHUFFLE',
      summary:
        '1: activations are passed on between lanes of a subgroup; 0: each lane reads them from workgroup memory',
      values: [0, 1],
    },
  ],
  defaults: ({ M, N, accumulator }) => ({
    ...defaultTile(M, N),
    BK: accumulator === 'f16' ? 32 : 16,
    ...{ BUFFERS: 1, PAD: 0, RASTER: 1, SHUFFLE: 0 },
  }),
  plan(problem, overrides, caps) {
    const accepted = acceptTile<TiledTile>(tiled, CONSTRAINTS, problem, overrides, caps, {
      activations: FLOAT_TYPES.activations,
      accumulators: ['f32', 'f16'],
      stores4: true,
    });
    if (accepted.kind === 'rejected') return accepted;
    const { tile } = accepted;
    const { BM, BN, BK, TM, TN, BUFFERS, RASTER, SHUFFLE } = tile;
    const geometry = padGeometry(problem, BN);
    const half = problem.accumulator === 'f16';
    const shape = divideTiles(tile, half ? 'f16' : 'f32');
    const plan = assemble(problem, {
      variant: tiled.id,
      tile,
      geometry,
      paddedM: roundUp(problem.M, BM),
      columns: shape.columns,
      constants: { BM, BN, BK, TM, TN, BUFFERS, RASTER, STEPS: geometry.paddedK / BK },
      directives: [...(half ? ['enable f16'] : []), ...(SHUFFLE === 1 ? ['enable subgroups'] : [])],
      stores4: true,
      parts: [KERNEL_WGSL.tiled, tiledFunctions(problem, shape)],
      passes: singlePass(tileThreads(tile), [geometry.paddedN / BN, ceilDiv(problem.M, BM), 1]),
      workgroupBytes: workgroupBytes(tile, problem),
      registers: (half ? 1.5 : 1) * TM * TN + 2 * (TM + TN) + 16,
      reuse: { weights: ceilDiv(problem.M, BM), activations: geometry.paddedN / BN },
      macsPerIteration: TM * TN * BK,
      numerics: {
        terms: geometry.paddedK,
        decodeRoundings: decodeRoundings(problem.format),
        offset: 0,
        span: 0,
        // Weights, and activations that are not halves, are rounded once; products may be rounded before they are added.
        halfTerms: half ? BK : 0,
        halfRoundings: half ? (problem.activation === 'f16' ? 2 : 3) : 0,
        halfScaled: half,
      },
    });
    return checkPlan(plan, caps);
  },
};
