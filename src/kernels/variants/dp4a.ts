import { ceilDiv, roundUp } from '../../base/integers.ts';
import { CHUNK } from '../../layouts/layout.ts';
import { assemble } from '../assemble.ts';
import { acceptTile, checkPlan, type Constraint, fitsWorkgroupMemory } from '../constraint.ts';
import { dp4aBytes, type Dp4aTile } from '../dp4a-shape.ts';
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
import { MANY_WORKGROUPS } from '../occupancy.ts';
import { registerTileConstraints, tileThreads } from '../register-tile-constraints.ts';
import type { KernelVariant } from '../variant.ts';
import { KERNEL_WGSL } from '../wgsl.ts';

const CONSTRAINTS: readonly Constraint<Dp4aTile>[] = [
  ...INT8_CONSTRAINTS,
  ...registerTileConstraints<Dp4aTile>(),
  fitsWorkgroupMemory<Dp4aTile>(
    '32 · (BM + BN) and what groups have',
    dp4aBytes,
    'take a smaller BM or BN, or larger groups',
  ),
];

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
        workgroupSize: tileThreads(tile),
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
