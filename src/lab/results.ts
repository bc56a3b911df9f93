import type { Result, Verification } from '../io/record.ts';
import type { RoundTimes } from '../measure/round-times.ts';
import type { Beyond } from '../reference/range-check.ts';
import { beyondReason } from './range.ts';
import type { Subject } from './subject.ts';
import { wrongReason } from './wrong-reason.ts';

/** A result, and its times by round where it was timed. */
export interface Outcome {
  readonly result: Result;
  readonly times?: RoundTimes;
  /** The smallest difference that the timer shows between two of the times [ns]. */
  readonly resolutionNs?: number;
}

/** An experiment whose output is right. */
export interface Verified {
  readonly subject: Subject;
  readonly verification: Verification;
}

/** The result of an experiment that is right; its time is added by whoever took it. */
export const okResult = ({ subject, verification }: Verified): Result => ({
  environment: 0,
  spec: subject.spec,
  status: 'ok',
  retries: 0,
  verification,
  ...factsOf(subject),
});

/** The result of an experiment that ended before it was known to be right. */
export const failedResult = (subject: Subject, reason: string): Result => ({
  environment: 0,
  spec: subject.spec,
  status: 'failed',
  reason,
  retries: 0,
  ...factsOf(subject),
});

/** The result of an experiment whose product does not fit its types. */
export const beyondResult = (subject: Subject, beyond: Beyond): Result => ({
  environment: 0,
  spec: subject.spec,
  status: 'unsupported',
  reason: beyondReason(beyond, subject.loaded.plan),
  beyond,
  retries: 0,
  ...factsOf(subject),
});

/** The result of an experiment whose output is wrong. @param timed whether it was right before it was timed. */
export const wrongResult = (subject: Subject, verification: Verification, timed = false): Result => ({
  environment: 0,
  spec: subject.spec,
  status: 'wrong',
  reason: wrongReason(verification, timed),
  retries: 0,
  verification,
  ...factsOf(subject),
});

/** What is known of a subject, its first run included once there was one. */
function factsOf({ facts, loaded }: Subject): Subject['facts'] {
  const { kernel } = facts;
  if (!kernel || loaded.firstRunNs === undefined) return facts;
  return { ...facts, kernel: { ...kernel, firstRunNs: loaded.firstRunNs } };
}
