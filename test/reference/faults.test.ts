import { describe, expect, it } from 'vitest';
import { exactInputs } from '../../src/reference/exact-data.ts';
import type { CheckRequest } from '../../src/reference/request.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { weightFormat } from '../support/weight-format.ts';
import { PLANTED_FAULTS } from './planted-faults.ts';
import { randomInputs } from './random-inputs.ts';
import { decodeAll, productBy, rightOutput, roundingOf } from './simulated-product.ts';

const FORMAT = weightFormat({ group: 64 });
const [M, N, K] = [80, 96, 320];
const rounding = roundingOf(FORMAT, K);
const never = new AbortController().signal;

const real: CheckRequest = { inputs: randomInputs(FORMAT, M, N, K, 31), rounding, judge: 'bound', seed: 3 };
const exact = exactInputs(
  {
    M,
    N,
    K,
    format: FORMAT,
    activation: 'f32',
    accumulator: 'f32',
    epilogue: 'none',
    output: 'f32',
    rounding,
  },
  8,
);
if (exact.kind === 'none') throw new Error(exact.reason);
const integer: CheckRequest = { inputs: exact.inputs, rounding, judge: 'exact', seed: 4 };

const full = new LocalPool();
const sampling = new LocalPool(0);
const truth = productBy(
  (a, w) => a.reduce((sum, v, k) => sum + v * w[k]!, 0),
  real.inputs.activations,
  decodeAll(real.inputs.weights),
  M,
  N,
);

describe('a right output', () => {
  it.each([
    ['the full check', full, real, 'full'],
    ['the full check, bit for bit', full, integer, 'full'],
    ['the exact projection', sampling, integer, 'sampled'],
    ['the sampled check', sampling, real, 'sampled'],
  ] as const)('passes %s', async (_, pool, request, mode) => {
    const verdict = await pool.check(request, rightOutput(request.inputs), never);
    expect(verdict).toMatchObject({ passed: true, mode, unwritten: 0, nonFinite: 0 });
  });
});

describe.each(Object.entries(PLANTED_FAULTS))('%s', (name, fault) => {
  it('is caught by the full check', async () => {
    const verdict = await full.check(real, fault(real.inputs), never);
    expect(verdict.passed).toBe(false);
    expect(verdict.boundRatio).toBeGreaterThan(1);
    expect(verdict.firstWrong).toBeDefined();
  });

  it('is caught bit for bit', async () => {
    expect(await full.check(integer, fault(integer.inputs), never)).toMatchObject({
      passed: false,
      mode: 'full',
    });
  });

  it('is caught by the exact projection, which names a wrong element', async () => {
    const output = fault(integer.inputs);
    const verdict = await sampling.check(integer, output, never);
    expect(verdict).toMatchObject({ passed: false, mode: 'sampled', boundRatio: Infinity });
    const { m, n, got, expected } = verdict.firstWrong!;
    expect(got).toBe(output[m * N + n]);
    expect(got).not.toBe(expected);
  });

  it('is caught by the sampled check', async () => {
    const output = fault(real.inputs);
    const right = await sampling.check(real, rightOutput(real.inputs), never);
    const largest = Math.max(...output.map((c, i) => Math.abs(c - truth[i]!)));
    const verdict = await sampling.check(real, output, never);
    expect({ passed: verdict.passed, mode: verdict.mode }).toEqual({ passed: false, mode: 'sampled' });
    // f16 sums are wrong everywhere by less than one element alone must be; the projections see many at once.
    expect(largest > right.smallestDetectable).toBe(name !== 'sums kept in f16');
  });
});
