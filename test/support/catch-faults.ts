import type { Gpu } from '../../src/device/gpu.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import { drawActivations } from '../../src/io/activations.ts';
import { FAULTS, plantFault } from '../faults/faults.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { type VariantId, VARIANTS } from '../../src/kernels/registry.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { exactInputs } from '../../src/reference/exact-data.ts';
import type { CheckRequest } from '../../src/reference/request.ts';
import type { Verdict } from '../../src/reference/verdict.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { RAGGED } from './ragged-problem.ts';
import { runProduct } from './run-product.ts';
import { asTaken, rowsOf } from './variant-problem.ts';

/** Whether each check passes the kernel with one fault planted (or none: `right`). */
export interface FaultReport {
  readonly fault: string;
  /** Every element of real data against its bound. */
  readonly full: boolean;
  /** Integer-exact data, projected. */
  readonly projection: boolean;
  /** Real data, sampled and projected. */
  readonly sampled: boolean;
  /** Whether the largest error on real data is above what the sampled check cannot miss. */
  readonly detectable: boolean;
}

const full = new LocalPool();
const sampling = new LocalPool(0);
const never = new AbortController().signal;

/** A ragged problem on which every fault can be planted. M is above the rows that a sampled check recomputes anyway. */
export const faultyProblem = (id: VariantId): GemmProblem => ({
  ...asTaken(id, RAGGED),
  M: rowsOf(id, 80),
  N: 68,
  K: 161,
});

/** What differs from the default tile on {@link faultyProblem}, and the ids of the faults; all if left out. */
export interface FaultRun {
  readonly faults?: readonly string[];
  readonly tile?: Tile;
  readonly problem?: Partial<GemmProblem>;
}

/** Runs a kernel right and with faults, under every check. */
export async function catchFaults(
  gpu: Gpu,
  id: VariantId,
  { faults, tile = {}, problem: changes }: FaultRun = {},
): Promise<readonly FaultReport[]> {
  const problem = { ...faultyProblem(id), ...changes };
  const plan = VARIANTS[id].plan(problem, tile, gpu.caps);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  const requests = requestsFor(plan);
  const right = await reportOf(gpu, plan, 'right', requests, undefined);
  const reports: FaultReport[] = [right.report];
  for (const fault of FAULTS.filter((each) => faults?.includes(each.id) ?? true)) {
    const reason = fault.inapplicable(problem);
    if (reason) throw new Error(`${fault.id}: ${reason}`);
    const { report } = await reportOf(gpu, plantFault(plan, fault), fault.id, requests, right.sampled);
    reports.push(report);
  }
  return reports;
}

interface Requests {
  readonly real: CheckRequest;
  readonly exact: CheckRequest;
}

function requestsFor({ problem, numerics: rounding }: KernelPlan): Requests {
  const { M, N, K, format, activation } = problem;
  const exact = exactInputs({ ...problem, rounding }, 7);
  if (exact.kind !== 'integer') throw new Error('the problem has no integer-exact data');
  const inputs = {
    M,
    activations: drawActivations(5, M, K, activation, false),
    // A quantizer that keeps zero in the middle never emits code 0, in which a fault may lie.
    weights: { ...quantize(randomWeights(3, N, K), N, K, format), codes: exact.inputs.weights.codes },
  };
  return {
    real: { inputs, rounding, judge: 'bound', seed: 1 },
    exact: { inputs: exact.inputs, rounding, judge: 'exact', seed: 2 },
  };
}

async function reportOf(
  gpu: Gpu,
  plan: KernelPlan,
  fault: string,
  { real, exact }: Requests,
  right: Verdict | undefined,
): Promise<{ readonly report: FaultReport; readonly sampled: Verdict }> {
  const onReal = await runProduct(gpu, plan, real.inputs);
  const onExact = await runProduct(gpu, plan, exact.inputs);
  const request: CheckRequest = { ...real, inputs: onReal.inputs };
  const all = await full.check(request, onReal.output, never);
  const projected = await sampling.check({ ...exact, inputs: onExact.inputs }, onExact.output, never);
  const sampled = await sampling.check(request, onReal.output, never);
  const quantized = onReal.fault === undefined;
  const report = {
    fault,
    full: all.passed && quantized,
    projection: projected.passed && onExact.fault === undefined,
    sampled: sampled.passed && quantized,
    detectable: !quantized || (right !== undefined && all.maxAbsError > right.smallestDetectable),
  };
  return { report, sampled };
}
