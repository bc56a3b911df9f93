import { describe, expect, it } from 'vitest';
import { decodeFloat16, encodeFloat16, roundToFloat16 } from '../../src/base/float16.ts';
import { normal } from '../../src/base/random.ts';
import { exactInputs } from '../../src/reference/exact-data.ts';
import type { ExactProblem } from '../../src/reference/exact-range.ts';
import { POISON_PATTERN } from '../../src/reference/poison.ts';
import type { CheckRequest, Epilogue, OutputType, ProductInputs } from '../../src/reference/request.ts';
import type { Verdict } from '../../src/reference/verdict.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { weightFormat } from '../support/weight-format.ts';
import { randomInputs } from './random-inputs.ts';
import { rightOutput, roundingOf } from './simulated-product.ts';

const FORMAT = weightFormat();
const [M, N, K] = [70, 66, 96];
const rounding = roundingOf(FORMAT, K);
const never = new AbortController().signal;
const full = new LocalPool();
const sampling = new LocalPool(0);

const inputs: ProductInputs = {
  ...randomInputs(FORMAT, M, N, K, 3),
  bias: Float32Array.from({ length: N }, (_, n) => normal(4, n)),
};

/** By the definitions, in f64. */
const FUNCTIONS: Readonly<Record<Epilogue, (x: number, bias: number) => number>> = {
  none: (x) => x,
  bias: (x, bias) => x + bias,
  gelu: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  silu: (x) => x / (1 + Math.exp(-x)),
};

/** GELU without the approximation by tanh: x·Φ(x), Φ by its series, to 10⁻¹². */
function geluByErf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-14 && n < 400; n++) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return x * (0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI));
}

const store: Readonly<Record<OutputType, (value: number) => number>> = {
  f32: Math.fround,
  f16: roundToFloat16,
};

const outputOf = (of: ProductInputs, epilogue: Epilogue, output: OutputType): Float32Array<ArrayBuffer> =>
  rightOutput(of).map((x, i) => store[output](FUNCTIONS[epilogue](x, of.bias ? of.bias[i % N]! : 0)));

const requestFor = (epilogue: Epilogue, output: OutputType): CheckRequest => ({
  inputs,
  rounding,
  judge: 'bound',
  seed: 5,
  epilogue,
  output,
});

const KINDS = (['none', 'bias', 'gelu', 'silu'] as const).flatMap((epilogue) =>
  (['f32', 'f16'] as const).map((output) => [epilogue, output] as const),
);

describe.each(KINDS)('outputs finished by %s and stored as %s', (epilogue, output) => {
  const request = requestFor(epilogue, output);
  const right = outputOf(inputs, epilogue, output);
  const projects = output === 'f32' && (epilogue === 'none' || epilogue === 'bias');

  it('are right, by projections only where these say something', async () => {
    expect(await full.check(request, right, never)).toMatchObject({ passed: true, mode: 'full' });
    expect(await sampling.check(request, right, never)).toMatchObject({
      passed: true,
      mode: projects ? 'sampled' : 'full',
      nonFinite: 0,
      unwritten: 0,
    });
  });

  it('are condemned for an error a little above the bound, and for none a little below', async () => {
    const bound = await boundAt(request, right, 7);
    const expected = FUNCTIONS[epilogue](rightSum(7), inputs.bias![7 % N]!);
    for (const [share, passed] of [
      [0.9, true],
      [1.1, false],
    ] as const) {
      // Not rounded to f16: the check compares numbers, wherever they come from.
      const wrong = right.slice();
      wrong[7] = expected + share * bound;
      expect((await full.check(request, wrong, never)).passed).toBe(passed);
    }
  });

  it('are condemned for another epilogue', async () => {
    for (const other of (['none', 'bias', 'gelu', 'silu'] as const).filter((one) => one !== epilogue)) {
      for (const pool of [full, sampling]) {
        expect((await pool.check(request, outputOf(inputs, other, output), never)).passed).toBe(false);
      }
    }
  });

  it('that were never written are counted', async () => {
    const wrong = right.slice();
    new Uint32Array(wrong.buffer).fill(POISON_PATTERN[output], 10, 13);
    expect(await sampling.check(request, wrong, never)).toMatchObject({ passed: false, unwritten: 3 });
  });
});

