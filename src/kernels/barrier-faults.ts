import type { KernelPlan } from './plan.ts';

/**
 * One way to leave barriers out, as a change of a right kernel's WGSL. On an adapter that runs the lanes of a workgroup one after
 * the other the outputs are right all the same, on real data and on exact data, so that only a check of lanes can tell.
 */
export interface BarrierFault {
  readonly id: string;
  /** Why the fault cannot be planted in a plan's module, or undefined where it can. */
  inapplicable(plan: KernelPlan): string | undefined;
  /** The faulty module. @throws Error where it finds nothing to change. */
  plant(wgsl: string): string;
}

/** Before activations or sums of `skinny` are overwritten that other lanes may still have to read. */
const BEFORE_OVERWRITING = /workgroupBarrier\(\);(?=\s*for \(var unit|\s*if \(inner >= )/g;
/** The one between the head of a loop along K and what is staged in it. */
const BEFORE_STAGING = /(?<=\bfor \([^{]*\{\s*)workgroupBarrier\(\);/g;

const only =
  (...variants: readonly string[]) =>
  ({ variant }: KernelPlan): string | undefined =>
    variants.includes(variant) ? undefined : `${variant} has no such barrier`;

/** The ways of leaving barriers out that a check of lanes must find. */
export const BARRIER_FAULTS: readonly BarrierFault[] = [
  {
    id: 'skinny overwrites what other lanes still read',
    inapplicable: (plan) =>
      only('skinny')(plan) ?? (plan.tile['INNER']! > 1 ? undefined : 'its lanes share no sums'),
    plant: (wgsl) => without(wgsl, BEFORE_OVERWRITING),
  },
  {
    id: 'operands are staged over those that other lanes still read',
    inapplicable: only('gemv', 'skinny', 'dp4a', 'dequant-dense'),
    plant: (wgsl) => without(wgsl, BEFORE_STAGING),
  },
];

function without(wgsl: string, barriers: RegExp): string {
  const code = wgsl.replace(barriers, '');
  if (code === wgsl) throw new Error(`the kernel has no ${String(barriers)}`);
  return code;
}
