import { ONE_HOT_PASSED, type Verification } from '../io/record.ts';
import { drawActivations } from '../io/activations.ts';
import { exactInputs } from '../reference/exact-data.ts';
import { POISON_BITS } from '../reference/poison.ts';
import type { ReferencePool } from '../reference/pool.ts';
import type { CheckRequest, ProductInputs } from '../reference/request.ts';
import type { Verdict } from '../reference/verdict.ts';
import { uploadActivations, uploadWeights } from './operands.ts';
import type { Report } from './reporter.ts';
import type { Subject } from './subject.ts';

/** What checking needs besides the subject. */
export interface CheckContext {
  readonly pool: ReferencePool;
  readonly signal: AbortSignal;
  readonly report: Report;
}

/**
 * Checks a kernel twice, on poisoned outputs: on integer-exact or one-hot data bit for bit, then on the real weights by
 * the bound. The real weights stay in the buffers.
 */
export async function verify(subject: Subject, context: CheckContext): Promise<Verification> {
  const exact = await checkExact(subject, context);
  const inputs: ProductInputs = {
    M: subject.spec.m,
    activations: activationsFor(subject, subject.spec.seed),
    weights: subject.weights,
  };
  const verdict = await runAndCheck(subject, inputs, 'bound', context, [0.5, 1]);
  return verificationOf(verdict, exact);
}

/** Draws the real data's activations [M, K]; real weights meet activations with outlier channels. */
function activationsFor({ spec }: Subject, seed: number): Float32Array<ArrayBuffer> {
  return drawActivations(seed, spec.m, spec.k, spec.activation, spec.weights !== 'random');
}

/** Puts other activations in place, so that only work done from now on can give their product. */
export function reseed(subject: Subject): ProductInputs {
  const activations = activationsFor(subject, (subject.spec.seed + 1) >>> 0);
  uploadActivations(subject.loaded, activations);
  return { M: subject.spec.m, activations, weights: subject.weights };
}

/** Checks what the last timed dispatch left, against the activations that {@link reseed} gave. */
export async function postCheck(
  { loaded, spec }: Subject,
  inputs: ProductInputs,
  { pool, signal, report }: CheckContext,
): Promise<Verdict> {
  report('post-check', 0);
  const output = await loaded.readOutput();
  const request: CheckRequest = { inputs, rounding: loaded.plan.numerics, judge: 'bound', seed: spec.seed };
  return pool.check(request, output, signal, (fraction) => {
    report('post-check', fraction);
  });
}

/** What exact data showed. */
interface ExactOutcome {
  readonly kind: 'integer' | 'one-hot';
  readonly verdict: Verdict;
}

/** @returns why there is no exact data, where there is none. */
async function checkExact(subject: Subject, context: CheckContext): Promise<ExactOutcome | string> {
  const { problem, numerics } = subject.loaded.plan;
  const exact = exactInputs({ ...problem, rounding: numerics }, subject.spec.seed);
  if (exact.kind === 'none') return exact.reason;
  const verdict = await runAndCheck(subject, exact.inputs, 'exact', context, [0, 0.5], exact.unit);
  return { kind: exact.kind, verdict };
}

async function runAndCheck(
  { loaded, spec }: Subject,
  inputs: ProductInputs,
  judge: CheckRequest['judge'],
  { pool, signal, report }: CheckContext,
  [from, to]: readonly [number, number],
  unit = 1,
): Promise<Verdict> {
  const detail = judge === 'exact' ? 'bit for bit' : 'real data';
  signal.throwIfAborted();
  report('verify', from, detail);
  uploadWeights(loaded, inputs.weights);
  uploadActivations(loaded, inputs.activations);
  await loaded.run(POISON_BITS);
  const output = await loaded.readOutput();
  const request: CheckRequest = { inputs, rounding: loaded.plan.numerics, judge, seed: spec.seed, unit };
  return pool.check(request, output, signal, (fraction) => {
    report('verify', from + (to - from) * fraction, detail);
  });
}

/**
 * @param verdict on the real data.
 * @param exact the verdict on exact data, or what the record says of it instead.
 */
function verificationOf(verdict: Verdict, exact: ExactOutcome | string): Verification {
  const onExactData = typeof exact === 'string' ? SILENT : exact.verdict;
  const firstWrong = verdict.firstWrong ?? onExactData.firstWrong;
  return {
    passed: verdict.passed && onExactData.passed,
    mode: verdict.mode,
    checkedElements: verdict.checkedElements,
    maxAbsError: finite(verdict.maxAbsError),
    maxRelError: finite(verdict.maxRelError),
    maxUlp: finite(verdict.maxUlp),
    nmse: finite(verdict.nmse),
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
  };
}

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

const wordFor = ({ kind, verdict }: ExactOutcome): string =>
  verdict.passed ? (kind === 'integer' ? 'passed' : ONE_HOT_PASSED) : 'failed';

/** A record's number: JSON has no infinity and no NaN, for which it holds ±1e308. */
const finite = (value: number): number => (Number.isFinite(value) ? value : value < 0 ? -1e308 : 1e308);

/** The verification of a run whose timed output failed its check. */
export const failedAfterTiming = (before: Verification, after: Verdict): Verification => ({
  ...verificationOf(after, before.integerExact),
  missProbability: before.missProbability,
});
