import { expect } from 'vitest';
import type { Gpu } from '../../src/device/gpu.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import { drawActivations, drawBias } from '../../src/io/activations.ts';
import type { KernelPlan, Rejection } from '../../src/kernels/plan.ts';
import { exactInputs } from '../../src/reference/exact-data.ts';
import type { CheckRequest, ProductInputs } from '../../src/reference/request.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { runProduct } from '../support/run-product.ts';

/** A plan that must have been made. @throws Error with the constraint where it was not. */
export function accepted(plan: KernelPlan | Rejection): KernelPlan {
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  return plan;
}

/** Runs a plan and checks it on exact data, bit for bit, where there are any, and on real data, by the bound. */
export async function expectRight(gpu: Gpu, plan: KernelPlan): Promise<void> {
  const { problem, numerics } = plan;
  const pool = new LocalPool();
  const { signal } = new AbortController();
  const check = async (
    inputs: ProductInputs,
    judge: Pick<CheckRequest, 'judge' | 'unit'>,
  ): ReturnType<LocalPool['check']> => {
    const { output, inputs: multiplied, fault } = await runProduct(gpu, plan, inputs);
    expect(fault).toBeUndefined();
    const { epilogue, output: type } = problem;
    return pool.check(
      { inputs: multiplied, rounding: numerics, seed: 1, epilogue, output: type, ...judge },
      output,
      signal,
    );
  };
  const exact = exactInputs({ ...problem, rounding: numerics }, 7);
  if (exact.kind === 'none') expect(exact.reason).toMatch(/not exact|f16/);
  else {
    const verdict = await check(exact.inputs, { judge: 'exact', unit: exact.unit });
    expect(verdict).toMatchObject({ passed: true, unwritten: 0, nonFinite: 0 });
  }
  const { M, N, K, format, activation, epilogue } = problem;
  const weights = quantize(randomWeights(3, N, K), N, K, format);
  const bias = epilogue === 'bias' ? { bias: drawBias(9, N) } : {};
  const verdict = await check(
    { M, activations: drawActivations(5, M, K, activation, false), weights, ...bias },
    { judge: 'bound' },
  );
  expect(verdict).toMatchObject({ passed: true, mode: 'full', checkedElements: M * N });
  expect(verdict.boundRatio).toBeLessThan(1);
}
