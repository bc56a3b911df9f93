import type { GemmProblem } from '../../src/kernels/problem.ts';
import { weightFormat } from './weight-format.ts';

/** A product of which no size is a multiple of a tile, a group or a chunk. */
export const RAGGED: GemmProblem = {
  M: 33,
  N: 65,
  K: 97,
  format: weightFormat(),
  layout: 'interleaved',
  activation: 'f32',
  accumulator: 'f32',
  epilogue: 'none',
  output: 'f32',
};
