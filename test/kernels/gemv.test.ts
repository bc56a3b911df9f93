import { expect, test } from 'vitest';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { gemv } from '../../src/kernels/variants/gemv.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { weightFormat } from '../support/weight-format.ts';
import { accepted } from './expect-right.ts';

const SQUARE: GemmProblem = { ...RAGGED, M: 1, N: 4096, K: 4096, activation: 'f16' };

test.each([
  weightFormat(),
  weightFormat({ element: 'uint4', group: 128, zeroPoint: true }),
  weightFormat({ element: 'int3' }),
  weightFormat({ element: 'int8' }),
])('by its plan a single token moves hardly more than the packed matrix (%#)', (format) => {
  const { buffers, loaded } = accepted(gemv.plan({ ...SQUARE, format }, {}, DEFAULT_CAPS));
  const packed = (buffers.weights ?? 0) + (buffers.scales ?? 0) + (buffers.zeros ?? 0);
  const { bits } = { bits: Number(/\d/.exec(format.element)![0]) };
  expect(buffers.weights).toBe((4096 * 4096 * bits) / 8);
  // 64 workgroups of 64 columns read 8 KiB of activations each, and 16 KiB of outputs are stored.
  expect(loaded).toBe(packed + 64 * 8192 + 16384);
});

test('all bytes of a single token are at most 1.06 times the packed matrix, activations and outputs', () => {
  const { loaded, traffic } = accepted(gemv.plan(SQUARE, {}, DEFAULT_CAPS));
  expect(loaded / traffic).toBeLessThanOrEqual(1.06);
  expect(traffic).toBe(4096 * 4096 * (0.5 + 2 / 32) + 8192 + 16384);
});

test.each([
  [{ M: 5 }, {}, 'gemv takes M of 1 to 4, and M is 5; take skinny or tiled'],
  [{}, { REDUCE: 1 }, 'lacks the feature subgroups; take REDUCE 0'],
  [{}, { TN: 12 }, 'TN must be 4, 8 or 16, and is 12'],
  [{}, { BN: 48 }, 'BN is 48'],
])('refuses %o with %o', (problem, tile, reason) => {
  const plan = gemv.plan({ ...SQUARE, ...problem }, tile, DEFAULT_CAPS);
  expect(plan.kind === 'rejected' && plan.constraint).toContain(reason);
});

test('adds by subgroups only where all their lanes have the same columns', () => {
  const caps = {
    ...DEFAULT_CAPS,
    maxComputeWorkgroupStorageSize: 32768,
    subgroups: true,
    subgroupMinSize: 4,
    subgroupMaxSize: 128,
  };
  const kind = (tile: Record<string, number>): string => gemv.plan(SQUARE, { REDUCE: 1, ...tile }, caps).kind;
  expect(kind({ BN: 8, TN: 8, SPLIT: 64 })).toBe('plan');
  expect(kind({ BN: 16, TN: 16, SPLIT: 16, ALONG: 1 })).toBe('plan');
  expect(kind({ BN: 16, TN: 8, SPLIT: 128, ALONG: 1, DEPTH: 1 })).toBe('rejected');
});
