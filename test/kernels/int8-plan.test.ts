import { describe, expect, test } from 'vitest';
import { type DeviceCaps, DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { int8Groups } from '../../src/kernels/int8-groups.ts';
import { unitOf } from '../../src/kernels/int8-weights.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { dp4a } from '../../src/kernels/variants/dp4a.ts';
import { gemvDp4a } from '../../src/kernels/variants/gemv-dp4a.ts';
import type { WeightFormat } from '../../src/formats/format.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { weightFormat } from '../support/weight-format.ts';

const CAPS: DeviceCaps = { ...DEFAULT_CAPS, packedDot: true };
const problem = (choices: Partial<WeightFormat>, rest: Partial<GemmProblem> = {}): GemmProblem => ({
  ...RAGGED,
  M: 4,
  K: 128,
  activation: 'i8',
  format: weightFormat(choices),
  ...rest,
});

const reason = (given: GemmProblem, caps = CAPS): string => {
  const plan = dp4a.plan(given, {}, caps);
  return plan.kind === 'rejected' ? plan.constraint : 'planned';
};

const planned = (variant: typeof dp4a, given: GemmProblem): KernelPlan => {
  const plan = variant.plan(given, {}, CAPS);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  return plan;
};

describe('what dot products of int8 take', () => {
  test('needs the language feature', () => {
    expect(reason(problem({}), DEFAULT_CAPS)).toMatch(/packed_4x8_integer_dot_product/);
    expect(reason(problem({}))).toBe('planned');
  });

  test('is int8 activations', () => {
    expect(reason(problem({}, { activation: 'f32' }))).toMatch(/take --act i8/);
  });

  test.each(['e2m1', 'e2m3', 'e2m2', 'e1m3', 'e2m4', 'iq4-nl', 'fp4-bitblas', 'int8-mx', 'table:-127,0,127'])(
    'is %s, whose values are small integers times a power of two',
    (element) => {
      expect(reason(problem({ element }))).toBe('planned');
    },
  );

  test.each([
    ['nf4', /from 0\.0795\d* to 1;/],
    ['fp4-bnb', /from 0\.0052\d* to 1;/],
    ['e3m2', /from 0\.0625 to 28;/],
    ['e4m3', /to 448;/],
    ['table:0,128,1', /from 1 to 128;/],
  ])('is not %s', (element, range) => {
    expect(reason(problem({ element }))).toMatch(range);
  });

  test('is groups of multiples of 4', () => {
    expect(reason(problem({ group: 36 }))).toBe('planned');
    expect(reason(problem({ group: 34 }))).toMatch(/groups of 34/);
    expect(reason(problem({ group: 'K' }, { K: 97 }))).toBe('planned');
  });
});

test('units are those of the element', () => {
  expect(unitOf(problem({ element: 'e2m1' }))).toBe(0.5);
  expect(unitOf(problem({ element: 'e2m3' }))).toBe(0.125);
  expect(unitOf(problem({ element: 'bipolar2' }))).toBe(2);
  expect(unitOf(problem({ element: 'int8-mx' }))).toBe(2 ** -6);
  expect(unitOf(problem({ element: 'table:-96,0,64' }))).toBe(32);
});

test('zero points are taken off in integers unless they are stored or halves', () => {
  const by = (choices: Partial<WeightFormat>): string => int8Groups(problem(choices)).zeroBy;
  expect(by({})).toBe('start');
  expect(by({ element: 'uint8' })).toBe('start');
  expect(by({ zeroPoint: true })).toBe('sum');
  expect(by({ element: 'bipolar3' })).toBe('sum');
  expect(by({ element: 'e2m1' })).toBe('none');
  expect(by({ element: 'uint4', zeroPoint: 'min' })).toBe('none');
  expect(by({ element: 'int4', zeroPoint: 'min' })).toBe('sum');
});

test('the quantizing pass comes first and hands on a byte an activation and eight a block', () => {
  for (const variant of [dp4a, gemvDp4a]) {
    const plan = planned(variant, problem({}));
    expect(plan.passes.map(({ entryPoint }) => entryPoint)).toEqual(['quantize_activations', 'main']);
    const activations = plan.paddedM * plan.geometry.paddedK;
    expect(plan.buffers).toMatchObject({
      activations: 4 * activations,
      quantized: activations,
      blocks: activations / 4,
    });
    expect(plan.passes[1]!.bindings.map(({ role }) => role)).toEqual(
      expect.arrayContaining(['quantized', 'blocks', 'weights', 'scales', 'output']),
    );
  }
});

test('a plan says its true multiply-accumulates, and leaves nothing on its codes', () => {
  const plan = planned(dp4a, problem({}, { M: 128, N: 4096, K: 4096 }));
  expect(plan.macsPerIteration).toBe(8 * 8 * 32);
  expect(plan.numerics).toMatchObject({ offset: 0, span: 0, decodeRoundings: 1 });
  expect(planned(gemvDp4a, problem({})).macsPerIteration).toBe(4 * 8 * 32);
});
