import type { Verification } from '../io/record.ts';
import type { Surroundings, Timer } from '../measure/sampler.ts';
import type { CheckContext } from './check-context.ts';
import { findKeptWork } from './kept-work.ts';
import { failedMemoryCheck, memoryCheck } from './memory-check.ts';
import { postCheck } from './post-check.ts';
import type { Verified } from './results.ts';
import type { TwoInputs } from './two-sets.ts';
import { failedAfterTiming, isRight } from './verification.ts';

/** What an experiment was found to be after it was timed. */
export interface AfterTiming {
  /** With what the timing showed; not passed where an output was wrong then. */
  readonly verification: Verification;
  /** For users: what a text of theirs leaves out of its time. */
  readonly warnings: readonly string[];
}

/** What looking at a kernel after its timing works with. */
export interface AfterTimingContext extends CheckContext, Surroundings {
  readonly signal: AbortSignal;
  readonly timer: Timer;
  /** Of its time. */
  readonly dispatchesPerSample: number;
}

/**
 * Checks the outputs of the dispatches that were timed, and of a user's own text what it is faster for: texts of ours keep nothing,
 * which their tests show, and do not pay for it.
 *
 * @throws PlanError, or the signal's reason.
 */
export async function afterTiming(
  { subject, verification }: Verified,
  inputs: TwoInputs,
  context: AfterTimingContext,
): Promise<AfterTiming> {
  const { loaded, spec } = subject;
  const { dispatchesPerSample, timer } = context;
  const { checked, same } = await postCheck(subject, inputs, context);
  const findings = { plan: loaded.plan, dispatchesPerSample, same };
  if (!isRight(checked)) {
    return {
      verification: failedAfterTiming(verification, checked, failedMemoryCheck(findings)),
      warnings: [],
    };
  }
  const quicker =
    spec.wgsl === undefined ? undefined : await findKeptWork(loaded, dispatchesPerSample, timer, context);
  const checks = [...(verification.checks ?? []), memoryCheck(findings, quicker)];
  return { verification: { ...verification, checks }, warnings: quicker?.warnings ?? [] };
}
