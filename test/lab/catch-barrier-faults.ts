import type { Gpu } from '../../src/device/gpu.ts';
import type { Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { BARRIER_FAULTS } from '../faults/barrier-faults.ts';
import type { DeviceLab } from '../../src/lab/device-lab.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { labOn, listing } from './lab-on.ts';
import { spec } from './specs.ts';

/** A deep product with a few columns, with a tile that drivers compile soon and that shares sums four times. */
export const DEEP_SKINNY = spec({
  ...{ kernel: 'skinny', m: 5, n: 64, k: 4096 },
  params: { BM: 8, BN: 64, TN: 4, INNER: 4, SPLIT: 1 },
});

/** What became of a kernel's text as it is, and with barriers left out. */
export interface BarrierReport {
  readonly fault: string;
  readonly barriers: number;
  readonly status: Result['status'];
  /** Whether its outputs on exact data, and on real data, were right. */
  readonly outputs: 'right' | 'wrong';
  readonly reason: string;
}

/** Verifies the text of a spec's kernel as a user's, with each fault that can be planted in it. */
export async function catchBarrierFaults(gpu: Gpu, given: Spec): Promise<readonly BarrierReport[]> {
  const lab = labOn(() => Promise.resolve(gpu));
  const plan = planSpec(given, gpu.caps);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  const own = await listing(lab, given);
  const faults = BARRIER_FAULTS.filter((fault) => fault.inapplicable(plan) === undefined);
  const reports: BarrierReport[] = [];
  for (const fault of faults) reports.push(await reportOf(lab, given, fault.id, fault.plant(own)));
  return reports;
}

/** Verifies a text. @param fault that is in it. */
export async function reportOf(
  lab: DeviceLab,
  given: Spec,
  fault: string,
  wgsl: string,
): Promise<BarrierReport> {
  const silent = (): void => undefined;
  const result = await lab.verify({ ...given, wgsl }, new AbortController().signal, silent);
  const { integerExact, boundRatio = 2 } = result.verification ?? {};
  return {
    fault,
    barriers: wgsl.split('workgroupBarrier();').length - 1,
    status: result.status,
    outputs: integerExact === 'passed' && boundRatio <= 1 ? 'right' : 'wrong',
    reason: result.reason ?? '',
  };
}
