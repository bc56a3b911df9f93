import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';

/** A small ragged product with random weights, measured quickly. */
export const spec = (overrides: Partial<Spec> = {}): Spec => ({
  ...DEFAULT_SPEC,
  m: 3,
  n: 37,
  k: 65,
  weights: 'random',
  kernel: 'naive',
  ...overrides,
});
