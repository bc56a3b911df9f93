import { describe, expect, it } from 'vitest';
import { decodeRoundings, type WeightFormat } from '../../src/formats/format.ts';
import { halfFactors } from '../../src/reference/half-bound.ts';
import type { CheckRequest, ProductInputs, Rounding } from '../../src/reference/request.ts';
import { gamma, HALF_ROUNDOFF } from '../../src/reference/unit-roundoff.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { weightFormat } from '../support/weight-format.ts';
import { HALF_ROUNDINGS } from './f16-rounding.ts';
import { ROUNDINGS } from './f32-rounding.ts';
import { type HalfKernel, halfProduct } from './half-product.ts';
import { randomInputs } from './random-inputs.ts';
import { rightOutput, roundingOf } from './simulated-product.ts';

const pool = new LocalPool();
const sampling = new LocalPool(0);
const never = new AbortController().signal;

describe('gamma of f16', () => {
  it('is n·2⁻¹⁰ / (1 − n·2⁻¹⁰), and has no value from 1024 roundings on', () => {
    expect(gamma(32, HALF_ROUNDOFF)).toBe(32 / (1024 - 32));
    expect(() => gamma(1024, HALF_ROUNDOFF)).toThrow(/no bound/);
  });
});

describe('halfFactors', () => {
  it('are nothing where nothing is f16', () => {
    expect(halfFactors(roundingOf(weightFormat(), 64), weightFormat())).toEqual({
      ...{ relative: 0, flush: 0, flushScale: 0, flushMin: 0, scaled: 0, row: 0 },
    });
  });

  it('count a term’s roundings and additions, and flushes times the scale where it comes last', () => {
    const rounding: Rounding = { ...roundingOf(weightFormat(), 64), halfTerms: 32, halfRoundings: 2 };
    const factors = halfFactors(rounding, weightFormat());
    const lost = 2 ** -14 * (1 + 34 / (1024 - 34));
    expect(factors.relative).toBe(34 / (1024 - 34));
    // 64 products, 64 sums, and 64 activations times a value of up to 8.
    expect(factors).toMatchObject({
      flush: 0,
      flushScale: 64 * lost * (2 + 8),
      flushMin: 0,
      scaled: 0,
      row: 0,
    });
    expect(halfFactors({ ...rounding, halfScaled: true }, weightFormat())).toMatchObject({
      flush: 128 * lost,
      flushScale: 64 * lost * 8,
      row: lost,
    });
  });
});

/** A kernel in f16, and what its plan says of it: both operands and the product are rounded. */
const KERNELS: readonly (readonly [name: string, kernel: HalfKernel, numerics: Partial<Rounding>])[] = [
  ['values in sums of 32', { terms: 32, scaled: false }, { halfTerms: 32, halfRoundings: 3 }],
  ['values in sums of 8', { terms: 8, scaled: false }, { halfTerms: 8, halfRoundings: 3 }],
  [
    'weights in sums of 16',
    { terms: 16, scaled: true },
    { halfTerms: 16, halfRoundings: 3, halfScaled: true },
  ],
  ['weights as operands of f32 sums', { terms: 0, scaled: true }, { halfTerms: 0, halfRoundings: 2 }],
];

const FORMATS: readonly (readonly [string, WeightFormat])[] = [
  ['int4', weightFormat()],
  ['int8 with zero points', weightFormat({ element: 'int8', zeroPoint: true })],
  ['e4m3 with least values that are no normal f16', weightFormat({ element: 'e4m3:bias=20' })],
  ['nf4', weightFormat({ element: 'nf4', scale: 'f32' })],
  ['minima', weightFormat({ element: 'uint4', zeroPoint: 'min' })],
];

const [M, N, K] = [3, 5, 96];

const requestFor = (inputs: ProductInputs, numerics: Partial<Rounding>): CheckRequest => ({
  inputs,
  rounding: {
    terms: K,
    decodeRoundings: decodeRoundings(inputs.weights.format),
    offset: 0,
    span: 0,
    ...numerics,
  },
  judge: 'bound',
  seed: 1,
});

const CASES = KERNELS.flatMap(([kernelName, kernel, numerics]) =>
  FORMATS.filter(([, { zeroPoint }]) => zeroPoint !== 'min' || kernel.scaled).map(
    ([formatName, format]) => [`${formatName}, ${kernelName}`, kernel, numerics, format] as const,
  ),
);

describe.each(CASES)('%s', (_, kernel, numerics, format) => {
  // Activations of many sizes, so that some products are subnormal.
  const plain = randomInputs(format, M, N, K, 17);
  const inputs = { ...plain, activations: plain.activations.map((a, i) => a * 2 ** -(i % 12)) };

  it('is within its bound, however each operation is rounded', async () => {
    let worst = 0;
    for (const [i, make] of Object.values(HALF_ROUNDINGS).entries()) {
      const single = Object.values(ROUNDINGS)[i]!(i);
      const output = new Float32Array(halfProduct(inputs, kernel, make(i), single));
      for (const checker of [pool, sampling]) {
        const verdict = await checker.check(requestFor(inputs, numerics), output, never);
        expect(verdict).toMatchObject({ passed: true });
        worst = Math.max(worst, verdict.boundRatio);
      }
    }
    expect(worst).toBeGreaterThan(0.005);
  });

  it('is condemned by the bound of a kernel that has no f16', async () => {
    const output = new Float32Array(halfProduct(inputs, kernel, HALF_ROUNDINGS['inwards']!(0), Math.fround));
    expect((await pool.check(requestFor(inputs, {}), output, never)).passed).toBe(false);
  });

  it('is condemned for an error a little above its bound, and for none a little below', async () => {
    const request = requestFor(inputs, numerics);
    const right = rightOutput(inputs);
    const far = right.slice();
    far[4]! += 1e4;
    const { maxAbsError, boundRatio } = await pool.check(request, far, never);
    const bound = maxAbsError / boundRatio;
    for (const [share, within] of [
      [0.95, true],
      [-0.95, true],
      [1.05, false],
      [-1.05, false],
    ] as const) {
      const output = right.slice();
      output[4]! += share * bound;
      expect((await pool.check(request, output, never)).firstWrong === undefined).toBe(within);
    }
  });
});

describe('activations that f16 flushes', () => {
  it.each(KERNELS)('%s may all be zeros, and larger ones may not', async (_, kernel, numerics) => {
    const format = weightFormat();
    const tiny = randomInputs(format, M, N, K, 23);
    const at = async (power: number): Promise<boolean> => {
      const inputs = { ...tiny, activations: tiny.activations.map((a) => a * 2 ** power) };
      return (await pool.check(requestFor(inputs, numerics), new Float32Array(M * N), never)).passed;
    };
    expect(await at(-18)).toBe(true);
    expect(await at(0)).toBe(false);
    expect(kernel.terms).toBe(numerics.halfTerms);
  });
});

describe('the bound of f16 sums', () => {
  it('is not many times what a conforming kernel can need', async () => {
    // Every term is positive and every operation rounds inwards: the errors add up instead of cancelling.
    const format = weightFormat({ element: 'uint4' });
    const plain = randomInputs(format, 2, 2, K, 9);
    const inputs = { ...plain, activations: plain.activations.map(Math.abs) };
    const [, kernel, numerics] = KERNELS[0]!;
    const output = new Float32Array(halfProduct(inputs, kernel, HALF_ROUNDINGS['inwards']!(0), Math.fround));
    const verdict = await pool.check(requestFor(inputs, numerics), output, never);
    expect(verdict.boundRatio).toBeGreaterThan(0.15);
    expect(verdict.boundRatio).toBeLessThan(1);
  });
});
