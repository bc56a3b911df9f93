import { describe, expect, it } from 'vitest';
import { hash32, uniformInteger } from '../../src/base/random.ts';
import { mostSuspicious, samplePositions } from '../../src/reference/check-plan.ts';
import { exactInputs } from '../../src/reference/exact-data.ts';
import { POISON } from '../support/poison.ts';
import type { CheckRequest } from '../../src/reference/request.ts';
import type { Verdict } from '../../src/reference/verdict.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { weightFormat } from '../support/weight-format.ts';
import { randomInputs } from './random-inputs.ts';
import { rightOutput, roundingOf } from './simulated-product.ts';

const FORMAT = weightFormat({ zeroPoint: true });
// Several blocks of columns, the last one short, and twice the rows that are recomputed.
const [M, N, K] = [150, 140, 40];
const SEEDS = 40;

const pool = new LocalPool(0);
const never = new AbortController().signal;
const check = (request: CheckRequest, output: Float32Array<ArrayBuffer>): Promise<Verdict> =>
  pool.check(request, output, never);

/** Rows of very different size, as outlier tokens are, so that no row's bound speaks for another's. */
const base = randomInputs(FORMAT, M, N, K, 41);
const inputs = {
  ...base,
  activations: base.activations.map((a, i) => a * 2 ** (hash32(5, Math.floor(i / K)) % 9)),
};
const output = rightOutput(inputs);
const request = (seed: number): CheckRequest => ({
  inputs,
  rounding: roundingOf(FORMAT, K),
  judge: 'bound',
  seed,
});

/** The right output with `error` added to one element. */
function withError(m: number, n: number, error: number): Float32Array<ArrayBuffer> {
  const wrong = output.slice();
  wrong[m * N + n]! += error;
  return wrong;
}

describe('the sampled check under a bound', () => {
  it('never misses one error just above what it says it cannot miss', async () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const { smallestDetectable, passed } = await check(request(seed), output);
      expect(passed).toBe(true);
      const m = uniformInteger(seed, 1, 0, M - 1);
      const n = uniformInteger(seed, 2, 0, N - 1);
      for (const sign of [1, -1]) {
        const verdict = await check(request(seed), withError(m, n, sign * 1.001 * smallestDetectable));
        expect(verdict).toMatchObject({ passed: false, firstWrong: { m, n } });
      }
    }
  });

  it('when it passes an output with one error, says that it could have missed one as large', async () => {
    let missed = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const { smallestDetectable } = await check(request(seed), output);
      const error = smallestDetectable * 2 ** -uniformInteger(seed, 3, 4, 16);
      const place = [uniformInteger(seed, 4, 0, M - 1), uniformInteger(seed, 5, 0, N - 1)] as const;
      const verdict = await check(request(seed), withError(...place, error));
      if (!verdict.passed) continue;
      missed++;
      expect(verdict.smallestDetectable).toBeGreaterThan(error);
    }
    // The control: a check that recomputed everything would make the claim empty.
    expect(missed).toBeGreaterThan(0);
  });

  it('finds an error in a corner, where samples always look, whatever its size above the bound', async () => {
    const exact = await new LocalPool().check(request(1), output, never);
    for (const [m, n] of [
      [0, 0],
      [0, N - 1],
      [M - 1, 0],
      [M - 1, N - 1],
    ] as const) {
      const wrong = withError(m, n, (exact.maxAbsError / exact.boundRatio) * 2);
      expect(await check(request(1), wrong)).toMatchObject({ passed: false, firstWrong: { m, n } });
    }
  });

  it('counts unwritten elements and ones that are not finite over the whole output', async () => {
    const wrong = output.slice();
    wrong.fill(POISON, 20 * N, 30 * N);
    wrong.fill(NaN, 31 * N, 31 * N + 5);
    expect(await check(request(2), wrong)).toMatchObject({ passed: false, unwritten: 10 * N, nonFinite: 5 });
  });

  it('recomputes 64 rows and its samples', async () => {
    const samples = samplePositions(M, N, 3).length;
    expect((await check(request(3), output)).checkedElements).toBe(64 * N + samples);
    expect(samples).toBeGreaterThanOrEqual(4096);
  });
});

