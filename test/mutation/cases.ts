import { parseSpec, DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import type { VariantId } from '../../src/kernels/registry.ts';
import { EXECUTED, QUICK_TILES, rowsOf } from '../support/variant-problem.ts';

type Fields = Partial<Spec>;

/**
 * Problems in which a kernel uses what it has: ragged sizes, several groups, zero points, minima, second levels, a table, a small
 * float, halves. Along each side of the output lie at least two workgroups of the tiles that are used, and along K more chunks than
 * a kernel deals out at once: where there is one of something, its index may be anything.
 */
const PROBLEMS: readonly Fields[] = [
  { format: 'int4', group: 32, zeroPoint: true, n: 132, k: 189 },
  { format: 'q4_k', n: 133, k: 512, activation: 'f16', epilogue: 'bias' },
  { format: 'mxfp4', n: 133, k: 288, accumulator: 'f16' },
  { format: 'nvfp4', n: 132, k: 304, epilogue: 'silu', output: 'f16' },
  { format: 'bnb-nf4-dq', n: 133, k: 320 },
  { format: 'int3', group: 40, scale: 'bf16', zeroPoint: 'min', layout: 'stream', n: 133, k: 189 },
  { format: 'uint8', group: 16, scale: 'f32', zeroPoint: true, n: 132, k: 317 },
];

/** The problems on which a kernel is changed. */
const CHOSEN: Readonly<Record<VariantId, readonly number[]>> = {
  naive: [0, 1, 3, 5],
  gemv: [0, 1, 2, 4],
  skinny: [0, 2, 3, 5],
  tiled: [0, 1, 2, 6],
  'dequant-dense': [0, 2, 3, 4],
  'gemv-dp4a': [0, 1, 3, 6],
  dp4a: [0, 1, 5, 6],
  'subgroup-matrix': [],
};

/** A kernel on a problem. */
export interface Case {
  readonly kernel: VariantId;
  readonly spec: Spec;
}

/** Every kernel on each of its problems, with tiles that drivers compile soon. */
export const CASES: readonly Case[] = EXECUTED.flatMap((kernel) =>
  CHOSEN[kernel].map((index) => {
    const spec = parseSpec({
      ...DEFAULT_SPEC,
      weights: 'random',
      m: rowsOf(kernel, 33),
      ...PROBLEMS[index]!,
      ...(kernel.endsWith('dp4a') ? { activation: 'i8' } : {}),
      // The only one of these that keeps its sums in halves where it is asked to.
      ...(kernel === 'tiled' ? {} : { accumulator: 'f32' }),
      kernel,
      params: QUICK_TILES[kernel] ?? {},
      seed: 11,
    });
    return { kernel, spec };
  }),
);
