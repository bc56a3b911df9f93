import { ceilDiv, isPowerOfTwo, roundUp } from '../../base/integers.ts';
import { CHUNK } from '../../layouts/layout.ts';
import { assemble } from '../assemble.ts';
import {
  acceptTile,
  checkPlan,
  type Constraint,
  fitsInvocations,
  fitsWorkgroupMemory,
} from '../constraint.ts';
import { dp4aBytes, dp4aThreads, type Dp4aTile } from '../dp4a-shape.ts';
import { dp4aFunctions } from '../dp4a-wgsl.ts';
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
import { int8Parts } from '../int8-weights.ts';
import type { KernelVariant } from '../variant.ts';
import { KERNEL_WGSL } from '../wgsl.ts';

const CONSTRAINTS: readonly Constraint<Dp4aTile>[] = [
  ...INT8_CONSTRAINTS,
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
  fitsInvocations<Dp4aTile>(
    '(BM / TM) · (BN / TN)',
    dp4aThreads,
    'take a smaller tile or more outputs an invocation',
  ),
  fitsWorkgroupMemory<Dp4aTile>(
    '32 · (BM + BN) and what groups have',
    dp4aBytes,
    'take a smaller BM or BN, or larger groups',
  ),
];

/** Workgroups that keep a large GPU busy: with as many, the largest tile loads the least. */
const MANY_WORKGROUPS = 128;

/** Register tile over int8 tiles of both operands in workgroup memory. */
export const dp4a: KernelVariant = {
  id: 'dp4a',
  summary:
    'activations quantized to int8 on the GPU, dot products of four: wins from M of about 16 where a GPU has them, for some accuracy',
  parameters: [
    { name: 'BM', summary: 'rows of a workgroup’s tile', values: [16, 32, 64, 128] },
    { name: 'BN', summary: 'columns of a workgroup’s tile', values: [32, 64, 128] },
    { name: 'TM', summary: 'rows of an invocation’s register tile', values: [4, 8] },
    { name: 'TN', summary: 'columns of an invocation’s register tile', values: [4, 8] },
  ],
  defaults: (problem) => {
    const { M, N } = problem;
    if (M <= 16) return { BM: 16, BN: 64, TM: 4, TN: 4 };
    if (M <= 32) return { BM: 32, BN: 64, TM: 4, TN: 4 };
    // Groups of 4 or 8 codes have too many scales for workgroup memory of 16 KiB.
    if (M <= 64 || int8Groups(problem).span < 16) return { BM: 64, BN: 64, TM: 8, TN: 8 };
    const many = ceilDiv(M, 128) * ceilDiv(N, 128) >= MANY_WORKGROUPS;
    return { BM: 128, BN: many ? 128 : 64, TM: 8, TN: 8 };
  },
  plan(problem, overrides, caps) {
    const accepted = acceptTile<Dp4aTile>(dp4a, CONSTRAINTS, problem, overrides, caps, INT8_TYPES);
    if (accepted.kind === 'rejected') return accepted;
    const { tile } = accepted;
    const { BM, BN, TM, TN } = tile;
    const geometry = padGeometry(problem, BN);
    const { paddedN, paddedK } = geometry;
    const paddedM = roundUp(problem.M, BM);
    const plan = assemble(problem, {
      variant: dp4a.id,
      tile,
      geometry,
      paddedM,
      columns: 1,
      constants: { BM, BN, TM, TN, ...quantizeConstants(paddedM) },
      stores4: true,
      directives: INT8_DIRECTIVES,
      parts: [
        ...quantizeParts(problem),
        ...int8Parts(problem),
        KERNEL_WGSL.dp4a,
        dp4aFunctions(problem, tile),
      ],
      passes: int8Passes(paddedM, paddedK, {
        workgroupSize: dp4aThreads(tile),
        dispatch: [paddedN / BN, ceilDiv(problem.M, BM), 1],
      }),
      between: quantizedBuffers(paddedM, paddedK),
      workgroupBytes: dp4aBytes(tile, problem),
      registers: 2 * TM * TN + 4 * TN + 32,
      reuse: { weights: ceilDiv(problem.M, BM), activations: activationReuse(paddedN / BN) },
      macsPerIteration: TM * TN * CHUNK,
      numerics: int8Numerics(problem, paddedK),
    });
    return checkPlan(plan, caps);
  },
};
