import type { GemmProblem } from '../../src/kernels/problem.ts';

/** A product of which no size is a multiple of a tile, a group or a chunk. */
export const RAGGED: GemmProblem = {
  M: 33,
  N: 65,
  K: 97,
  format: { element: 'int4', group: 32, scale: 'f16', zeroPoint: false },
  layout: 'interleaved',
  activation: 'f32',
  accumulator: 'f32',
};
