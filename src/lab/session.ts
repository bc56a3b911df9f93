import { nanoseconds } from '../base/units.ts';
import type { Gpu } from '../device/gpu.ts';
import type { Comparison, Result, Verification } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { compareTimes } from '../measure/compare-times.ts';
import { measure, type Measurement } from '../measure/measure.ts';
import { type Protocol, PROTOCOLS, protocolFor } from '../measure/protocol.ts';
import { ratesOf } from '../measure/rates.ts';
import type { RoundTimes } from '../measure/sample-rounds.ts';
import type { ReferencePool } from '../reference/pool.ts';
import type { ProductInputs } from '../reference/request.ts';
import { loadCanary } from './canary.ts';
import type { Progress } from './lab.ts';
import type { QuantizedSource } from './quantized-source.ts';
import { reporter } from './reporter.ts';
import { type Ended, prepare, type Subject, unlessLost } from './subject.ts';
import { type CheckContext, failedAfterTiming, postCheck, reseed, verify } from './verify.ts';
import { wrongReason } from './wrong-reason.ts';

/** What a session works with. */
export interface SessionContext {
  readonly gpu: Gpu;
  readonly pool: ReferencePool;
  readonly source: QuantizedSource;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** A result, and its times by round where it was timed. */
interface Outcome {
  readonly result: Result;
  readonly times?: RoundTimes;
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
      const subject = await open(spec, timed, i, specs.length, context);
      if (subject.kind === 'ready') loaded.push(subject);
      outcomes.push(await verifyOne(subject, i, specs.length, context));
    }
    const ended = timed
      ? await timeAll(outcomes, context)
      : outcomes.map((outcome) => ('subject' in outcome ? { result: okResult(outcome) } : outcome));
    return {
      results: ended.map(({ result }) => result),
      comparisons: compareWithFirst(ended, specs[0]!.seed),
    };
  } finally {
    for (const subject of loaded) subject.loaded.destroy();
  }
}

/** An experiment whose output is right. */
interface Verified {
  readonly subject: Subject;
  readonly verification: Verification;
}

async function open(
  spec: Spec,
  timed: boolean,
  index: number,
  count: number,
  { gpu, source, signal, onProgress }: SessionContext,
): Promise<Subject | Ended> {
  signal.throwIfAborted();
  if (timed && spec.cache === 'cold') {
    const reason = 'times with a cold cache cannot be taken yet; take cache "hot"';
    return { kind: 'ended', spec, status: 'unsupported', reason, facts: {} };
  }
  return prepare(spec, gpu, source, signal, reporter(onProgress, index, count));
}

async function verifyOne(
  subject: Subject | Ended,
  index: number,
  count: number,
  { pool, signal, onProgress }: SessionContext,
): Promise<Outcome | Verified> {
  if (subject.kind === 'ended') {
    const { spec, status, reason, facts } = subject;
    return { result: { environment: 0, spec, status, reason, retries: 0, ...facts } };
  }
  const report = reporter(onProgress, index, count);
  report('compile', 1, subject.loaded.plan.variant);
  try {
    const verification = await verify(subject, { pool, signal, report });
    return verification.passed ? { subject, verification } : { result: wrongResult(subject, verification) };
  } catch (cause) {
    return { result: failedResult(subject, unlessLost(cause).message) };
  }
}

/** Times those that are right, in interleaved rounds; the others stay as they are. */
async function timeAll(
  outcomes: readonly (Outcome | Verified)[],
  { gpu, pool, signal, onProgress }: SessionContext,
): Promise<readonly Outcome[]> {
  const right = outcomes.filter((outcome) => 'subject' in outcome);
  const [first] = right;
  if (!first) return outcomes.filter((outcome) => 'result' in outcome);
  const inputs = right.map(({ subject }) => reseed(subject));
  const { timer, software } = gpu.description;
  const canary = await loadCanary(gpu);
  const protocol = strictest(
    right.map(({ subject }) => subject.spec),
    software,
  );
  const measurements = await measure(
    right.map(({ subject }) => subject.loaded),
    { timer, protocol, seed: first.subject.spec.seed, ...(canary ? { canary } : {}) },
    { now: () => nanoseconds(performance.now() * 1e6), signal, onProgress: reporter(onProgress) },
  ).finally(() => canary?.destroy());
  const ended: Outcome[] = [];
  for (const [i, verified] of right.entries()) {
    const measurement = measurements[i]!;
    const report = reporter(onProgress, i, right.length);
    ended.push(
      measurement.kind === 'measured'
        ? await recheck(verified, measurement, inputs[i]!, timer, { pool, signal, report })
        : { result: { ...okResult(verified), status: 'failed', reason: measurement.reason } },
    );
  }
  const next = ended.values();
  return outcomes.map((outcome) => ('subject' in outcome ? next.next().value! : outcome));
}

/** Variants of one session share their rounds, and so the protocol that asks for most of them. */
function strictest(specs: readonly Spec[], software: boolean): Protocol {
  const names = specs.map(({ protocol }) => protocol);
  const [name = 'quick'] = names.sort((a, b) => PROTOCOLS[b].minRounds - PROTOCOLS[a].minRounds);
  return protocolFor(name, software);
}

/** Checks what the last timed dispatch left; a time counts only where that is right. */
async function recheck(
  verified: Verified,
  { timing, times }: Measurement & { readonly kind: 'measured' },
  inputs: ProductInputs,
  timer: Gpu['description']['timer'],
  context: CheckContext,
): Promise<Outcome> {
  const { subject, verification } = verified;
  try {
    const verdict = await postCheck(subject, inputs, context);
    if (!verdict.passed)
      return { result: wrongResult(subject, failedAfterTiming(verification, verdict), true) };
  } catch (cause) {
    return { result: { ...failedResult(subject, unlessLost(cause).message), verification } };
  }
  const derived = ratesOf(subject.loaded.plan, timing, timer);
  return { result: { ...okResult(verified), timing, derived }, times };
}

const okResult = ({ subject: { spec, facts }, verification }: Verified): Result => ({
  environment: 0,
  spec,
  status: 'ok',
  retries: 0,
  verification,
  ...facts,
});

const failedResult = ({ spec, facts }: Subject, reason: string): Result => ({
  environment: 0,
  spec,
  status: 'failed',
  reason,
  retries: 0,
  ...facts,
});

const wrongResult = ({ spec, facts }: Subject, verification: Verification, timed = false): Result => ({
  environment: 0,
  spec,
  status: 'wrong',
  reason: wrongReason(verification, timed),
  retries: 0,
  verification,
  ...facts,
});

function compareWithFirst(outcomes: readonly Outcome[], seed: number): readonly Comparison[] {
  const [first, ...others] = outcomes;
  return others.flatMap(({ times }, i) => {
    const comparison = first?.times && times && compareTimes(first.times, times, seed);
    return comparison ? [{ a: 0, b: i + 1, ...comparison }] : [];
  });
}
