import { ceilDiv, isPowerOfTwo } from '../../base/integers.ts';
import { decodeRoundings, elementOf } from '../../formats/format.ts';
import { CHUNK } from '../../layouts/layout.ts';
import { assemble, singlePass } from '../assemble.ts';
import {
  acceptTile,
  checkPlan,
  type Constraint,
  fitsInvocations,
  FLOAT_TYPES,
  fitsWorkgroupMemory,
} from '../constraint.ts';
import { codeStep } from '../gemv-codes.ts';
import { stagedSumBytes } from '../gemv-stage.ts';
import { gemvFunctions, offsetSpan, stagedSums, tableBytes } from '../gemv-wgsl.ts';
import { padGeometry } from '../geometry.ts';
import type { GemmProblem } from '../problem.ts';
import type { KernelVariant } from '../variant.ts';
import { KERNEL_WGSL } from '../wgsl.ts';
import { sharesZeroWords } from '../zero-words.ts';

type GemvTile = Readonly<Record<'BN' | 'TN' | 'SPLIT' | 'DEPTH' | 'ALONG' | 'REDUCE' | 'OFFSET', number>>;

/** Rows that are compiled in at most. */
const MAX_ROWS = 4;

const threads = ({ BN, TN, SPLIT }: GemvTile): number => (BN / TN) * SPLIT;

/** Vectors that a part of K has in workgroup memory; one is spare, so that parts begin in different banks. */
const rowVectors = ({ BN, DEPTH }: GemvTile, M: number): number =>
  Math.max(DEPTH * (CHUNK / 4) * M, (BN / 4) * M) + 1;

/** The span after which offsets are removed, or 0 where every weight is decoded. */
const spanOf = (problem: GemmProblem, { OFFSET, DEPTH }: GemvTile): number =>
  OFFSET === 1 ? offsetSpan(problem, DEPTH) : 0;

function workgroupBytes(tile: GemvTile, problem: GemmProblem): number {
  const sums = stagedSums(problem, spanOf(problem, tile) > 0);
  const part = 16 * rowVectors(tile, problem.M) + problem.M * stagedSumBytes(sums, tile.DEPTH);
  return tile.SPLIT * part + tableBytes(problem);
}

const CONSTRAINTS = [
  {
    says: (_, { M }) => `gemv takes M of 1 to ${MAX_ROWS}, and M is ${M}; take skinny or tiled`,
    holds: (_, { M }) => M <= MAX_ROWS,
  },
  {
    says: ({ TN }) => `TN must be 4, 8 or 16, and is ${TN}`,
    holds: ({ TN }) => TN === 4 || TN === 8 || TN === 16,
  },
  {
    says: ({ BN, TN, SPLIT, DEPTH }) =>
      'BN, SPLIT and DEPTH must be powers of two, and BN at least TN; ' +
      `BN is ${BN}, TN ${TN}, SPLIT ${SPLIT} and DEPTH ${DEPTH}`,
    holds: ({ BN, TN, SPLIT, DEPTH }) => BN >= TN && [BN, SPLIT, DEPTH].every(isPowerOfTwo),
  },
  {
    says: ({ ALONG, REDUCE, OFFSET }) =>
      `ALONG, REDUCE and OFFSET must be 0 or 1, and are ${ALONG}, ${REDUCE} and ${OFFSET}`,
    holds: ({ ALONG, REDUCE, OFFSET }) => Math.max(ALONG, REDUCE, OFFSET) <= 1,
  },
  {
    says: () => 'REDUCE 1 adds by subgroupAdd, and this adapter lacks the feature subgroups; take REDUCE 0',
    holds: ({ REDUCE }, _, caps) => REDUCE === 0 || caps.subgroups,
  },
  {
    says: ({ BN, TN }) =>
      `REDUCE 1 adds what all lanes of a subgroup have: BN must be TN, so that they have the same columns, and they are ${BN} and ` +
      `${TN}; take REDUCE 0 or a BN of ${TN}`,
    holds: ({ BN, TN, REDUCE }) => REDUCE === 0 || BN === TN,
  },
  fitsInvocations<GemvTile>('BN / TN · SPLIT', threads, 'take a smaller BN or SPLIT'),
  fitsWorkgroupMemory<GemvTile>(
    'SPLIT parts of M · max(32 · DEPTH, BN) sums and what goes with them',
    workgroupBytes,
    'take a smaller BN, SPLIT or DEPTH',
  ),
] as const satisfies readonly Constraint<GemvTile>[];

