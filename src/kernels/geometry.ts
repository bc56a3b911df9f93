import { elementOf, groupCount, groupSize } from '../formats/format.ts';
import { ceilDiv, roundUp } from '../base/integers.ts';
import type { Geometry } from '../layouts/layout.ts';
import type { GemmProblem } from './problem.ts';

/**
 * The padded weights of a problem: whole tiles of `BN` columns, whole blocks of `BK` codes.
 *
 * @param BN columns of a workgroup's tile.
 * @param BK codes along K of one step of the outermost loop; a multiple of {@link CHUNK}.
 * @param NB columns that lie side by side in an interleaved layout; divides `BN`, or is divided by it.
 */
export function padGeometry(problem: GemmProblem, BN: number, BK: number, NB: number): Geometry {
  const paddedN = roundUp(problem.N, Math.max(BN, NB));
  const paddedK = roundUp(problem.K, BK);
  const oneGroup = groupCount(problem.format, problem.K) === 1;
  return {
    paddedN,
    paddedK,
    bits: elementOf(problem.format).bits,
    NB,
    groups: oneGroup ? 1 : ceilDiv(paddedK, groupSize(problem.format, problem.K)),
  };
}

/** Codes along K that share a scale as the kernel counts them: the group size, or all of padded K for one group. */
export const codesPerGroup = (problem: GemmProblem, geometry: Geometry): number =>
  geometry.groups === 1 ? geometry.paddedK : groupSize(problem.format, problem.K);
