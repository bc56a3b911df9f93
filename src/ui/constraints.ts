import type { Environment } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { DEFAULT_CAPS, type DeviceCaps } from '../kernels/caps.ts';
import { problemOf, variantOf } from '../lab/plan-spec.ts';

/** The shapes most often reported; a plan is made from those of the adapter, which a record does not have. */
const MATRICES: DeviceCaps['subgroupMatrices'] = [
  { componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 },
  { componentType: 'f16', resultComponentType: 'f16', M: 16, N: 16, K: 16 },
];

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
    packedDot: environment.features.includes('packed_4x8_integer_dot_product'),
    subgroupMatrices: environment.features.includes('chromium-experimental-subgroup-matrix') ? MATRICES : [],
  };
}

/** The constraint that a spec breaks on this adapter, before anything runs; `undefined` where a plan can be made. */
export function brokenConstraint(spec: Spec, environment: Environment | undefined): string | undefined {
  const caps = capsOf(environment);
  const variant = variantOf(spec, caps);
  if (!variant) return `there is no kernel “${spec.kernel}” on this page`;
  const plan = variant.plan(problemOf(spec), spec.params, caps);
  return plan.kind === 'rejected' ? plan.constraint : undefined;
}
