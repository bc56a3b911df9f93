import { ceilDiv, isPowerOfTwo, roundUp } from '../../base/integers.ts';
import { bytes } from '../../base/units.ts';
import { decodeRoundings } from '../../formats/format.ts';
import { CHUNK, RUN } from '../../layouts/layout.ts';
import { assemble } from '../assemble.ts';
import { WEIGHT_ROLES } from '../bindings.ts';
import type { DeviceCaps } from '../caps.ts';
import {
  acceptTile,
  checkPlan,
  type Constraint,
  fitsInvocations,
  fitsWorkgroupMemory,
  FLOAT_TYPES,
} from '../constraint.ts';
import { denseFunctions, divideDense, expandFunctions } from '../dense-wgsl.ts';
import { padGeometry } from '../geometry.ts';
import { tileThreads } from '../register-tile-constraints.ts';
import type { KernelVariant } from '../variant.ts';
import { KERNEL_WGSL } from '../wgsl.ts';

type DenseTile = Readonly<Record<'BM' | 'BN' | 'BK' | 'TM' | 'HALF', number>>;

/** Columns of an invocation's register tile. */
const TN = 8;
/** Invocations of a workgroup that expands. */
const EXPAND_WORKGROUP = 64;

const threads = (tile: DenseTile): number => tileThreads({ ...tile, TN });
const workgroupBytes = ({ BM, BN, BK }: DenseTile): number => 4 * BK * (BM + BN);

const CONSTRAINTS = [
  {
    says: ({ TM, HALF }) => `TM must be 4 or 8, and HALF 0 or 1; they are ${TM} and ${HALF}`,
    holds: ({ TM, HALF }) => [4, 8].includes(TM) && HALF <= 1,
  },
  {
    says: ({ BM, BN, TM }) =>
      `BM and BN must be powers of two of at least TM and ${TN}; they are ${BM} and ${BN}, and TM is ${TM}`,
    holds: ({ BM, BN, TM }) => isPowerOfTwo(BM) && isPowerOfTwo(BN) && BM >= TM && BN >= TN,
  },
  {
    says: ({ BK }) => `BK must be 8, 16 or ${CHUNK}, and is ${BK}`,
    holds: ({ BK }) => [8, 16, CHUNK].includes(BK),
  },
  fitsInvocations<DenseTile>(`(BM / TM) · (BN / ${TN})`, threads, 'take a smaller tile or a TM of 8'),
  fitsWorkgroupMemory<DenseTile>('4 · BK · (BM + BN)', workgroupBytes, 'take a smaller BK, BM or BN'),
  {
    says: (tile) =>
      `BM · BK = ${tile.BM * tile.BK} activations a step are fewer than 4 for each of ${threads(tile)} invocations; ` +
      'take a larger BK or BM, or a TM of 8',
    holds: (tile) => tile.BM * tile.BK >= 4 * threads(tile),
  },
  {
    says: (tile) =>
      `BN · BK = ${tile.BN * tile.BK} weights a step are fewer than ${perLoad(tile)} for each of ${threads(tile)} ` +
      'invocations; take a larger BK or BN',
    holds: (tile) => tile.BN * tile.BK >= perLoad(tile) * threads(tile),
  },
] as const satisfies readonly Constraint<DenseTile>[];

/** Expanded weights that one load of 16 bytes brings. */
const perLoad = ({ HALF }: DenseTile): number => (HALF === 1 ? 8 : 4);

/** Decodes all weights once, then multiplies as if they had never been packed. */
export const dequantDense: KernelVariant = {
  id: 'dequant-dense',
  summary:
    'expands all weights to f32 (or f16), then multiplies them densely: wins where so many rows share them that decoding is free',
  parameters: [
    { name: 'BM', summary: 'rows of a workgroup’s tile', values: [32, 64, 128] },
    { name: 'BN', summary: 'columns of a workgroup’s tile', values: [64, 128] },
    { name: 'BK', summary: 'weights along K staged at once', values: [8, 16, 32] },
    { name: 'TM', summary: `rows of an invocation’s register tile; it has ${TN} columns`, values: [4, 8] },
    {
      name: 'HALF',
      summary: '1: expand to f16, half the memory and a rounding more; 0: to f32',
      values: [0, 1],
    },
  ],
  defaults: ({ M, N }) => ({
    ...(M <= 32 ? { BM: 32, TM: 4 } : { BM: 64, TM: 8 }),
    ...{ BN: N > 64 ? 128 : 64, BK: 16, HALF: 0 },
  }),
  plan(problem, overrides, caps) {
    const types = { ...FLOAT_TYPES, stores4: true };
    const accepted = acceptTile<DenseTile>(dequantDense, CONSTRAINTS, problem, overrides, caps, types);
    if (accepted.kind === 'rejected') return accepted;
    const { tile } = accepted;
    const { BM, BN, BK, TM, HALF } = tile;
    const geometry = padGeometry(problem, BN);
    const { paddedN, paddedK } = geometry;
    const shape = divideDense({ ...tile, TN });
    const expansion = expandDispatch((paddedN * paddedK) / RUN, caps);
    const plan = assemble(problem, {
      variant: dequantDense.id,
      tile,
      geometry,
      paddedM: roundUp(problem.M, BM),
      columns: 1,
      constants: {
        ...{ BM, BN, BK, TM, TN, STEPS: paddedK / BK, PADDED_N: paddedN },
        ...{ EXPAND_WORKGROUP, EXPAND_STRIDE: expansion[0] * EXPAND_WORKGROUP },
        EXPANDED_DEPTH: HALF === 1 ? paddedK / 2 : paddedK,
      },
      stores4: true,
      parts: [
        KERNEL_WGSL.dequantDense,
        expandFunctions(problem, shape),
        KERNEL_WGSL.dense,
        denseFunctions(shape),
      ],
      passes: [
        {
          entryPoint: 'expand',
          workgroupSize: EXPAND_WORKGROUP,
          dispatch: expansion,
          reads: WEIGHT_ROLES,
          writes: ['expanded'],
        },
        {
          entryPoint: 'main',
          workgroupSize: threads(tile),
          dispatch: [paddedN / BN, ceilDiv(problem.M, BM), 1],
          reads: ['activations', 'expanded', 'bias'],
          writes: ['output'],
        },
      ],
      between: { expanded: bytes((HALF === 1 ? 2 : 4) * paddedN * paddedK) },
      workgroupBytes: workgroupBytes(tile),
      registers: TM * TN + 2 * (TM + TN) + (BM * BK) / threads(tile) + 4 * shape.weightUnits,
      reuse: { weights: 1, activations: paddedN / BN, between: ceilDiv(problem.M, BM) },
      macsPerIteration: TM * TN * BK,
      numerics: {
        terms: paddedK,
        decodeRoundings: decodeRoundings(problem.format),
        offset: 0,
        span: 0,
        halfTerms: 0,
        halfRoundings: HALF,
      },
    });
    return checkPlan(plan, caps);
  },
};

/** Workgroups that expand `runs` runs, in rows that fit the device. */
function expandDispatch(runs: number, caps: DeviceCaps): readonly [number, number, number] {
  const workgroups = ceilDiv(runs, EXPAND_WORKGROUP);
  const wide = Math.min(workgroups, caps.maxComputeWorkgroupsPerDimension);
  return [wide, ceilDiv(workgroups, wide), 1];
}
