import { expect, test } from 'vitest';
import { DEFAULT_CAPS, type DeviceCaps } from '../../src/kernels/caps.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { dequantDense } from '../../src/kernels/variants/dequant-dense.ts';
import { RAGGED } from '../support/ragged-problem.ts';

const BASE: GemmProblem = { ...RAGGED, M: 128, N: 4096, K: 4096 };

function planOf(tile: Tile = {}, problem: Partial<GemmProblem> = {}): KernelPlan {
  const plan = dequantDense.plan({ ...BASE, ...problem }, tile, DEFAULT_CAPS);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  return plan;
}

function refusal(tile: Tile, problem: Partial<GemmProblem> = {}, caps: DeviceCaps = DEFAULT_CAPS): string {
  const plan = dequantDense.plan({ ...BASE, ...problem }, tile, caps);
  if (plan.kind === 'plan') throw new Error('the plan was accepted');
  return plan.constraint;
}

test('a plan expands first, to f32 or f16, and reads no packed weight afterwards', () => {
  const plan = planOf();
  expect(plan.passes.map(({ entryPoint }) => entryPoint)).toEqual(['expand', 'main']);
  const [expand, main] = plan.passes.map(({ bindings }) => bindings.map(({ role }) => role));
  expect(expand).toEqual(['uniforms', 'weights', 'scales', 'expanded']);
  expect(main).toEqual(['uniforms', 'activations', 'expanded', 'output']);
  expect(plan.buffers.expanded).toBe(4 * 4096 * 4096);
  expect(planOf({ HALF: 1 }).buffers.expanded).toBe(2 * 4096 * 4096);
});

test('a plan counts what it expands, written and read, and a rounding where it expands to f16', () => {
  const packed = (4096 * 4096) / 2 + (4096 * 4096 * 2) / 32;
  expect(planOf().traffic).toBe(2 * 128 * 4096 * 4 + packed + 2 * 4 * 4096 * 4096);
  expect(planOf().numerics).toMatchObject({ halfTerms: 0, halfRoundings: 0 });
  expect(planOf({ HALF: 1 }).numerics).toMatchObject({ halfTerms: 0, halfRoundings: 1 });
});

test('a plan that has more runs than one row of workgroups holds takes several rows', () => {
  // 8192 · 4096 / 8 runs, 64 a workgroup, of which a row has 65535.
  expect(planOf({}, { N: 8192 }).passes[0]!.dispatch).toEqual([65535, 2, 1]);
  expect(planOf().passes[0]!.dispatch).toEqual([32768, 1, 1]);
});

test.each<[Tile, RegExp]>([
  [{ TM: 3 }, /TM must be 4 or 8, and HALF 0 or 1; they are 3 and 0/],
  [{ HALF: 2 }, /they are 8 and 2/],
  [{ BM: 48 }, /BM and BN must be powers of two .* they are 48 and 128/],
  [{ BK: 12 }, /BK must be 8, 16 or 32, and is 12/],
  [{ BM: 128, TM: 4 }, /is 512 invocations, more than maxComputeInvocationsPerWorkgroup \(256\)/],
  [{ BK: 32 }, /4 · BK · \(BM \+ BN\) is 24576 bytes .* maxComputeWorkgroupStorageSize \(16384\)/],
  [{ BM: 64, BN: 64, TM: 4, BK: 8, HALF: 1 }, /weights a step are fewer than 8 for each of 128 invocations/],
])('a rejection of %o names the constraint and the values', (tile, sentence) => {
  expect(refusal(tile)).toMatch(sentence);
});

test('a rejection names the expanded weights where they are too large for a binding', () => {
  expect(refusal({}, { N: 16384 })).toMatch(
    /the expanded take 268435456 bytes, more than maxStorageBufferBindingSize \(134217728\)/,
  );
  expect(planOf({ HALF: 1 }, { N: 16384 }).buffers.expanded).toBe(134217728);
});
