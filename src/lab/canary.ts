import type { Gpu, LoadedPlan } from '../device/gpu.ts';
import { DEFAULT_SPEC, formatOf } from '../io/spec.ts';
import type { GemmProblem } from '../kernels/problem.ts';
import { VARIANTS } from '../kernels/registry.ts';
import { unlessLost } from './subject.ts';

/** Small enough to take little of a run, large enough to keep a GPU at work. */
const PROBLEM: GemmProblem = {
  M: 64,
  N: 256,
  K: 256,
  format: formatOf(DEFAULT_SPEC),
  layout: 'interleaved',
  activation: 'f32',
  accumulator: 'f32',
  epilogue: 'none',
  output: 'f32',
};

/**
 * Loads the work by which a GPU that slows down is noticed: the plainest kernel, on zeros.
 *
 * @returns nothing for a software adapter, whose pace is that of a CPU that others use as well, nor where the device has no
 *   room for it.
 * @throws PlanError `lost`.
 */
export async function loadCanary(
  gpu: Pick<Gpu, 'description' | 'caps' | 'load'>,
): Promise<LoadedPlan | undefined> {
  if (gpu.description.software) return undefined;
  const plan = VARIANTS.naive.plan(PROBLEM, {}, gpu.caps);
  if (plan.kind === 'rejected') return undefined;
  try {
    const loaded = await gpu.load(plan);
    loaded.upload('uniforms', new Uint32Array([PROBLEM.M, 0, 0, 0]));
    return loaded;
  } catch (cause) {
    unlessLost(cause);
    return undefined;
  }
}
