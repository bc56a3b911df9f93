import { describe, expect, test } from 'vitest';
import { hash32, uniformInteger } from '../../src/base/random.ts';
import { FULL_CHECK_LIMIT } from '../../src/reference/check-plan.ts';
import type { CheckRequest, ProductInputs } from '../../src/reference/request.ts';
import type { Verdict } from '../../src/reference/verdict.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { weightFormat } from '../support/weight-format.ts';
import { randomInputs } from './random-inputs.ts';
import { decodeAll, rightOutput, roundingOf } from './simulated-product.ts';

/** `SAMPLED=66` plants so many errors of each size in a product that is sampled for its size; few are planted in a small one else. */
const TRIALS = Number(process.env['SAMPLED'] ?? 8);
const IS_FULL = process.env['SAMPLED'] !== undefined;
const FORMAT = weightFormat({ zeroPoint: true });
const [M, N, K] = IS_FULL ? ([512, 2048, 1056] as const) : ([150, 140, 40] as const);

const pool = new LocalPool(IS_FULL ? FULL_CHECK_LIMIT : 0);
const never = new AbortController().signal;

/** Rows of different size, as outlier tokens are. */
const base = randomInputs(FORMAT, M, N, K, 41);
const inputs: ProductInputs = {
  ...base,
  activations: base.activations.map((a, i) => a * 2 ** (hash32(5, Math.floor(i / K)) % 9)),
};
const request: CheckRequest = { inputs, rounding: roundingOf(FORMAT, K), judge: 'bound', seed: 3 };
const right = rightOutput(inputs);
const weights = decodeAll(inputs.weights);

const verdictOn = (output: Float32Array<ArrayBuffer>): Promise<Verdict> => pool.check(request, output, never);

/** An f64 product of one output, and the bound of its error, from a check of that output by itself. */
async function boundOf(m: number, n: number): Promise<{ readonly value: number; readonly bound: number }> {
  const row = inputs.activations.slice(m * K, (m + 1) * K);
  let value = 0;
  for (let k = 0; k < K; k++) value += row[k]! * weights[n * K + k]!;
  const { codes, scales, zeros } = inputs.weights;
  const groups = scales.length / N;
  const alone: ProductInputs = {
    M: 1,
    activations: row,
    weights: {
      ...inputs.weights,
      N: 1,
      codes: codes.slice(n * K, (n + 1) * K),
      scales: scales.slice(n * groups, (n + 1) * groups),
      zeros: zeros!.slice(n * groups, (n + 1) * groups),
    },
  };
  const off = Math.fround(value + 1);
  const { maxAbsError, boundRatio } = await new LocalPool().check(
    { ...request, inputs: alone },
    new Float32Array([off]),
    never,
  );
  return { value, bound: maxAbsError / boundRatio };
}

/** How many of the single errors of a size are found, at random places of either sign. */
async function found(sizeOf: (bound: number) => number): Promise<number> {
  let count = 0;
  for (let i = 0; i < TRIALS; i++) {
    const m = uniformInteger(17, 2 * i, 0, M - 1);
    const n = uniformInteger(17, 2 * i + 1, 0, N - 1);
    const { value, bound } = await boundOf(m, n);
    const wrong = right.slice();
    wrong[m * N + n] = value + (i % 2 === 0 ? 1 : -1) * sizeOf(bound);
    const verdict = await verdictOn(wrong);
    expect(verdict.mode).toBe('sampled');
    if (!verdict.passed) {
      expect(verdict.firstWrong).toMatchObject({ m, n });
      count++;
    }
  }
  return count;
}

describe('a sampled check of one wrong output', () => {
  test.each([1.1, 1.5, 2, 4, 16])(
    'finds every error of %d bounds',
    { timeout: 3_600_000 },
    async (factor) => {
      expect(await found((bound) => factor * bound)).toBe(TRIALS);
    },
  );

  test.each([0.25, 0.5, 1, 2])(
    'finds every error of %d × the smallest that it cannot miss',
    { timeout: 3_600_000 },
    async (factor) => {
      const { smallestDetectable, passed } = await verdictOn(right);
      expect(passed).toBe(true);
      expect(await found(() => factor * smallestDetectable)).toBe(TRIALS);
    },
  );

  test('condemns nothing within its bound', { timeout: 3_600_000 }, async () => {
    expect(await found((bound) => 0.9 * bound)).toBe(0);
  });
});
