import { ceilDiv, isPowerOfTwo } from '../../base/integers.ts';
import { decodeRoundings } from '../../formats/format.ts';
import { CHUNK } from '../../layouts/layout.ts';
import { assemble } from '../assemble.ts';
import {
  acceptTile,
  checkPlan,
  type Constraint,
  fitsInvocations,
  fitsWorkgroupMemory,
} from '../constraint.ts';
import { magicOf } from '../decode.ts';
import { gemvFunctions, offsetSpan } from '../gemv-wgsl.ts';
import { padGeometry } from '../geometry.ts';
import type { GemmProblem } from '../problem.ts';
import type { KernelVariant } from '../variant.ts';
import { KERNEL_WGSL } from '../wgsl.ts';

type GemvTile = Readonly<Record<'BN' | 'TN' | 'SPLIT' | 'OFFSET', number>>;

/** Rows that are compiled in at most. */
const MAX_ROWS = 4;

const threads = ({ BN, TN, SPLIT }: GemvTile): number => (BN / TN) * SPLIT;
const workgroupBytes = ({ BN, SPLIT }: GemvTile, { M }: GemmProblem): number => 4 * M * BN * SPLIT;

const CONSTRAINTS = [
  {
    says: (_, { M }) => `gemv takes M of 1 to ${MAX_ROWS}, and M is ${M}; take tiled`,
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
  {
    says: ({ OFFSET }) => `OFFSET must be 0 or 1, and is ${OFFSET}`,
    holds: ({ OFFSET }) => OFFSET <= 1,
  },
  fitsInvocations<GemvTile>('BN / TN · SPLIT', threads, 'take a smaller BN or SPLIT'),
  fitsWorkgroupMemory<GemvTile>('4 · M · BN · SPLIT', workgroupBytes, 'take a smaller BN or SPLIT'),
] as const satisfies readonly Constraint<GemvTile>[];

/** As many parts as have a chunk each, up to what workgroup memory and 256 invocations hold at BN 64 and TN 8. */
const defaultSplit = (M: number, K: number): number =>
  Math.min(M <= 2 ? 32 : 16, 2 ** Math.floor(Math.log2(ceilDiv(K, CHUNK))));

/** Few rows: every weight is read once and used M times, so the sums are split along K to keep many loads in flight. */
export const gemv: KernelVariant = {
  id: 'gemv',
  summary:
    'M of 1 to 4 compiled in, columns across lanes, K split inside the workgroup: wins for single tokens',
  parameters: [
    { name: 'BN', summary: 'columns of a workgroup', values: [16, 32, 64, 128] },
    { name: 'TN', summary: 'columns of an invocation', values: [4, 8] },
    { name: 'SPLIT', summary: 'parts of K summed side by side', values: [1, 2, 4, 8, 16, 32] },
    {
      name: 'OFFSET',
      summary: '1: sum raw codes, scaled and freed of their offset once a group; 0: decode each weight',
      values: [0, 1],
    },
  ],
  defaults: ({ M, K }) => ({ BN: 64, TN: 8, SPLIT: defaultSplit(M, K), OFFSET: 1 }),
  plan(problem, overrides, caps) {
    const accepted = acceptTile<GemvTile>(gemv, CONSTRAINTS, problem, overrides, caps);
    if (accepted.kind === 'rejected') return accepted;
    const { tile } = accepted;
    const { BN, TN, SPLIT } = tile;
    const geometry = padGeometry(problem, BN);
    const span = tile.OFFSET === 1 ? offsetSpan(problem) : 0;
    const offset = span > 0;
    const plan = assemble(problem, {
      variant: gemv.id,
      tile,
      geometry,
      paddedM: problem.M,
      columns: 4,
      constants: { ROWS: problem.M, BN, TN, SPLIT },
      stores4: false,
      parts: [KERNEL_WGSL.gemv, gemvFunctions(problem, { TN, offset })],
      workgroupSize: threads(tile),
      dispatch: [geometry.paddedN / BN, 1, 1],
      workgroupBytes: workgroupBytes(tile, problem),
      macsPerIteration: CHUNK * TN * problem.M,
      numerics: {
        terms: geometry.paddedK,
        decodeRoundings: ROUNDINGS_A_GROUP + decodeRoundings(problem.format),
        ...(offset ? { offset: magicOf(problem), span } : { offset: 0, span: 0 }),
      },
    });
    return checkPlan(plan, caps);
  },
};

/** A group's sum is put together from two and scaled: at most three roundings more than its own have. */
const ROUNDINGS_A_GROUP = 3;
