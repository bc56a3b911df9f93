import { expect, test } from 'vitest';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { skinny } from '../../src/kernels/variants/skinny.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { accepted } from './expect-right.ts';

const SQUARE: GemmProblem = { ...RAGGED, M: 16, N: 4096, K: 4096 };

test('splits K so that there are as many workgroups as a large GPU takes, and adds the parts in a second pass', () => {
  const { passes, buffers } = accepted(skinny.plan(SQUARE, {}, DEFAULT_CAPS));
  expect(passes.map(({ entryPoint, dispatch }) => [entryPoint, dispatch])).toEqual([
    ['main', [16, 1, 16]],
    ['reduce', [16, 16, 1]],
  ]);
  expect(buffers.partials).toBe(16 * 16 * 4096 * 4);
  expect(passes[0]!.bindings.map(({ role }) => role)).not.toContain('output');
});

test('stores in one pass where K is not split', () => {
  const { passes, buffers } = accepted(skinny.plan(SQUARE, { SPLIT: 1 }, DEFAULT_CAPS));
  expect(passes.map(({ entryPoint }) => entryPoint)).toEqual(['main']);
  expect(buffers.partials).toBeUndefined();
});

test.each([
  [{ K: 64 }, { SPLIT: 4 }, 'SPLIT must be 1 to 2, the chunks of 32 codes along K, and is 4'],
  [{}, { BM: 32, TN: 8 }, 'at most 128; they are 32 and 8'],
  [{}, { BM: 12 }, 'BM must be 8, 16 or 32'],
  [{}, { BN: 512, INNER: 4 }, '512 invocations'],
  [{}, { INNER: 3 }, 'INNER a power of two'],
])('refuses %o with %o', (problem, tile, reason) => {
  const plan = skinny.plan({ ...SQUARE, ...problem }, tile, DEFAULT_CAPS);
  expect(plan.kind === 'rejected' && plan.constraint).toContain(reason);
});
