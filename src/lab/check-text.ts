import { type KernelPlan } from '../kernels/plan.ts';
import { withCustomText } from '../kernels/custom-text.ts';
import { tokensOf, WgslTextError } from '../kernels/wgsl-text/tokens.ts';
import type { Check } from '../io/record.ts';
import { type Subject, unlessLost } from './subject.ts';

/** What a text's outputs on the inputs that are in the buffers ought to be. */
export type RightOutput =
  | { readonly kind: 'exact'; readonly output: Float32Array<ArrayBuffer> }
  /** What the kernel gives is wrong as it is; `says` so. */
  | { readonly kind: 'wrong'; readonly says: string }
  /** There are no exact data for it: runs are compared with each other. */
  | { readonly kind: 'unknown' };

/** A check of what a kernel does beside its outputs: no text is wrong for it on every device. */
type TextCheck = 'order' | 'races' | 'bounds';

/**
 * Makes such a check where a spec asks for it: of a user's own text always, of this project's kernels only where all checks are
 * asked for, for it takes a compilation or a run, and their tests show it of them.
 *
 * @param make makes the check of a plan whose passes have the text that runs.
 */
export async function checkText(
  { loaded, spec }: Subject,
  check: TextCheck,
  make: (plan: KernelPlan) => Promise<Check>,
): Promise<Check> {
  if (spec.wgsl === undefined && spec.checks !== 'all')
    return { check, outcome: 'not made', says: LEFT_TO_TESTS };
  const { plan } = loaded;
  try {
    return await make(
      spec.wgsl === undefined ? plan : { ...plan, passes: withCustomText(plan.passes, spec.wgsl) },
    );
  } catch (cause) {
    return { check, outcome: 'not made', says: whyNot(cause) };
  }
}

const LEFT_TO_TESTS =
  "The project's tests show it of this kernel; all checks (--checks all) show it here too, which takes longer.";

/** @throws what was caught, where it is no reason: a device that is lost, or a fault of this code. */
function whyNot(cause: unknown): string {
  if (cause instanceof WgslTextError) return `The text cannot be followed: ${cause.message}.`;
  return `What the check makes of it does not run here. ${unlessLost(cause).message}`;
}

/** Why runs of a plan may differ where nothing is wrong; `undefined` where they may not. */
export const whyUnlike = ({ passes }: KernelPlan, { kind }: RightOutput): string | undefined =>
  kind === 'unknown' && passes.some(({ shader }) => isOfAtomics(shader.code))
    ? 'There are no exact data, and sums by atomics may round in another order each time.'
    : undefined;

/** Whether lanes may add to one place as they come. */
const isOfAtomics = (wgsl: string): boolean => tokensOf(wgsl).some(({ text }) => /^atomic[A-Z]/.test(text));

/** Where outputs differ first; NaN is like NaN. */
export function firstChange(
  from: Float32Array,
  to: Float32Array,
): { readonly at: number; readonly from: number; readonly to: number } | undefined {
  const at = from.findIndex((value, i) => !Object.is(value + 0, to[i]! + 0));
  return at < 0 ? undefined : { at, from: from[at]!, to: to[at]! };
}
