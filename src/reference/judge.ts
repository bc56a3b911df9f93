import { RANDOM_SAMPLES } from './check-plan.ts';
import { EXACT_VECTORS } from './exact-projection.ts';
import { type ErrorSize, errorSize } from './error-size.ts';
import type { Findings, RankedElement } from './findings.ts';
import type { Verdict, WrongElement } from './verdict.ts';

/**
 * The verdict on an output of `elements` elements from all that was found in it.
 *
 * `missProbability` is the chance that one wrong element passes: none in a full check; 2⁻²⁰ for an exact check by
 * projection (for any set of wrong elements; a single one is never missed); under a bound, for one wrong by less than
 * `smallestDetectable`, the chance that no random sample hits it, which does not count on the projections at all.
 */
export function judge(
  findings: Findings,
  kind: 'bound' | 'exact',
  sampled: boolean,
  elements: number,
): Verdict {
  const { worst, unwritten, nonFinite, projectedRows } = findings;
  const size = kind === 'bound' ? errorSize(findings) : UNJUDGED;
  const precise = findings.squaredError <= size.largest;
  const passed = precise && rightOneByOne(findings);
  const byProjection = kind === 'exact' ? projectedRows > 0 : sampled;
  const missed = kind === 'exact' ? 2 ** -EXACT_VECTORS : (1 - 1 / elements) ** RANDOM_SAMPLES;
  return {
    passed,
    mode: byProjection ? 'sampled' : 'full',
    checkedElements: findings.compared,
    maxAbsError: findings.maxAbsError,
    maxRelError: findings.maxRelError,
    maxUlp: findings.maxUlp,
    nmse: normalised(findings.squaredError, findings.squaredExpected),
    nmseExpected: normalised(size.largest, findings.squaredExpected),
    precise,
    oneWay: size.oneWay,
    boundRatio: kind === 'bound' ? findings.boundRatio : passed ? 0 : Infinity,
    missProbability: byProjection ? missed : 0,
    smallestDetectable: byProjection ? findings.detectable : 0,
    unwritten,
    nonFinite,
    firstWrong: worst ? withoutRank(worst) : undefined,
  };
}

/** Outputs that must be exact, or a rounding away from it, are not judged by the size of their error. */
const UNJUDGED: ErrorSize = { largest: Infinity, oneWay: 0 };

const rightOneByOne = ({ worst, unwritten, nonFinite, mismatchedRows }: Findings): boolean =>
  !worst && unwritten === 0 && nonFinite === 0 && mismatchedRows === 0;

function normalised(squaredError: number, squaredExpected: number): number {
  if (squaredError === 0) return 0;
  return squaredExpected === 0 ? Infinity : squaredError / squaredExpected;
}

const withoutRank = ({ m, n, got, expected }: RankedElement): WrongElement => ({ m, n, got, expected });