/** Output i of the product in f64. */
function rightSum(i: number): number {
  const exact = rightOutput(inputs, (a, w) => a.reduce((sum, value, k) => sum + value * w[k]!, 0));
  return exact[i]!;
}

/** The bound of output `at`, from how far an output far off is said to be. */
async function boundAt(request: CheckRequest, right: Float32Array<ArrayBuffer>, at: number): Promise<number> {
  const wrong = right.slice();
  wrong[at] = 1e6;
  const { maxAbsError, boundRatio } = await full.check(request, wrong, never);
  return maxAbsError / boundRatio;
}

describe('what resembles an epilogue', () => {
  it('GELU by the error function is not its tanh form', async () => {
    expect(geluByErf(1)).toBeCloseTo(0.8413447460685429, 10);
    const output = rightOutput(inputs).map(geluByErf);
    const verdict = await full.check(requestFor('gelu', 'f32'), output, never);
    expect(verdict.passed).toBe(false);
    expect(verdict.maxAbsError).toBeLessThan(6e-4);
  });

  it('a bias of the column beside is wrong', async () => {
    const turned = Float32Array.from(inputs.bias!, (_, n) => inputs.bias![(n + 1) % N]!);
    const output = outputOf({ ...inputs, bias: turned }, 'bias', 'f32');
    for (const pool of [full, sampling]) {
      expect((await pool.check(requestFor('bias', 'f32'), output, never)).passed).toBe(false);
    }
  });
});

describe('f16 outputs that f16 cannot hold', () => {
  it('are wrong, and told with what they should be', async () => {
    const activations = inputs.activations.map((a) => a * 2 ** 20);
    const request = { ...requestFor('none', 'f16'), inputs: { ...inputs, activations } };
    const verdict = await full.check(request, outputOf(request.inputs, 'none', 'f16'), never);
    expect(verdict.passed).toBe(false);
    expect(verdict.nonFinite).toBeGreaterThan(0);
    expect(Math.abs(verdict.firstWrong!.expected)).toBeGreaterThan(65504);
  });
});

const problem = (over: Partial<ExactProblem>): ExactProblem => ({
  M: 5,
  N,
  K,
  format: FORMAT,
  activation: 'f32',
  accumulator: 'f32',
  epilogue: 'none',
  output: 'f32',
  rounding,
  ...over,
});

function exactRequest(over: Partial<ExactProblem>): CheckRequest {
  const of = problem(over);
  const exact = exactInputs(of, 6);
  if (exact.kind === 'none') throw new Error(exact.reason);
  const { epilogue, output } = of;
  return { inputs: exact.inputs, rounding, judge: 'exact', seed: 7, unit: exact.unit, epilogue, output };
}

const everywhere = async (
  request: CheckRequest,
  output: Float32Array<ArrayBuffer>,
): Promise<readonly Verdict[]> => [
  await full.check(request, output, never),
  await sampling.check(request, output, never),
];

