import { expect } from 'vitest';
import type { Gpu } from '../../src/device/gpu.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import { drawActivations, drawBias } from '../../src/io/activations.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { uploadInputs } from '../../src/lab/operands.ts';
import { inexactActivations, multipliedInputs } from '../../src/lab/quantized-activations.ts';
import { exactInputs } from '../../src/reference/exact-data.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import type { ProductInputs } from '../../src/reference/request.ts';
import type { Verdict } from '../../src/reference/verdict.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';

/** What a run gave, and what it made of the activations. */
export interface Int8Run {
  readonly output: Float32Array<ArrayBuffer>;
  /** With the activations as the GPU quantized them. */
  readonly inputs: ProductInputs;
  readonly fault: string | undefined;
}

/** Runs a plan with int8 activations once and reads back what it quantized. */
export async function runInt8(gpu: Gpu, plan: KernelPlan, given: ProductInputs): Promise<Int8Run> {
  const loaded = await gpu.load(plan);
  try {
    uploadInputs(loaded, given);
    await loaded.run(POISON_BITS);
    return { output: await loaded.readOutput(), ...(await multipliedInputs(loaded, given)) };
  } finally {
    loaded.destroy();
  }
}

/** Random weights of a plan's format, and activations with a row of zeros where there are several. */
export function realInputs({ problem }: KernelPlan): ProductInputs {
  const { M, N, K, format } = problem;
  const weights = quantize(randomWeights(3, N, K), N, K, format);
  const activations = drawActivations(5, M, K, problem.activation, false);
  if (M > 2) activations.fill(0, K, 2 * K);
  const bias = problem.epilogue === 'bias' ? { bias: drawBias(9, N) } : {};
  return { M, activations, weights, ...bias };
}

/** Judges a run against the f64 product with the activations that it multiplied. */
export function judge(
  { problem, numerics }: KernelPlan,
  { output, inputs }: Int8Run,
  how: 'exact' | 'bound',
  unit = 1,
): Promise<Verdict> {
  const { epilogue, output: stored } = problem;
  const request = { inputs, rounding: numerics, judge: how, seed: 1, unit, epilogue, output: stored };
  return new LocalPool().check(request, output, new AbortController().signal);
}

/** Checks a plan on exact data, bit for bit, where there are such, and on real data, by the bound. */
export async function expectRightInt8(gpu: Gpu, plan: KernelPlan): Promise<void> {
  const { problem, numerics } = plan;
  const exact = exactInputs({ ...problem, rounding: numerics }, 7);
  if (exact.kind === 'none') throw new Error(exact.reason);
  const exactRun = await runInt8(gpu, plan, exact.inputs);
  expect(exactRun.fault).toBeUndefined();
  expect(inexactActivations(exact.inputs, exactRun.inputs)).toBeUndefined();
  expect(await judge(plan, exactRun, 'exact', exact.unit)).toMatchObject({
    passed: true,
    unwritten: 0,
    nonFinite: 0,
  });

  const run = await runInt8(gpu, plan, realInputs(plan));
  expect(run.fault).toBeUndefined();
  const verdict = await judge(plan, run, 'bound');
  expect(verdict).toMatchObject({ passed: true, mode: 'full', checkedElements: problem.M * problem.N });
  expect(verdict.boundRatio).toBeLessThan(1);
}
