import type { Gpu } from '../../src/device/gpu.ts';
import type { Result } from '../../src/io/record.ts';
import { BARRIER_FAULTS } from '../../src/kernels/barrier-faults.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { labOn, listing } from './lab-on.ts';
import { spec } from './specs.ts';

/** A deep product with a few columns, with a tile that drivers compile soon and that shares sums four times. */
const PRODUCT = spec({
  ...{ kernel: 'skinny', m: 16, n: 64, k: 4096 },
  params: { BM: 16, BN: 64, TN: 4, INNER: 2, SPLIT: 1 },
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

/** Verifies the text of `skinny` as a user's: right, and with each fault that can be planted in it. */
export async function catchBarrierFaults(gpu: Gpu): Promise<readonly BarrierReport[]> {
  const lab = labOn(() => Promise.resolve(gpu));
  const plan = planSpec(PRODUCT, gpu.caps);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  const own = await listing(lab, PRODUCT);
  const texts = [
    { id: 'right', wgsl: own },
    ...BARRIER_FAULTS.flatMap((fault) =>
      fault.inapplicable(plan) === undefined ? [{ id: fault.id, wgsl: fault.plant(own) }] : [],
    ),
  ];
  const reports: BarrierReport[] = [];
  for (const { id, wgsl } of texts) {
    const silent = (): void => undefined;
    const result = await lab.verify({ ...PRODUCT, wgsl }, new AbortController().signal, silent);
    const { integerExact, boundRatio = 2 } = result.verification ?? {};
    reports.push({
      fault: id,
      barriers: wgsl.split('workgroupBarrier();').length - 1,
      status: result.status,
      outputs: integerExact === 'passed' && boundRatio <= 1 ? 'right' : 'wrong',
      reason: result.reason ?? '',
    });
  }
  return reports;
}