describe('exact data with a bias', () => {
  const request = exactRequest({ epilogue: 'bias' });
  const right = outputOf(request.inputs, 'bias', 'f32');

  it('have one for each column, none of them zero', () => {
    expect(request.inputs.bias).toHaveLength(N);
    expect(request.inputs.bias!.every((b) => Number.isInteger(b) && b !== 0 && Math.abs(b) <= 7)).toBe(true);
  });

  it('pass, by projection as well', async () => {
    const [all, projected] = await everywhere(request, right);
    expect(all).toMatchObject({ passed: true, mode: 'full' });
    expect(projected).toMatchObject({ passed: true, mode: 'sampled' });
  });

  it('are condemned without the bias, with that of the column beside, and for one unit', async () => {
    const turned = Float32Array.from(request.inputs.bias!, (_, n) => request.inputs.bias![(n + 1) % N]!);
    const byOne = right.slice();
    byOne[100]! += 1;
    for (const wrong of [
      rightOutput(request.inputs),
      outputOf({ ...request.inputs, bias: turned }, 'bias', 'f32'),
      byOne,
    ]) {
      for (const verdict of await everywhere(request, wrong)) expect(verdict.passed).toBe(false);
    }
  });

  it('that are one-hot have a bias of zeros', async () => {
    const large = problem({ K: 2 ** 20, M: 1, N: 2, epilogue: 'bias' });
    const exact = exactInputs(large, 1);
    expect(exact).toMatchObject({ kind: 'one-hot', inputs: { bias: new Float32Array(2) } });
    if (exact.kind === 'none') return;
    const one: CheckRequest = { ...request, inputs: exact.inputs };
    const output = rightOutput(exact.inputs);
    expect((await sampling.check(one, output, never)).passed).toBe(true);
    output[0]! += 1;
    expect((await sampling.check(one, output, never)).passed).toBe(false);
  });
});

describe('exact data with f16 outputs', () => {
  it('are right with either neighbour of an integer that f16 does not hold, and no other value', async () => {
    const request = exactRequest({ output: 'f16' });
    const sums = rightOutput(request.inputs);
    expect(Math.max(...sums.map(Math.abs))).toBeLessThanOrEqual(65504);
    const at = sums.findIndex((sum) => roundToFloat16(sum) !== sum);
    expect(at).toBeGreaterThanOrEqual(0);
    const bits = encodeFloat16(sums[at]!);
    const further = Math.abs(decodeFloat16(bits)) < Math.abs(sums[at]!) ? 1 : -1;
    const right = sums.map(roundToFloat16);
    for (const [step, passed] of [
      [0, true],
      [further, true],
      [2 * further, false],
      [-further, false],
    ] as const) {
      const output = right.slice();
      output[at] = decodeFloat16(bits + step);
      for (const verdict of await everywhere(request, output)) {
        expect(verdict).toMatchObject({ passed, mode: 'full' });
      }
    }
  });

  it('are condemned for one unit where f16 holds the sum', async () => {
    const request = exactRequest({ output: 'f16', K: 16 });
    const output = rightOutput(request.inputs).map(roundToFloat16);
    output[3] = rightOutput(request.inputs)[3]! + 1;
    for (const verdict of await everywhere(request, output)) {
      expect(verdict).toMatchObject({ passed: false, firstWrong: { m: 0, n: 3 } });
    }
  });

  it('of long sums use a part of k, another in each row', () => {
    const of = problem({ output: 'f16', K: 8192, M: 4, N: 2 });
    const exact = exactInputs(of, 9);
    if (exact.kind !== 'integer') throw new Error(exact.kind);
    // 8192·16 may reach 131,072: every third k, 2731·16 = 43,696, is the most that 65504 has room for.
    const used = Array.from({ length: 4 }, (_, m) =>
      [...exact.inputs.activations.subarray(m * 8192, (m + 1) * 8192).entries()]
        .filter(([, a]) => a !== 0)
        .map(([k]) => k),
    );
    expect(used.map((row) => row.length)).toEqual([2731, 2730, 2731, 2731]);
    expect(new Set(used.flat()).size).toBe(8192);
    expect(Math.max(...rightOutput(exact.inputs).map(Math.abs))).toBeLessThanOrEqual(65504);
  });
});

describe('exact data of what is not exact', () => {
  it.each(['gelu', 'silu'] as const)('of %s are none', (epilogue) => {
    expect(exactInputs(problem({ epilogue }), 1)).toEqual({
      kind: 'none',
      reason: `${epilogue} is not exact`,
    });
  });
});