describe('the exact projection', () => {
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
      rounding: roundingOf(FORMAT, K),
    },
    9,
  );
  if (exact.kind === 'none') throw new Error(exact.reason);
  const integer: CheckRequest = {
    inputs: exact.inputs,
    rounding: roundingOf(FORMAT, K),
    judge: 'exact',
    seed: 1,
  };
  const right = rightOutput(exact.inputs);

  it('never misses one wrong element, by however little', async () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const at = uniformInteger(seed, 1, 0, M * N - 1);
      const wrong = right.slice();
      // One ulp of the f32, in its bits.
      new Uint32Array(wrong.buffer)[at]! ^= 1;
      const place = { m: Math.floor(at / N), n: at % N };
      const verdict = await check({ ...integer, seed }, wrong);
      expect(verdict).toMatchObject({ passed: false, mode: 'sampled', firstWrong: place });
      expect(verdict.missProbability).toBe(2 ** -20);
    }
  });

  /** The same with a row of zeros, whose right outputs are all 0. */
  const idle = { ...exact.inputs, activations: exact.inputs.activations.map((a, i) => (i < K ? 0 : a)) };

  it('is not deceived by an error too small for the sums to show', async () => {
    const wrong = rightOutput(idle);
    wrong[5] = 2 ** -100;
    const verdict = await check({ ...integer, inputs: idle }, wrong);
    expect(verdict).toMatchObject({
      passed: false,
      mode: 'sampled',
      firstWrong: { m: 0, n: 5, expected: 0 },
    });
  });

  it('is not deceived by errors that cancel, nor by an infinity', async () => {
    const cancelling = right.slice();
    cancelling[3]! += 5;
    cancelling[9]! -= 5;
    expect((await check(integer, cancelling)).passed).toBe(false);
    const infinite = right.slice();
    infinite[77] = Infinity;
    expect(await check(integer, infinite)).toMatchObject({ passed: false, nonFinite: 1 });
  });

  it('takes −0 for 0', async () => {
    const negative = rightOutput(idle).map((value) => (value === 0 ? -0 : value));
    expect(Object.is(negative[5], -0)).toBe(true);
    expect(await check({ ...integer, inputs: idle }, negative)).toMatchObject({
      passed: true,
      mode: 'sampled',
    });
  });

  it('leaves rows that are no integers to the full check', async () => {
    const halves = { ...exact.inputs, activations: exact.inputs.activations.map((a) => a / 2) };
    const verdict = await check(
      { ...integer, inputs: halves },
      right.map((value) => value / 2),
    );
    expect(verdict).toMatchObject({ passed: true, mode: 'full', checkedElements: M * N, missProbability: 0 });
  });
});

describe('one-hot data', () => {
  const long = 2 ** 16;
  const int8 = weightFormat({ element: 'int8', group: 128, scale: 'f32' });
  const rounding = roundingOf(int8, long);
  const exact = exactInputs(
    {
      M: 9,
      N: 5,
      K: long,
      format: int8,
      activation: 'f32',
      accumulator: 'f32',
      epilogue: 'none',
      output: 'f32',
      rounding,
    },
    2,
  );
  if (exact.kind === 'none') throw new Error(exact.reason);
  const hot: CheckRequest = { inputs: exact.inputs, rounding, judge: 'exact', seed: 1 };
  const right = rightOutput(exact.inputs);

  it('is compared element by element, above the limit too', async () => {
    expect(exact.kind).toBe('one-hot');
    expect(await check(hot, right)).toMatchObject({ passed: true, mode: 'full', checkedElements: 45 });
  });

  it('condemns one ulp', async () => {
    const wrong = right.slice();
    new Uint32Array(wrong.buffer)[13]! ^= 1;
    expect(await check(hot, wrong)).toMatchObject({ passed: false, firstWrong: { m: 2, n: 3 } });
  });
});

describe('samplePositions', () => {
  it('lie in the matrix, in all corners, in the last row and in the last column', () => {
    const positions = samplePositions(300, 200, 7);
    expect(positions.every(([m, n]) => m >= 0 && m < 300 && n >= 0 && n < 200)).toBe(true);
    expect(positions.filter(([m]) => m === 299).length).toBeGreaterThanOrEqual(64);
    expect(positions.filter(([, n]) => n === 199).length).toBeGreaterThanOrEqual(64);
  });

  it('depend on the seed', () => {
    expect(samplePositions(300, 200, 7)).not.toEqual(samplePositions(300, 200, 8));
  });
});

describe('mostSuspicious', () => {
  it('takes the rows with the largest residuals, infinite ones first, in ascending order', () => {
    const residuals = [0.1, 0.9, Infinity, 0.3, 0.9].map((ratio, row) => ({ row, ratio }));
    expect(mostSuspicious(residuals, 3)).toEqual([1, 2, 4]);
  });

  it('takes a row that two ranges of columns found once', () => {
    const residuals = [0, 0, 1, 1, 2].map((row) => ({ row, ratio: Infinity }));
    expect(mostSuspicious(residuals, 2)).toEqual([0, 1]);
  });
});
