import type { Environment } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { DEFAULT_CAPS, type DeviceCaps } from '../kernels/caps.ts';
import { problemOf, variantOf } from '../lab/plan-spec.ts';

/** What the adapter may be asked for; WebGPU's defaults before it is known. */
export function capsOf(environment: Environment | undefined): DeviceCaps {
  if (!environment) return DEFAULT_CAPS;
  const limits: Record<string, number> = {};
  for (const [name, value] of Object.entries(environment.limits)) {
    if (Object.hasOwn(DEFAULT_CAPS, name)) limits[name] = value;
  }
  return {
    ...DEFAULT_CAPS,
    ...limits,
    shaderF16: environment.features.includes('shader-f16'),
    subgroups: environment.features.includes('subgroups'),
  };
}

/** The constraint that a spec breaks on this adapter, before anything runs; `undefined` where a plan can be made. */
export function brokenConstraint(spec: Spec, environment: Environment | undefined): string | undefined {
  const variant = variantOf(spec);
  if (!variant) return `there is no kernel “${spec.kernel}” on this page`;
  const plan = variant.plan(problemOf(spec), spec.params, capsOf(environment));
  return plan.kind === 'rejected' ? plan.constraint : undefined;
}
