import { type Check, ONE_HOT_PASSED, type Verification } from '../io/record.ts';
import type { Verdict } from '../reference/verdict.ts';
import { sizeOf } from './check-size.ts';

/** What a check of one run found. */
export interface Checked {
  readonly verdict: Verdict;
  /** What is wrong with activations that the GPU quantized. */
  readonly activationFault: string | undefined;
}

/** What exact data showed. */
export interface ExactOutcome extends Checked {
  readonly kind: 'integer' | 'one-hot';
}

/** Errors against the product with activations as they were before the GPU quantized them; nothing is judged by them. */
export type QuantizationErrors = NonNullable<Verification['againstUnquantizedActivations']>;

/** Whether a check found nothing wrong. */
export const isRight = ({ verdict, activationFault }: Checked): boolean =>
  verdict.passed && activationFault === undefined;

/**
 * Checks as a record has them.
 *
 * @param real the check on real data.
 * @param exact the check on exact data, or what the record says of it instead.
 * @param checks the others that were made, in the order of the record.
 */
export function verificationOf(
  real: Checked,
  exact: ExactOutcome | string,
  checks: readonly Check[],
  against?: QuantizationErrors,
): Verification {
  const { verdict } = real;
  const onExactData = typeof exact === 'string' ? SILENT : exact.verdict;
  const firstWrong = verdict.firstWrong ?? onExactData.firstWrong;
  const activationFault =
    real.activationFault ?? (typeof exact === 'string' ? undefined : exact.activationFault);
  return {
    passed:
      verdict.passed &&
      onExactData.passed &&
      activationFault === undefined &&
      checks.every(({ outcome }) => outcome !== 'failed'),
    mode: verdict.mode,
    checkedElements: verdict.checkedElements,
    maxAbsError: finite(verdict.maxAbsError),
    maxRelError: finite(verdict.maxRelError),
    maxUlp: finite(verdict.maxUlp),
    nmse: finite(verdict.nmse),
    nmseExpected: finite(verdict.nmseExpected),
    boundRatio: finite(verdict.boundRatio),
    integerExact: typeof exact === 'string' ? exact : wordFor(exact),
    missProbability: missProbabilityOf(verdict, exact),
    smallestDetectable: finite(verdict.smallestDetectable),
    unwritten: Math.max(verdict.unwritten, onExactData.unwritten),
    nonFinite: Math.max(verdict.nonFinite, onExactData.nonFinite),
    firstWrong: firstWrong && {
      ...firstWrong,
      got: finite(firstWrong.got),
      expected: finite(firstWrong.expected),
    },
    checks: [structureOf(exact), ...checks],
    ...(activationFault === undefined ? {} : { activationFault }),
    ...(against ? { againstUnquantizedActivations: against } : {}),
  };
}

/** What exact data showed, as one of the checks. */
function structureOf(exact: ExactOutcome | string): Check {
  const check = 'structure';
  if (typeof exact === 'string') return { check, outcome: 'not made', says: exact };
  if (!isRight(exact)) return { check, outcome: 'failed', says: 'Outputs on exact data are not exact.' };
  const says =
    exact.kind === 'integer'
      ? 'No index, tile, group or zero point is wrong: on whole numbers, whose sums cannot round, every output is exact.'
      : `No index, group or zero point is wrong in single products, which are exact: ${ONE_HOT_PASSED}.`;
  return { check, outcome: 'passed', says };
}

/** The errors of a verdict that is no judgement. */
export const errorsOf = ({ maxAbsError, maxRelError, nmse }: Verdict): QuantizationErrors => ({
  maxAbsError: finite(maxAbsError),
  maxRelError: finite(maxRelError),
  nmse: finite(nmse),
});

/**
 * The chance that a wrong kernel passes both checks. Integer data use every weight, so a kernel that is wrong there is
 * missed as rarely as that check misses anything; one-hot data say nothing of sums and leave it to the real data.
 */
const missProbabilityOf = (verdict: Verdict, exact: ExactOutcome | string): number =>
  typeof exact !== 'string' && exact.kind === 'integer'
    ? Math.min(verdict.missProbability, exact.verdict.missProbability)
    : verdict.missProbability;

/** Stands for exact data that there is none of. */
const SILENT = { passed: true, firstWrong: undefined, unwritten: 0, nonFinite: 0 };

const wordFor = (exact: ExactOutcome): string =>
  isRight(exact) ? (exact.kind === 'integer' ? 'passed' : ONE_HOT_PASSED) : 'failed';

/** A record's number: JSON has no infinity and no NaN, for which it holds ±1e308. */
const finite = (value: number): number => (Number.isFinite(value) ? value : value < 0 ? -1e308 : 1e308);

/** The verification of a run whose timed output failed its check. @param memory what that says of the timing. */
export const failedAfterTiming = (before: Verification, after: Checked, memory: Check): Verification => ({
  ...verificationOf(after, before.integerExact, [], before.againstUnquantizedActivations),
  checks: [
    ...(before.checks ?? []).map((check) => (check.check === 'size' ? sizeOf(after.verdict) : check)),
    memory,
  ],
  missProbability: before.missProbability,
});
