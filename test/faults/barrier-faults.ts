import type { KernelPlan } from '../../src/kernels/plan.ts';

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

/** The ways of leaving barriers out that a check of lanes must find. */
export const BARRIER_FAULTS: readonly BarrierFault[] = [
  {
    id: 'sums are overwritten that other lanes still read',
    inapplicable: ({ variant, tile }) => {
      if (variant !== 'skinny') return `${variant} shares no sums again and again`;
      return tile['INNER']! > 1 && tile['BM']! > 4 ? undefined : 'its lanes share sums at most once';
    },
    plant: (wgsl) => {
      const code = wgsl.replace(/workgroupBarrier\(\);(?=\s*if \(inner >= )/g, '');
      if (code === wgsl) throw new Error('the kernel has no barrier before sums are overwritten');
      return code;
    },
  },
];
