import { elementOf, groupCount, groupSize } from '../formats/format.ts';
import { ceilDiv, gcd, roundUp } from '../base/integers.ts';
import { CHUNK, type Geometry } from '../layouts/layout.ts';
import { parseLayout } from '../layouts/registry.ts';
import type { GemmProblem } from './problem.ts';

/**
 * The padded weights of a problem: whole blocks of `NB` columns, whole chunks of codes, whole tiles of the layout.
 *
 * @param NB columns that lie side by side in an interleaved layout; a multiple of a workgroup's columns.
 */
export function padGeometry(problem: GemmProblem, NB: number): Geometry {
  const { placement } = parseLayout(problem.layout);
  const { columns, depth } = placement.kind === 'tiles' ? placement : { columns: 1, depth: 1 };
  const paddedN = roundUp(problem.N, leastCommonMultiple(NB, columns));
  const paddedK = roundUp(problem.K, leastCommonMultiple(CHUNK, depth));
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

const leastCommonMultiple = (a: number, b: number): number => (a / gcd(a, b)) * b;
