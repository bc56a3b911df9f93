import type { GemmProblem } from '../../src/kernels/problem.ts';
import { VARIANT_IDS, type VariantId } from '../../src/kernels/registry.ts';
import type { Tile } from '../../src/kernels/tile.ts';

/** A problem with the activations that a variant multiplies. */
export const asTaken = (id: VariantId, problem: GemmProblem): GemmProblem =>
  id.endsWith('dp4a') ? { ...problem, activation: 'i8' } : problem;

/** The variants that the adapters of these tests execute: none of them has matrices of subgroups. */
export const EXECUTED = VARIANT_IDS.filter((id) => id !== 'subgroup-matrix');

/** Rows that a variant takes, as near to `rows` as it can. */
export const rowsOf = (id: VariantId, rows: number): number =>
  id.startsWith('gemv') ? Math.min(rows, 4) : rows;

/** Tiles that drivers compile soon: the same text with less of it unrolled. */
export const QUICK_TILES: Readonly<Partial<Record<VariantId, Tile>>> = {
  gemv: { BN: 16, TN: 4, SPLIT: 2, DEPTH: 1 },
  skinny: { BM: 8, BN: 128, TN: 4, INNER: 2, SPLIT: 2 },
  tiled: { BM: 32, BN: 32, TM: 4, TN: 4 },
  dp4a: { BM: 32, BN: 32, TM: 4, TN: 4 },
  'gemv-dp4a': { TN: 4 },
  'dequant-dense': { BM: 32, BN: 64, TM: 4 },
};
