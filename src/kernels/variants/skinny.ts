import { ceilDiv, isPowerOfTwo, roundUp } from '../../base/integers.ts';
import { bytes } from '../../base/units.ts';
import { decodeRoundings } from '../../formats/format.ts';
import { CHUNK } from '../../layouts/layout.ts';
import { assemble, type DesignPass, singlePass } from '../assemble.ts';
import { WEIGHT_ROLES } from '../bindings.ts';
import {
  acceptTile,
  checkPlan,
  type Constraint,
  fitsInvocations,
  FLOAT_TYPES,
  fitsWorkgroupMemory,
} from '../constraint.ts';
import { padGeometry } from '../geometry.ts';
import { MANY_WORKGROUPS } from '../occupancy.ts';
import type { GemmProblem } from '../problem.ts';
import { innerBytes, skinnyFunctions } from '../skinny-wgsl.ts';
import type { KernelVariant } from '../variant.ts';
import { KERNEL_WGSL } from '../wgsl.ts';

type SkinnyTile = Readonly<Record<'BM' | 'BN' | 'TN' | 'INNER' | 'SPLIT', number>>;

const threads = ({ BN, TN, INNER }: SkinnyTile): number => (BN / TN) * INNER;
const workgroupBytes = (tile: SkinnyTile): number =>
  4 * CHUNK * tile.BM * tile.INNER + (tile.INNER > 1 ? innerBytes(tile, tile.BN) : 0);
const chunksOf = ({ K }: GemmProblem): number => ceilDiv(K, CHUNK);

const CONSTRAINTS = [
  {
    says: ({ BM, TN }) =>
      `BM must be 8, 16 or 32, TN 4 or 8, and BM · TN, the sums of an invocation, at most 128; they are ${BM} and ${TN}`,
    holds: ({ BM, TN }) => [8, 16, 32].includes(BM) && [4, 8].includes(TN) && BM * TN <= 128,
  },
  {
    says: ({ BN, TN, INNER }) =>
      `BN must be a power of two of at least TN, and INNER a power of two; they are ${BN}, ${TN} and ${INNER}`,
    holds: ({ BN, TN, INNER }) => isPowerOfTwo(BN) && BN >= TN && isPowerOfTwo(INNER),
  },
  {
    says: ({ SPLIT }, problem) =>
      `SPLIT must be 1 to ${chunksOf(problem)}, the chunks of ${CHUNK} codes along K, and is ${SPLIT}`,
    holds: ({ SPLIT }, problem) => SPLIT >= 1 && SPLIT <= chunksOf(problem),
  },
  fitsInvocations<SkinnyTile>('BN / TN · INNER', threads, 'take a smaller BN or INNER, or a larger TN'),
  fitsWorkgroupMemory<SkinnyTile>(
    '128 · BM · INNER and 8 · BN · INNER for its sums',
    workgroupBytes,
    'take a smaller BM, BN or INNER',
  ),
] as const satisfies readonly Constraint<SkinnyTile>[];

/** Workgroups to split K into: these are small. */
const WORKGROUPS = 2 * MANY_WORKGROUPS;

/** Chunks below which a part of K is not worth the traffic of its sums. */
const FEW_CHUNKS = 4;

/** Parts of K, a power of two, that make {@link WORKGROUPS} of so many tiles, none of them too short. */
function defaultSplit(problem: GemmProblem, tiles: number): number {
  const wanted = Math.min(WORKGROUPS / tiles, chunksOf(problem) / FEW_CHUNKS);
  return 2 ** Math.max(0, Math.floor(Math.log2(wanted)));
}

/** Invocations of a workgroup that adds up partial sums. */
const REDUCE_WORKGROUP = 64;

const passesOf = (tile: SkinnyTile, { M, N }: GemmProblem): readonly DesignPass[] => {
  const dispatch = [ceilDiv(N, tile.BN), ceilDiv(M, tile.BM), tile.SPLIT] as const;
  if (tile.SPLIT === 1) return singlePass(threads(tile), dispatch);
  return [
    {
      entryPoint: 'main',
      workgroupSize: threads(tile),
      dispatch,
      reads: ['activations', ...WEIGHT_ROLES],
      writes: ['partials'],
    },
    {
      entryPoint: 'reduce',
      workgroupSize: REDUCE_WORKGROUP,
      dispatch: [ceilDiv(N, 4 * REDUCE_WORKGROUP), M, 1],
      reads: ['partials', 'bias'],
      writes: ['output'],
    },
  ];
};

/** All rows of a block in the registers of each invocation, so that weights need no workgroup memory. */
export const skinny: KernelVariant = {
  id: 'skinny',
  summary:
    'a block of rows in each invocation’s registers, weights decoded where they are multiplied, K split over workgroups: wins from M of 5 to about 64',
  parameters: [
    { name: 'BM', summary: 'rows of a workgroup’s tile and of each invocation', values: [8, 16, 32] },
    { name: 'BN', summary: 'columns of a workgroup’s tile', values: [128, 256, 512] },
    { name: 'TN', summary: 'columns of an invocation', values: [4, 8] },
    {
      name: 'INNER',
      summary: 'parts of K in a workgroup, added up in workgroup memory',
      values: [1, 2, 4],
    },
    {
      name: 'SPLIT',
      summary: 'parts of K in workgroups of their own; with more than 1, a second pass adds them up',
      values: [1, 2, 4, 8, 16, 32],
    },
  ],
  defaults: (problem) => {
    const { M, N } = problem;
    const shape = M <= 8 ? { BM: 8, BN: 256, TN: 4 } : { BM: 16, BN: 256, TN: 4 };
    const BN = Math.min(shape.BN, 2 ** Math.ceil(Math.log2(Math.max(N, 64))));
    return { ...shape, BN, INNER: 2, SPLIT: defaultSplit(problem, ceilDiv(N, BN) * ceilDiv(M, shape.BM)) };
  },
  plan(problem, overrides, caps) {
    const types = { ...FLOAT_TYPES, stores4: true };
    const accepted = acceptTile<SkinnyTile>(skinny, CONSTRAINTS, problem, overrides, caps, types);
    if (accepted.kind === 'rejected') return accepted;
    const { tile } = accepted;
    const { BM, BN, TN, INNER, SPLIT } = tile;
    const geometry = padGeometry(problem, BN);
    const { paddedN, paddedK } = geometry;
    const paddedM = roundUp(problem.M, BM);
    const split = SPLIT > 1;
    const plan = assemble(problem, {
      variant: skinny.id,
      tile,
      geometry,
      paddedM,
      columns: 4,
      constants: {
        ...{ BM, BN, TN, INNER, PART: ceilDiv(paddedK / CHUNK, SPLIT) },
        ...(split ? { SPLIT, PADDED_M: paddedM, PADDED_N: paddedN, REDUCE_WORKGROUP } : {}),
      },
      stores4: true,
      parts: [
        KERNEL_WGSL.skinny,
        split ? KERNEL_WGSL.skinnyPartials : KERNEL_WGSL.skinnyDirect,
        skinnyFunctions(problem, { BM, TN, INNER }),
      ],
      passes: passesOf(tile, problem),
      ...(split ? { between: { partials: bytes(4 * SPLIT * paddedM * paddedN) } } : {}),
      workgroupBytes: workgroupBytes(tile),
      registers: BM * TN + 12 * TN + 20,
      reuse: { weights: ceilDiv(problem.M, BM), activations: ceilDiv(problem.N, BN) },
      macsPerIteration: BM * TN * CHUNK,
      numerics: {
        terms: paddedK + SPLIT,
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
