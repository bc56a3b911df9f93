import { fingerprint } from '../base/fingerprint.ts';
import { roundUp } from '../base/integers.ts';
import { EVERY_FEATURE } from '../kernels/caps.ts';
import type { KernelPlan } from '../kernels/plan.ts';
import type { GemmProblem } from '../kernels/problem.ts';
import { VARIANT_IDS, VARIANTS } from '../kernels/registry.ts';
import { shapeClass } from '../tune/shape-class.ts';

/** The M that stands for the class above all others. */
const LARGE_M = 1024;

/** A fingerprint of a plan's WGSL. */
export const planVersion = ({ passes }: KernelPlan): string =>
  fingerprint(passes.map(({ shader }) => shader.code).join('\n'));

/**
 * A kernel's version for all problems of a class of shapes, the same on every machine: a fingerprint of what its default tile
 * compiles to at the shape that the class is named by.
 *
 * @returns `undefined` of a kernel that there is not.
 */
export function kernelVersion(kernel: string, problem: GemmProblem): string | undefined {
  const id = VARIANT_IDS.find((one) => one === kernel);
  if (id === undefined) return undefined;
  const { m, n, k } = shapeClass(problem);
  const named = { ...problem, M: m === 0 ? LARGE_M : m, N: n, K: roundUp(k, problem.format.block) };
  const plan = VARIANTS[id].plan(named, {}, EVERY_FEATURE);
  return plan.kind === 'rejected' ? fingerprint(plan.constraint) : planVersion(plan);
}
