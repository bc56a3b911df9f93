import { ceilDiv, isPowerOfTwo } from '../../base/integers.ts';
import { CHUNK } from '../../layouts/layout.ts';
import { assemble } from '../assemble.ts';
import {
  acceptTile,
  checkPlan,
  type Constraint,
  fitsInvocations,
  fitsWorkgroupMemory,
} from '../constraint.ts';
import { gemvDp4aFunctions } from '../dp4a-gemv-wgsl.ts';
import { padGeometry } from '../geometry.ts';
import { quantizeConstants, quantizedBuffers, quantizeParts } from '../int8-activations.ts';
import { int8Groups } from '../int8-groups.ts';
import {
  activationReuse,
  INT8_CONSTRAINTS,
  INT8_DIRECTIVES,
  INT8_TYPES,
  int8Numerics,
  int8Passes,
} from '../int8-plan.ts';
import { gathers, int8Parts, looksUp } from '../int8-weights.ts';
import type { GemmProblem } from '../problem.ts';
import { readScales } from '../scales.ts';
import type { KernelVariant } from '../variant.ts';
import { KERNEL_WGSL } from '../wgsl.ts';

type GemvDp4aTile = Readonly<Record<'BN' | 'TN' | 'SPLIT', number>>;

/** Rows that are compiled in at most. */
const MAX_ROWS = 8;

const threads = ({ BN, TN, SPLIT }: GemvDp4aTile): number => (BN / TN) * SPLIT;
const workgroupBytes = ({ BN, SPLIT }: GemvDp4aTile, { M }: GemmProblem): number => 4 * M * BN * SPLIT;

const CONSTRAINTS: readonly Constraint<GemvDp4aTile>[] = [
  ...INT8_CONSTRAINTS,
  {
    says: (_, { M }) => `gemv-dp4a takes M of 1 to ${MAX_ROWS}, and M is ${M}; take dp4a`,
    holds: (_, { M }) => M <= MAX_ROWS,
  },
  {
    says: ({ TN }) => `TN must be 4 or 8, and is ${TN}`,
    holds: ({ TN }) => TN === 4 || TN === 8,
  },
  {
    says: ({ BN, TN, SPLIT }) =>
      `BN must be a power of two of at least TN, and SPLIT a power of two; they are ${BN}, ${TN} and ${SPLIT}`,
    holds: ({ BN, TN, SPLIT }) => isPowerOfTwo(BN) && BN >= TN && isPowerOfTwo(SPLIT),
  },
  fitsInvocations<GemvDp4aTile>('BN / TN · SPLIT', threads, 'take a smaller BN or SPLIT'),
  fitsWorkgroupMemory<GemvDp4aTile>('4 · M · BN · SPLIT', workgroupBytes, 'take a smaller BN or SPLIT'),
];

/** As many parts as have a chunk each, up to what workgroup memory of 16 KiB and 256 invocations hold at BN 64. */
const defaultSplit = ({ M, K }: GemmProblem): number =>
  Math.min(M <= 2 ? 32 : M <= 4 ? 16 : 8, 2 ** Math.floor(Math.log2(ceilDiv(K, CHUNK))));

/** Whether eight columns make code of a length that drivers compile soon. */
const isShort = (problem: GemmProblem): boolean =>
  problem.M <= 4 &&
  !looksUp(problem) &&
  !gathers(problem) &&
  int8Groups(problem).span >= CHUNK / 2 &&
  readScales(problem, 4, 'group').loads.length > 0;

/** Few rows of int8 activations: every weight is read once, and multiplied four at a time. */
export const gemvDp4a: KernelVariant = {
  id: 'gemv-dp4a',
  summary:
    'gemv with activations quantized to int8 and dot products of four, M of 1 to 8: wins for few tokens where unpacking weights sets the pace, for some accuracy',
  parameters: [
    { name: 'BN', summary: 'columns of a workgroup', values: [16, 32, 64, 128] },
    { name: 'TN', summary: 'columns of an invocation', values: [4, 8] },
    { name: 'SPLIT', summary: 'parts of K summed side by side', values: [1, 2, 4, 8, 16, 32] },
  ],
  defaults: (problem) => ({
    BN: 64,
    TN: isShort(problem) ? 8 : 4,
    SPLIT: defaultSplit(problem),
  }),
  plan(problem, overrides, caps) {
    const accepted = acceptTile<GemvDp4aTile>(gemvDp4a, CONSTRAINTS, problem, overrides, caps, INT8_TYPES);
    if (accepted.kind === 'rejected') return accepted;
    const { tile } = accepted;
    const { BN, TN, SPLIT } = tile;
    const { M } = problem;
    const geometry = padGeometry(problem, BN);
    const { paddedN, paddedK } = geometry;
    const plan = assemble(problem, {
      variant: gemvDp4a.id,
      tile,
      geometry,
      paddedM: M,
      columns: 4,
      constants: { ROWS: M, BN, TN, SPLIT, ...quantizeConstants(M) },
      stores4: true,
      directives: INT8_DIRECTIVES,
      parts: [
        ...quantizeParts(problem),
        ...int8Parts(problem),
        KERNEL_WGSL.gemvDp4a,
        gemvDp4aFunctions(problem, TN),
      ],
      passes: int8Passes(M, paddedK, { workgroupSize: threads(tile), dispatch: [paddedN / BN, 1, 1] }),
      between: quantizedBuffers(M, paddedK),
      workgroupBytes: workgroupBytes(tile, problem),
      registers: 2 * M * TN + 8 * TN + 24,
      reuse: { weights: 1, activations: activationReuse(paddedN / BN) },
      macsPerIteration: CHUNK * TN * M,
      numerics: int8Numerics(problem, paddedK),
    });
    return checkPlan(plan, caps);
  },
};
