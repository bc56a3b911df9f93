import type { Check } from '../io/record.ts';
import { storesZeroCodes } from '../formats/format.ts';
import type { BufferRole, KernelPlan } from '../kernels/plan.ts';
import { sharesCodes } from './two-sets.ts';
import type { Quicker } from './kept-work.ts';

/** What is known of the memory of an experiment between its timed dispatches. */
export interface MemoryFindings {
  readonly plan: KernelPlan;
  readonly dispatchesPerSample: number;
  /** Outputs, of all M · N, that two products have in common. */
  readonly same: number;
}

/** What passes leave for each other. */
const BETWEEN: readonly BufferRole[] = ['partials', 'quantized', 'blocks', 'expanded'];

/**
 * What timing two inputs in turn showed, as one of the checks.
 *
 * @param quicker what a text of the user's is quicker for; `undefined` for a text of ours, which keeps nothing.
 */
export function memoryCheck(findings: MemoryFindings, quicker: Quicker | undefined): Check {
  const says = [shown(findings), ...(quicker ? [couldKeep(findings, quicker)] : [])].join(' ');
  return { check: 'memory', outcome: 'passed', says };
}

/** The same of a kernel whose output was wrong then. */
export function failedMemoryCheck({ plan: { problem }, same }: MemoryFindings): Check {
  const says =
    same > 0
      ? `Of ${problem.M * problem.N} outputs, ${same} are those of the dispatch before, which had other inputs.`
      : 'A timed dispatch gave another output than its inputs ask for.';
  return { check: 'memory', outcome: 'failed', says };
}

function shown({ plan, dispatchesPerSample, same }: MemoryFindings): string {
  const written = `what it writes (${listed(['output', ...betweenOf(plan)])}) was overwritten`;
  const { M, N } = plan.problem;
  const alike = same > 0 ? ` (${same} of ${M * N} are the same in both)` : '';
  return dispatchesPerSample === 1
    ? `Each timed dispatch did all of its work: ${written} before it. The outputs of two inputs in turn are right${alike}.`
    : `Each timed dispatch had other activations and scales than the one before, over whose results the outputs of both are right${alike}; ${written} before each sample.`;
}

/** What is left that a text of the user's could keep, and whether it does. */
function couldKeep({ plan, dispatchesPerSample }: MemoryFindings, { kept }: Quicker): string {
  if (dispatchesPerSample === 1) return 'Nothing could be kept from one to the next.';
  const between = betweenOf(plan);
  const could =
    between.length === 0
      ? 'This text could keep only what fits into output beside its results'
      : `This text could keep, in ${listed(between)}, results to be found by their inputs${unpacked(plan)}`;
  return `${could}; ${DOES[String(kept) as 'true' | 'false' | 'undefined']}`;
}

const DOES = {
  true: 'a dispatch is faster where that is left as it was, so that the time has less than all of its work in it.',
  false: 'a dispatch is not faster where that is left as it was.',
  undefined: 'its times are too uneven, or too short for the timer, to tell whether it does.',
} as const;

/** What both inputs share, as a part of a sentence. */
function unpacked(plan: KernelPlan): string {
  const zeros = storesZeroCodes(plan.problem.format) ? 'zero points' : '';
  const codes = sharesCodes(plan) ? 'packed codes' : '';
  const shared = [codes, zeros].filter((name) => name !== '');
  return shared.length > 0 ? `, or the ${listed(shared)}, which both inputs share, unpacked` : '';
}

const betweenOf = ({ buffers }: KernelPlan): readonly string[] =>
  BETWEEN.filter((role) => buffers[role] !== undefined);

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
