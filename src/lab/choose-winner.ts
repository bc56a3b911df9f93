import type { Spec } from '../io/spec.ts';
import { chooseKernel } from '../kernels/choose-kernel.ts';
import type { Winners } from '../tune/winners.ts';
import { kernelVersion } from './kernel-version.ts';
import type { Machine } from './machine.ts';
import { planSpec, problemOf } from './plan-spec.ts';

/** Whether a spec leaves kernel and tile to be chosen. */
export const isOpen = ({ kernel, params, wgsl }: Spec): boolean =>
  kernel === 'auto' && Object.keys(params).length === 0 && wgsl === undefined;

/**
 * Puts the winner of a search in the place of `auto`, where the store has one for the adapter and the product: the spec then
 * names kernel and tile, so that its record gives the same when it is run again without the store.
 *
 * @returns `undefined` where the spec names a kernel or a tile, where there is no winner, or where a plan rejects its tile for
 * this product.
 */
export function withWinner(spec: Spec, winners: Winners, { adapter, caps }: Machine): Spec | undefined {
  if (!isOpen(spec)) return undefined;
  const problem = problemOf(spec);
  const winner = winners.lookup(adapter, problem, {
    auto: chooseKernel(problem, caps).id,
    cache: spec.cache,
    versionOf: (kernel) => kernelVersion(kernel, problem),
  });
  if (!winner) return undefined;
  const named: Spec = { ...spec, kernel: winner.kernel, params: winner.params };
  return planSpec(named, caps).kind === 'rejected' ? undefined : named;
}
