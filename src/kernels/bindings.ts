import type { Binding, BufferRole, KernelPlan } from './plan.ts';

/** The binding of each role, in group 0, in every pass. */
export const BINDING_OF: Readonly<Record<BufferRole, number>> = {
  uniforms: 0,
  activations: 1,
  weights: 2,
  scales: 3,
  zeros: 4,
  output: 5,
  parents: 6,
  bias: 7,
  partials: 8,
  quantized: 9,
  blocks: 10,
  expanded: 11,
  lanes: 12,
};

/** What packed weights are read from. */
export const WEIGHT_ROLES = [
  'weights',
  'scales',
  'zeros',
  'parents',
] as const satisfies readonly BufferRole[];

/**
 * The bindings of one pass, of those buffers that there are; a pass may bind more than it uses.
 *
 * @param reads roles that the pass reads, besides the uniforms.
 * @param writes roles that it writes, or reads and writes.
 */
export function bindingsOf(
  buffers: KernelPlan['buffers'],
  reads: readonly BufferRole[],
  writes: readonly BufferRole[],
): readonly Binding[] {
  const of = (roles: readonly BufferRole[], access: Binding['access']): Binding[] =>
    roles
      .filter((role) => buffers[role] !== undefined)
      .map((role) => ({ binding: BINDING_OF[role], role, access }));
  return [...of(['uniforms'], 'uniform'), ...of(reads, 'read'), ...of(writes, 'read_write')];
}
