import { describe, expect, it } from 'vitest';
import { decodeRoundings } from '../../src/formats/format.ts';
import { POISON } from '../support/poison.ts';
import type { CheckRequest, ProductInputs } from '../../src/reference/request.ts';
import type { Verdict } from '../../src/reference/verdict.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { weightFormat } from '../support/weight-format.ts';
import { HALF_ROUNDINGS } from './f16-rounding.ts';
import { downwards, ROUNDINGS, towardsZero } from './f32-rounding.ts';
import { halfProduct } from './half-product.ts';
import { randomInputs } from './random-inputs.ts';
import { ORDERS, productRounded, spanProduct } from './rounded-product.ts';
import { decodeAll, productBy, rightOutput, roundingOf } from './simulated-product.ts';
import type { Round } from './simulated-decode.ts';

const pool = new LocalPool();
const sampling = new LocalPool(0);
const never = new AbortController().signal;
const format = weightFormat();

const requestOf = (
  inputs: ProductInputs,
  rounding: Partial<CheckRequest['rounding']> = {},
): CheckRequest => ({
  inputs,
  rounding: { ...roundingOf(inputs.weights.format, inputs.weights.K), ...rounding },
  judge: 'bound',
  seed: 1,
});

const judged = (inputs: ProductInputs, output: ArrayLike<number>, checker = pool): Promise<Verdict> =>
  checker.check(requestOf(inputs), Float32Array.from(output), never);

/** [M, N] as a kernel gives it whose activations go through `change` first. */
const withActivations = (inputs: ProductInputs, change: Round): Float32Array<ArrayBuffer> =>
  rightOutput({ ...inputs, activations: inputs.activations.map(change) });

/** A number rounded to so many significant bits: `by` is Math.round, Math.floor, … of its significand. */
const toBits =
  (bits: number, by: (value: number) => number): Round =>
  (value) => {
    if (value === 0) return 0;
    const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) + 1 - bits);
    return by(value / unit) * unit;
  };

describe('the size of an error', () => {
  const inputs = randomInputs(format, 8, 80, 1024, 31);

  it('of a right kernel is far below what its roundings make at most, and of the size that they make', async () => {
    const { passed, precise, nmse, nmseExpected } = await judged(inputs, rightOutput(inputs));
    expect({ passed, precise }).toEqual({ passed: true, precise: true });
    expect(nmse / nmseExpected).toBeGreaterThan(1 / 64);
    expect(nmse / nmseExpected).toBeLessThan(1 / 16);
  });

  it.each([
    ['activations of 9 bits', toBits(9, Math.round)],
    ['activations of 11 bits', toBits(11, Math.round)],
    ['activations of 14 bits', toBits(14, Math.round)],
    ['activations cut to 12 bits', toBits(12, Math.trunc)],
    ['small activations taken as 0', (a: number) => (Math.abs(a) < 0.01 ? 0 : a)],
  ])('of %s is refused, though every output is within its bound', async (_, change) => {
    for (const checker of [pool, sampling]) {
      const verdict = await judged(inputs, withActivations(inputs, change), checker);
      expect(verdict).toMatchObject({ passed: false, precise: false, firstWrong: undefined });
      expect(verdict.nmse).toBeGreaterThan(verdict.nmseExpected);
    }
  });

  it('goes one way where a rounding does, and not where it does not', async () => {
    const cut = await judged(inputs, withActivations(inputs, toBits(14, Math.trunc)));
    expect(cut.oneWay).toBeGreaterThan(0.5);
    const rounded = await judged(inputs, withActivations(inputs, toBits(14, Math.round)));
    expect(rounded.oneWay).toBeLessThan(0.05);
  });

  it('is that of rows that were sampled as well', async () => {
    const many = randomInputs(format, 80, 40, 64, 33);
    const right = rightOutput(many);
    expect(await judged(many, right, sampling)).toMatchObject({ mode: 'sampled', passed: true });
    const wrong = await judged(many, withActivations(many, toBits(17, Math.round)), sampling);
    expect(wrong).toMatchObject({ mode: 'sampled', precise: false, firstWrong: undefined });
  });

  it('is not judged beside outputs that must be exact', async () => {
    const request: CheckRequest = { ...requestOf(inputs), judge: 'exact' };
    const verdict = await pool.check(request, rightOutput(inputs), never);
    expect(verdict).toMatchObject({ passed: false, precise: true, nmseExpected: Infinity });
  });
});

