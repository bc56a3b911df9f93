import type { GemmProblem } from '../../src/kernels/problem.ts';
import { VARIANT_IDS, type VariantId } from '../../src/kernels/registry.ts';

/** A problem with the activations that a variant multiplies. */
export const asTaken = (id: VariantId, problem: GemmProblem): GemmProblem =>
  id.endsWith('dp4a') ? { ...problem, activation: 'i8' } : problem;

/** The variants that the adapters of these tests execute: none of them has matrices of subgroups. */
export const EXECUTED = VARIANT_IDS.filter((id) => id !== 'subgroup-matrix');

/** Rows that a variant takes, as near to `rows` as it can. */
export const rowsOf = (id: VariantId, rows: number): number =>
  id.startsWith('gemv') ? Math.min(rows, 4) : rows;
