import { ceilDiv, isPowerOfTwo, roundUp } from '../../base/integers.ts';
import { decodeRoundings } from '../../formats/format.ts';
import { CHUNK, RUN } from '../../layouts/layout.ts';
import { assemble, singlePass } from '../assemble.ts';
import {
  acceptTile,
  checkPlan,
  type Constraint,
  fitsInvocations,
  FLOAT_TYPES,
  fitsWorkgroupMemory,
} from '../constraint.ts';
import { padGeometry } from '../geometry.ts';
import { divideTiles, tiledFunctions } from '../tiled-wgsl.ts';
import type { KernelVariant } from '../variant.ts';
import { KERNEL_WGSL } from '../wgsl.ts';

type TiledTile = Readonly<Record<'BM' | 'BN' | 'BK' | 'TM' | 'TN', number>>;

const threads = ({ BM, BN, TM, TN }: TiledTile): number => (BM / TM) * (BN / TN);
const workgroupBytes = ({ BM, BN, BK }: TiledTile): number => 4 * BK * (BM + BN);

const CONSTRAINTS = [
  {
    says: ({ TM, TN }) => `TM and TN must be 4 or 8, and are ${TM} and ${TN}`,
    holds: ({ TM, TN }) => [4, 8].includes(TM) && [4, 8].includes(TN),
  },
  {
    says: ({ BM, BN }) => `BM and BN must be powers of two, and are ${BM} and ${BN}`,
    holds: ({ BM, BN }) => isPowerOfTwo(BM) && isPowerOfTwo(BN),
  },
  {
    says: ({ BM, BN, TM, TN }) => `TM divides BM and TN divides BN; they are ${TM}, ${BM} and ${TN}, ${BN}`,
    holds: ({ BM, BN, TM, TN }) => BM >= TM && BN >= TN,
  },
  {
    says: ({ BK }) => `BK must be 8, 16 or ${CHUNK}, and is ${BK}`,
    holds: ({ BK }) => [8, 16, CHUNK].includes(BK),
  },
  fitsInvocations<TiledTile>(
    '(BM / TM) · (BN / TN)',
    threads,
    'take a smaller tile or more outputs an invocation',
  ),
  fitsWorkgroupMemory<TiledTile>('4 · BK · (BM + BN)', workgroupBytes, 'take a smaller BK, BM or BN'),
  {
    says: (tile) =>
      `BN · BK = ${tile.BN * tile.BK} weights a step are fewer than ${RUN} for each of ${threads(tile)} invocations; ` +
      'take a larger BK or BN, or more outputs an invocation',
    holds: (tile) => tile.BN * tile.BK >= RUN * threads(tile),
  },
  {
    says: (tile) =>
      `BM · BK = ${tile.BM * tile.BK} activations a step are fewer than 4 for each of ${threads(tile)} invocations; ` +
      'take a larger BK or BM, or more outputs an invocation',
    holds: (tile) => tile.BM * tile.BK >= 4 * threads(tile),
  },
] as const satisfies readonly Constraint<TiledTile>[];

/** Workgroups that keep a large GPU busy: with as many, the largest tile is the best. */
const MANY_WORKGROUPS = 128;

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
  ],
  defaults: ({ M, N }) => {
    if (M <= 16) return { BM: 16, BN: 64, BK: 16, TM: 4, TN: 4 };
    if (M <= 32) return { BM: 32, BN: 64, BK: 16, TM: 4, TN: 4 };
    if (ceilDiv(M, 128) * ceilDiv(N, 128) >= MANY_WORKGROUPS)
      return { BM: 128, BN: 128, BK: 16, TM: 8, TN: 8 };
    return N > 64 ? { BM: 64, BN: 128, BK: 16, TM: 8, TN: 8 } : { BM: 64, BN: 64, BK: 16, TM: 8, TN: 8 };
  },
  plan(problem, overrides, caps) {
    const accepted = acceptTile<TiledTile>(tiled, CONSTRAINTS, problem, overrides, caps, {
      ...FLOAT_TYPES,
      stores4: true,
    });
    if (accepted.kind === 'rejected') return accepted;
    const { tile } = accepted;
    const { BM, BN, BK, TM, TN } = tile;
    const geometry = padGeometry(problem, BN);
    const shape = divideTiles(tile);
    const plan = assemble(problem, {
      variant: tiled.id,
      tile,
      geometry,
      paddedM: roundUp(problem.M, BM),
      columns: shape.columns,
      constants: { BM, BN, BK, TM, TN, STEPS: geometry.paddedK / BK },
      stores4: true,
      parts: [KERNEL_WGSL.tiled, tiledFunctions(problem, shape)],
      passes: singlePass(threads(tile), [geometry.paddedN / BN, ceilDiv(problem.M, BM), 1]),
      workgroupBytes: workgroupBytes(tile),
      registers: TM * TN + 2 * (TM + TN) + 16,
      reuse: { weights: ceilDiv(problem.M, BM), activations: geometry.paddedN / BN },
      macsPerIteration: TM * TN * BK,
      numerics: {
        terms: geometry.paddedK,
        decodeRoundings: decodeRoundings(problem.format),
        offset: 0,
        span: 0,
        halfTerms: 0,
        halfRoundings: 0,
      },
    });
    return checkPlan(plan, caps);
  },
};
