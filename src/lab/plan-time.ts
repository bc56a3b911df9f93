import type { Result } from '../io/record.ts';
import { parseSpec, type Spec, SpecError } from '../io/spec.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import { planFeatures } from '../tune/plan-features.ts';
import type { PlanTime } from '../tune/predictor.ts';
import { planSpec } from './plan-spec.ts';

/** Whether a result is a right and timed one of a kernel of ours: of the user's own WGSL a plan tells nothing. */
export const isTimed = ({ status, timing, spec }: Result): boolean =>
  status === 'ok' && timing !== undefined && timing.medianNs > 0 && spec.wgsl === undefined;

/**
 * A result as the predictor takes it: its median time, and the features of the plan that it ran, `auto` resolved as it was then.
 * Its shape is M, N and K alone: two formats of one shape are never on both sides of a split.
 *
 * @param caps of the adapter that it was measured on.
 * @returns `undefined` where it is not {@link isTimed}, or where there is no plan of it on this adapter.
 */
export function planTimeOf(result: Result, caps: DeviceCaps): PlanTime | undefined {
  const { spec, timing, kernel } = result;
  if (!isTimed(result) || !timing) return undefined;
  if (!isReadable(spec)) return undefined;
  const plan = planSpec(kernel ? { ...spec, kernel: kernel.variant, params: kernel.params } : spec, caps);
  if (plan.kind === 'rejected') return undefined;
  return {
    shape: `${spec.m} × ${spec.n} × ${spec.k}`,
    features: planFeatures(plan),
    time: timing.medianNs,
  };
}

/** A record's spec may name a format or a layout that there is not. */
function isReadable(spec: Spec): boolean {
  try {
    parseSpec(spec);
    return true;
  } catch (error) {
    if (error instanceof SpecError) return false;
    throw error;
  }
}