/** As many parts as have a chunk each, up to `most`. */
const parts = (K: number, most: number): number =>
  Math.min(most, 2 ** Math.floor(Math.log2(ceilDiv(K, CHUNK))));

/** Few rows: every weight is read once and used M times, so the sums are split along K to keep many loads in flight. */
export const gemv: KernelVariant = {
  id: 'gemv',
  summary:
    'M of 1 to 4 compiled in, K split inside the workgroup, activations staged once: wins for single tokens',
  parameters: [
    { name: 'BN', summary: 'columns of a workgroup', values: [8, 16, 32, 64, 128] },
    { name: 'TN', summary: 'columns of an invocation', values: [4, 8, 16] },
    { name: 'SPLIT', summary: 'parts of K summed side by side', values: [4, 8, 16, 32, 64] },
    { name: 'DEPTH', summary: 'chunks of 32 codes that an invocation takes at a time', values: [1, 2, 4] },
    { name: 'ALONG', summary: 'neighbouring lanes lie along 0: columns; 1: K', values: [0, 1] },
    {
      name: 'REDUCE',
      summary: 'the parts of K are added by 0: workgroup memory; 1: subgroupAdd',
      values: [0, 1],
    },
    {
      name: 'OFFSET',
      summary: '1: sum raw codes, scaled and freed of their offset once a group; 0: decode each weight',
      values: [0, 1],
    },
  ],
  defaults: ({ M, K, format }) => ({
    BN: 64,
    TN: 8,
    SPLIT: parts(K, M === 1 ? 32 : M === 2 ? 16 : 8),
    DEPTH: [1, 2, 4, 8].includes(elementOf(format).bits) ? 2 : 1,
    ALONG: 0,
    REDUCE: 0,
    OFFSET: 1,
  }),
  plan(problem, overrides, caps) {
    const accepted = acceptTile<GemvTile>(gemv, CONSTRAINTS, problem, overrides, caps, {
      ...FLOAT_TYPES,
      stores4: true,
    });
    if (accepted.kind === 'rejected') return accepted;
    const { tile } = accepted;
    const { BN, TN, SPLIT, DEPTH, ALONG } = tile;
    const geometry = padGeometry(problem, BN);
    const span = spanOf(problem, tile);
    const offset = span > 0;
    const plan = assemble(problem, {
      variant: gemv.id,
      tile,
      geometry,
      paddedM: problem.M,
      columns: 4,
      constants: {
        ...{ ROWS: problem.M, BN, TN, SPLIT, DEPTH, ALONG, ROW_VECTORS: rowVectors(tile, problem.M) },
        // Quads of neighbouring lanes are neighbours, unless the quads of a lane share the words of their zero points.
        ...(sharesZeroWords(problem)
          ? { LANE_COLUMNS: TN, QUAD_COLUMNS: 4 }
          : { LANE_COLUMNS: 4, QUAD_COLUMNS: (4 * BN) / TN }),
      },
      stores4: true,
      ...(tile.REDUCE === 1 ? { directives: ['enable subgroups'] } : {}),
      parts: [
        KERNEL_WGSL.gemv,
        tile.REDUCE === 1 ? KERNEL_WGSL.gemvSubgroups : KERNEL_WGSL.gemvTree,
        gemvFunctions(problem, {
          TN,
          DEPTH,
          SPLIT,
          offset,
          threads: threads(tile),
          chunks: geometry.paddedK / CHUNK,
        }),
      ],
      passes: singlePass(threads(tile), [ceilDiv(problem.N, BN), 1, 1]),
      workgroupBytes: workgroupBytes(tile, problem),
      registers: problem.M * TN * 2 + 4 * TN + 8 * problem.M + 16,
      reuse: { weights: 1, activations: ceilDiv(problem.N, BN) },
      macsPerIteration: CHUNK * DEPTH * TN * problem.M,
      numerics: {
        terms: geometry.paddedK,
        decodeRoundings: ROUNDINGS_A_GROUP + decodeRoundings(problem.format),
        ...(offset ? { offset: codeStep(problem).magic, span } : { offset: 0, span: 0 }),
        halfTerms: 0,
        halfRoundings: 0,
      },
    });
    return checkPlan(plan, caps);
  },
};

/** A group's sum is put together from two and scaled: at most three roundings more than its own have. */
const ROUNDINGS_A_GROUP = 3;
