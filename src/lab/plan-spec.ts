import type { DeviceCaps } from '../kernels/caps.ts';
import type { KernelPlan, Rejection } from '../kernels/plan.ts';
import type { GemmProblem } from '../kernels/problem.ts';
import { chooseKernel } from '../kernels/choose-kernel.ts';
import { VARIANT_IDS, type VariantId, VARIANTS } from '../kernels/registry.ts';
import type { KernelVariant } from '../kernels/variant.ts';
import { formatOf, type Spec } from '../io/spec.ts';

/** The product that a spec asks for. */
export const problemOf = (spec: Spec): GemmProblem => ({
  M: spec.m,
  N: spec.n,
  K: spec.k,
  format: formatOf(spec),
  layout: spec.layout,
  activation: spec.activation,
  accumulator: spec.accumulator,
  epilogue: spec.epilogue,
  output: spec.output,
});

/** The variant that a spec runs, `auto` resolved; `undefined` for an id that there is not. */
export function variantOf(spec: Spec, caps: DeviceCaps): KernelVariant | undefined {
  const id = spec.kernel === 'auto' ? chooseKernel(problemOf(spec), caps).id : spec.kernel;
  // Not by indexing alone: every object has a `constructor`.
  return isVariantId(id) ? VARIANTS[id] : undefined;
}

const isVariantId = (id: string): id is VariantId => (VARIANT_IDS as readonly string[]).includes(id);

/** Plans a spec's product with its kernel, or with the one that `auto` stands for. */
export function planSpec(spec: Spec, caps: DeviceCaps): KernelPlan | Rejection {
  const variant = variantOf(spec, caps);
  if (variant) return variant.plan(problemOf(spec), spec.params, caps);
  const constraint = `there is no kernel "${spec.kernel}"; there is ${VARIANT_IDS.join(', ')}, and auto`;
  return { kind: 'rejected', constraint };
}
