import type { Comparison, Result, Verification } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { compareAll } from '../measure/compare-all.ts';
import type { Beyond } from '../reference/range-check.ts';
import type { CheckContext } from './check-context.ts';
import type { Judged } from './lab.ts';
import type { QuantizedSource } from './quantized-source.ts';
import { beyondRange } from './range.ts';
import { reporter } from './reporter.ts';
import { beyondResult, failedResult, okResult, type Outcome, type Verified, wrongResult } from './results.ts';
import { type Ended, prepare, type Subject, unlessLost } from './subject.ts';
import { timeAll, type TimingContext } from './time-all.ts';
import { operandsOf, verify } from './verify.ts';

/** What a session works with. */
export interface SessionContext extends TimingContext, Pick<CheckContext, 'onJudged'> {
  readonly source: QuantizedSource;
}

/** What became of the specs of a session. */
export interface SessionRecord {
  readonly results: readonly Result[];
  /** Each timed result against the first. */
  readonly comparisons: readonly Comparison[];
}

/**
 * Runs specs on one device: verifies each, times the right ones against each other, checks them again.
 *
 * @param timed whether to measure at all.
 * @throws PlanError `lost`, or the signal's reason.
 */
export async function runSession(
  specs: readonly Spec[],
  timed: boolean,
  context: SessionContext,
): Promise<SessionRecord> {
  const loaded: Subject[] = [];
  try {
    const outcomes: (Outcome | Verified)[] = [];
    for (const [i, spec] of specs.entries()) {
      const subject = await open(spec, i, specs.length, context);
      if (subject.kind === 'ready') loaded.push(subject);
      outcomes.push(await verifyOne(subject, i, specs.length, context));
    }
    const ended = timed
      ? await timeRight(outcomes, context)
      : outcomes.map((outcome) => ('subject' in outcome ? { result: okResult(outcome) } : outcome));
    return {
      results: ended.map(({ result }) => result),
      comparisons: judge(ended),
    };
  } finally {
    for (const subject of loaded) subject.loaded.destroy();
  }
}

async function open(
  spec: Spec,
  index: number,
  count: number,
  { gpu, source, signal, onProgress }: SessionContext,
): Promise<Subject | Ended> {
  signal.throwIfAborted();
  return prepare(spec, gpu, source, signal, reporter(onProgress, index, count));
}

async function verifyOne(
  subject: Subject | Ended,
  index: number,
  count: number,
  { pool, signal, onProgress, onJudged }: SessionContext,
): Promise<Outcome | Verified> {
  if (subject.kind === 'ended') {
    const { spec, status, reason, facts } = subject;
    return { result: { environment: 0, spec, status, reason, retries: 0, ...facts } };
  }
  const report = reporter(onProgress, index, count);
  report('compile', 1, subject.loaded.plan.variant);
  try {
    let judged: Judged | undefined;
    const verification = await verify(subject, {
      ...{ pool, signal, report },
      onJudged: (real) => {
        judged = real;
        onJudged?.(real);
      },
    });
    const beyond = judged && (await beyondTypes(subject, judged, verification, signal));
    if (beyond) return { result: beyondResult(subject, beyond) };
    return verification.passed ? { subject, verification } : { result: wrongResult(subject, verification) };
  } catch (cause) {
    return { result: failedResult(subject, unlessLost(cause).message) };
  }
}

/**
 * What of the real product does not fit its types: then its outputs cannot be judged, whatever they are. A kernel that failed on data
 * which fit, or left outputs out, is wrong all the same.
 */
async function beyondTypes(
  subject: Subject,
  { activations }: Judged,
  { activationFault, unwritten, checks = [] }: Verification,
  signal: AbortSignal,
): Promise<Beyond | undefined> {
  const failed = checks.some(({ check, outcome }) => outcome === 'failed' && check !== 'size');
  if (failed || activationFault !== undefined || unwritten > 0) return undefined;
  return beyondRange(subject.loaded.plan, { ...operandsOf(subject), activations }, signal);
}

/** Times those that are right; the others stay as they are. */
async function timeRight(
  outcomes: readonly (Outcome | Verified)[],
  context: SessionContext,
): Promise<readonly Outcome[]> {
  const timed = await timeAll(
    outcomes.filter((outcome) => 'subject' in outcome),
    context,
  );
  const next = timed.values();
  return outcomes.map((outcome) => ('subject' in outcome ? next.next().value! : outcome));
}

/** The timed ones among them judged against the first. */
function judge(outcomes: readonly Outcome[]): readonly Comparison[] {
  const contestants = outcomes.flatMap(({ times, resolutionNs = 0 }, index) =>
    times ? [{ index, times, resolutionNs }] : [],
  );
  return contestants[0]?.index === 0 ? compareAll(contestants) : [];
}
