import { expect, test } from 'vitest';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { packActivations } from '../../src/lab/operands.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { spec } from './specs.ts';

function planned(activation: 'f32' | 'f16'): KernelPlan {
  const plan = planSpec(spec({ m: 2, n: 4, k: 3, activation }), DEFAULT_CAPS);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  return { ...plan, paddedM: 3, geometry: { ...plan.geometry, paddedK: 4 } };
}

const ACTIVATIONS = new Float32Array([1, 2, -0.5, 65504, 0, 2 ** -14]);

test('f32 activations are padded with zeros to [paddedM, paddedK]', () => {
  const words = packActivations(ACTIVATIONS, planned('f32'));
  expect([...new Float32Array(words.buffer)]).toEqual([1, 2, -0.5, 0, 65504, 0, 2 ** -14, 0, 0, 0, 0, 0]);
});

test('activations that a pass is to quantize are f32', () => {
  const plan = planned('f32');
  const quantizing: KernelPlan = { ...plan, problem: { ...plan.problem, activation: 'i8' } };
  expect(packActivations(ACTIVATIONS, quantizing)).toEqual(packActivations(ACTIVATIONS, plan));
});

test('f16 activations lie two a word, the even k in the low half', () => {
  // 1 = 3c00, 2 = 4000, -0.5 = b800, 65504 = 7bff, 2^-14 = 0400.
  expect([...packActivations(ACTIVATIONS, planned('f16'))]).toEqual([
    0x40003c00, 0xb800, 0x7bff, 0x0400, 0, 0,
  ]);
});
