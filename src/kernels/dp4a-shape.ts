import { ceilDiv } from '../base/integers.ts';
import { CHUNK } from '../layouts/layout.ts';
import { int8Groups } from './int8-groups.ts';
import type { GemmProblem } from './problem.ts';
import { tileThreads } from './register-tile-constraints.ts';

/** The tile of a workgroup, and of one of its invocations. */
export type Dp4aTile = Readonly<Record<'BM' | 'BN' | 'TM' | 'TN', number>>;

/** What the invocations of a workgroup stage in one step, each a number of times. */
export interface Shares {
  readonly threads: number;
  /** Halves of a row's block. */
  readonly activations: number;
  /** Scales and sums of a row's block: with the halves where spans end inside a block, as their sums are made of those. */
  readonly blocks: number;
  /** Halves of a column's block. */
  readonly weights: number;
  /** Groups of a column that begin in a block. */
  readonly groups: number;
}

/** Spans of codes with one scale in a block. */
export const spansOf = (problem: GemmProblem): number => CHUNK / int8Groups(problem).span;

/** How the staging of a step is divided among the invocations of a workgroup. */
export function sharesOf(problem: GemmProblem, tile: Dp4aTile): Shares {
  const threads = tileThreads(tile);
  const activations = ceilDiv(2 * tile.BM, threads);
  return {
    threads,
    activations,
    blocks: spansOf(problem) === 1 ? ceilDiv(tile.BM, threads) : activations,
    weights: ceilDiv(2 * tile.BN, threads),
    groups: ceilDiv(spansOf(problem) * tile.BN, threads),
  };
}

/** Workgroup memory in bytes: two vectors a row and a column, and for each group scale and sum of a row, terms of a column. */
export function dp4aBytes(tile: Dp4aTile, problem: GemmProblem): number {
  const { BM, BN } = tile;
  return CHUNK * (BM + BN) + spansOf(problem) * (8 * BM + 4 * BN * columnTerms(problem).length);
}

/** What a group has for each column; each is a workgroup array of f32. */
export function columnTerms(problem: GemmProblem): ('scale' | 'zero' | 'min')[] {
  const { ownZeros, hasMin } = int8Groups(problem);
  return ['scale', ...(ownZeros ? (['zero'] as const) : []), ...(hasMin ? (['min'] as const) : [])];
}
