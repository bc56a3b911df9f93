import { ceilDiv } from '../../base/integers.ts';
import { decodeRoundings } from '../../formats/format.ts';
import { RUN } from '../../layouts/layout.ts';
import { assemble, singlePass } from '../assemble.ts';
import { acceptTile, checkPlan, type Constraint, fitsInvocations, FLOAT_TYPES } from '../constraint.ts';
import { padGeometry } from '../geometry.ts';
import { naiveFunctions } from '../naive-wgsl.ts';
import type { KernelVariant } from '../variant.ts';
import { KERNEL_WGSL } from '../wgsl.ts';

/** Columns side by side in the interleaved layout: enough for neighbouring lanes to read in a row. */
const NB = 32;

type NaiveTile = Readonly<Record<'WX' | 'WY', number>>;

const CONSTRAINTS = [
  {
    says: ({ WX, WY }) => `WX and WY must be at least 1, and are ${WX} and ${WY}`,
    holds: ({ WX, WY }) => WX * WY >= 1,
  },
  fitsInvocations<NaiveTile>('WX · WY', ({ WX, WY }) => WX * WY, 'take a smaller WX or WY'),
] as const satisfies readonly Constraint<NaiveTile>[];

/** One invocation an output, one code at a time. */
export const naive: KernelVariant = {
  id: 'naive',
  summary: 'one invocation an output, no reuse: slow everywhere, right everywhere; the oracle of the others',
  parameters: [
    { name: 'WX', summary: 'invocations along N', values: [8, 16, 32, 64] },
    { name: 'WY', summary: 'invocations along M', values: [1, 2, 4, 8] },
  ],
  defaults: ({ M }) => (M < 8 ? { WX: 64, WY: 1 } : { WX: 16, WY: 4 }),
  plan(problem, overrides, caps) {
    const accepted = acceptTile<NaiveTile>(naive, CONSTRAINTS, problem, overrides, caps, {
      ...FLOAT_TYPES,
      stores4: false,
    });
    if (accepted.kind === 'rejected') return accepted;
    const { tile } = accepted;
    const { WX, WY } = tile;
    const geometry = padGeometry(problem, NB);
    const plan = assemble(problem, {
      variant: naive.id,
      tile,
      geometry,
      paddedM: problem.M,
      columns: 1,
      constants: { WX, WY },
      stores4: false,
      parts: [KERNEL_WGSL.naive, naiveFunctions(problem)],
      passes: singlePass(WX * WY, [ceilDiv(problem.N, WX), ceilDiv(problem.M, WY), 1]),
      workgroupBytes: 0,
      registers: 24,
      reuse: { weights: ceilDiv(problem.M, WY), activations: ceilDiv(problem.N, WX) },
      macsPerIteration: RUN,
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
