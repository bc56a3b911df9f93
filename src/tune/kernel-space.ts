import type { DeviceCaps } from '../kernels/caps.ts';
import type { GemmProblem } from '../kernels/problem.ts';
import type { Tile } from '../kernels/tile.ts';
import type { KernelVariant } from '../kernels/variant.ts';
import { Space } from './space.ts';

/**
 * The tiles that a variant's own constraints allow for a problem on a device; nothing else is ever tried.
 *
 * @param fixed parameters that are not searched: each has the one value that is given.
 */
export const kernelSpace = (
  variant: KernelVariant,
  problem: GemmProblem,
  caps: DeviceCaps,
  fixed: Tile = {},
): Space =>
  new Space(
    variant.parameters.map(({ name, values }) => {
      const only = fixed[name];
      return { name, values: only === undefined ? values : [only] };
    }),
    (tile) => variant.plan(problem, tile, caps).kind === 'plan',
  );