describe('roundings that WGSL leaves open', () => {
  const inputs = randomInputs(format, 8, 80, 256, 37);
  const shallow = randomInputs(format, 8, 80, 64, 39);

  it.each(Object.entries(ROUNDINGS))('%s are no loss of precision', async (_, make) => {
    const round = make(3);
    const output = productRounded(inputs, round, ORDERS['ascending']!);
    expect(await judged(inputs, output)).toMatchObject({ passed: true, precise: true });
    const spans = { decodeRoundings: 3 + decodeRoundings(format), offset: 1024, span: 32 };
    const request = requestOf(shallow, spans);
    const summed = spanProduct(shallow, request.rounding, round, ORDERS['ascending']!);
    expect((await pool.check(request, new Float32Array(summed), never)).precise).toBe(true);
  });

  it.each(Object.entries(HALF_ROUNDINGS))('%s to f16 are none where f16 is declared', async (_, make) => {
    const kernel = { terms: 32, scaled: true };
    const output = new Float32Array(halfProduct(shallow, kernel, make(5), Math.fround));
    const request = requestOf(shallow, { halfTerms: 32, halfRoundings: 3, halfScaled: true });
    expect((await pool.check(request, output, never)).precise).toBe(true);
    expect((await pool.check(requestOf(shallow), output, never)).precise).toBe(false);
  });

  it('show as an error that goes one way', async () => {
    for (const round of [towardsZero, downwards]) {
      const verdict = await judged(inputs, productRounded(inputs, round, ORDERS['ascending']!));
      expect(verdict.oneWay).toBeGreaterThan(0.5);
    }
  });
});

describe('of few, strange or broken outputs', () => {
  it('a single output is judged', async () => {
    const inputs = randomInputs(format, 1, 1, 512, 41);
    const [right] = rightOutput(inputs);
    expect(await judged(inputs, [right!])).toMatchObject({ passed: true });
    const far = await judged(inputs, [right! * (1 + 2 ** -9)]);
    expect(far).toMatchObject({ precise: false, oneWay: 1 });
  });

  it('all of them zero are right where activations or scales are, and wrong where they are not', async () => {
    const inputs = randomInputs(format, 2, 3, 64, 43);
    const zeros = new Float32Array(6);
    const nothing = { ...inputs, activations: new Float32Array(inputs.activations.length) };
    expect(await judged(nothing, zeros)).toMatchObject({ passed: true, nmse: 0 });
    expect(await judged(nothing, zeros.fill(1e-30))).toMatchObject({ passed: false, nmse: Infinity });
    expect(await judged(inputs, new Float32Array(6))).toMatchObject({ passed: false, nmse: 1 });
  });

  it('an exact product passes, and one that is an ulp off is not refused for its size', async () => {
    const inputs = randomInputs(format, 2, 3, 1, 47);
    const right = productBy((a, w) => a[0]! * w[0]!, inputs.activations, decodeAll(inputs.weights), 2, 3);
    expect(await judged(inputs, right)).toMatchObject({ passed: true });
    expect(
      await judged(
        inputs,
        right.map((value) => value * (1 + 2 ** -23)),
      ),
    ).toMatchObject({ passed: true });
  });

  it('outputs that are subnormal may be flushed', async () => {
    const inputs = randomInputs(format, 2, 3, 64, 53);
    const tiny = { ...inputs, activations: inputs.activations.map((a) => a * 2 ** -122) };
    expect(await judged(tiny, new Float32Array(6))).toMatchObject({ passed: true });
  });

  it.each([NaN, Infinity, POISON])('one that is %d is wrong, and spoils no figure', async (value) => {
    const inputs = randomInputs(format, 2, 3, 64, 59);
    const output = rightOutput(inputs);
    output[4] = value;
    const verdict = await judged(inputs, output);
    expect(verdict).toMatchObject({ passed: false, precise: false });
    for (const figure of [verdict.nmse, verdict.nmseExpected, verdict.oneWay]) expect(figure).not.toBeNaN();
    expect(verdict.nmseExpected).toBeLessThan(1e-9);
  });

  it('a single one that is less precise does not hide behind the others', async () => {
    const inputs = randomInputs(format, 8, 80, 1024, 61);
    const output = rightOutput(inputs);
    output[100] = output[100]! * (1 + 2 ** -11);
    expect(await judged(inputs, output)).toMatchObject({ precise: false, firstWrong: undefined });
  });
});
