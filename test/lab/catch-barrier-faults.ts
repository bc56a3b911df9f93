import type { Gpu } from '../../src/device/gpu.ts';
import type { Result } from '../../src/io/record.ts';
import { BARRIER_FAULTS } from '../../src/kernels/barrier-faults.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { labOn, listing } from './lab-on.ts';
import { spec } from './specs.ts';

/** Deep products with a few columns, with tiles that drivers compile soon. */
const PRODUCTS = {
  skinny: spec({
    ...{ kernel: 'skinny', m: 16, n: 64, k: 4096 },
    params: { BM: 16, BN: 64, TN: 4, INNER: 2, SPLIT: 1 },
  }),
  dp4a: spec({
    ...{ kernel: 'dp4a', m: 16, n: 64, k: 4096, activation: 'i8' },
    params: { BM: 32, BN: 32, TM: 4, TN: 4 },
  }),
} as const;

/** What became of a kernel's text as it is, and with barriers left out. */
export interface BarrierReport {
  readonly fault: string;
  readonly status: Result['status'];
  /** Whether its outputs on exact data, and on real data, were right. */
  readonly outputs: 'right' | 'wrong';
  readonly reason: string;
}

/** Verifies a kernel's text as a user's: right, and with each fault that can be planted in it. */
export async function catchBarrierFaults(
  gpu: Gpu,
  kernel: keyof typeof PRODUCTS,
): Promise<readonly BarrierReport[]> {
  const lab = labOn(() => Promise.resolve(gpu));
  const given = PRODUCTS[kernel];
  const plan = planSpec(given, gpu.caps);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  const own = await listing(lab, given);
  const faults = BARRIER_FAULTS.filter((fault) => fault.inapplicable(plan) === undefined);
  const reports: BarrierReport[] = [];
  for (const { id, wgsl } of [
    { id: 'right', wgsl: own },
    ...faults.map((fault) => ({ id: fault.id, wgsl: fault.plant(own) })),
  ]) {
    const silent = (): void => undefined;
    const result = await lab.verify({ ...given, wgsl }, new AbortController().signal, silent);
    const { integerExact, boundRatio = 2 } = result.verification ?? {};
    const outputs = integerExact === 'passed' && boundRatio <= 1 ? 'right' : 'wrong';
    reports.push({ fault: id, status: result.status, outputs, reason: result.reason ?? '' });
  }
  return reports;
}
