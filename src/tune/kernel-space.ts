import type { DeviceCaps } from '../kernels/caps.ts';
import type { GemmProblem } from '../kernels/problem.ts';
import type { KernelVariant } from '../kernels/variant.ts';
import { Space } from './space.ts';

/** The tiles that a variant's own constraints allow for a problem on a device; nothing else is ever tried. */
export const kernelSpace = (variant: KernelVariant, problem: GemmProblem, caps: DeviceCaps): Space =>
  new Space(variant.parameters, (tile) => variant.plan(problem, tile, caps).kind === 'plan');
