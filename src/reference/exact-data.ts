import { hash32 } from '../base/random.ts';
import { alignRow, integerActivations, integerBias, oneHotActivations } from './exact-activations.ts';
import { exactCodes, type ExactCodes } from './exact-codes.ts';
import { type ExactProblem, exactRange } from './exact-range.ts';
import { exactWeights } from './exact-weights.ts';
import { usesHalf } from './half-bound.ts';
import { oneHotRange } from './one-hot-range.ts';
import type { ProductInputs } from './request.ts';

/**
 * Inputs whose product is the same bit for bit in any order and tiling, or why there are none. `integer`: every partial
 * sum is a multiple of `unit` that the accumulator holds. `one-hot`: one power of two a row, so that no sum rounds. An f16
 * output of either that f16 does not hold may still become either neighbour.
 */
export type ExactInputs =
  | { readonly kind: 'integer' | 'one-hot'; readonly inputs: ProductInputs; readonly unit: number }
  | { readonly kind: 'none'; readonly reason: string };

/** Of fewer columns each has other things to show than how large its sums may be. */
const FEW_COLUMNS = 8;

/**
 * Inputs for an exact check: random codes that cover every code (where there are as many weights), random zero points,
 * minima and biases, integer activations none of which is zero; one row and one column whose sums are nearly as large as sums can
 * be, so that what is kept in less than is declared overflows, or rounds, there. Small floats of so wide a range that sums of all
 * their codes cannot stay exact get a part of their codes, another for another seed; where sums are kept in f16 all other elements do
 * as well. Where no part will do, one-hot rows that visit different k, without a bias, which would have to be added.
 */
export function exactInputs(problem: ExactProblem, seed: number): ExactInputs {
  const { M, N, K, format, rounding, epilogue } = problem;
  if (epilogue === 'gelu' || epilogue === 'silu') return { kind: 'none', reason: `${epilogue} is not exact` };
  const fits = (codes: ExactCodes): boolean => exactRange(problem, codes).largest >= 1;
  const codes = exactCodes(format, fits, hash32(seed, 7), usesHalf(rounding));
  if (codes) {
    const range = exactRange(problem, codes);
    const activations = integerActivations(problem, range, hash32(seed, 1));
    const scales = { kind: 'integer', unit: codes.unit } as const;
    const aligned = N < FEW_COLUMNS ? undefined : alignRow(activations, problem, range, seed);
    const weights = exactWeights(problem, codes.codes, seed, scales, aligned);
    const bias = epilogue === 'bias' ? { bias: integerBias(N, codes.unit, hash32(seed, 9)) } : {};
    return { kind: 'integer', inputs: { M, activations, weights, ...bias }, unit: codes.unit };
  }
  const range = oneHotRange(problem);
  if (range.kind === 'none') return range;
  const activations = oneHotActivations(M, K, range.hot, seed);
  const weights = exactWeights(problem, range.codes, seed, { kind: 'one-hot', ...range.scales });
  const bias = epilogue === 'bias' ? { bias: new Float32Array(N) } : {};
  return { kind: 'one-hot', inputs: { M, activations, weights, ...bias }, unit: 1 };
}
