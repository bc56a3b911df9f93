import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundFactors } from '../../src/reference/rounding-bound.ts';
import { gamma } from '../../src/reference/unit-roundoff.ts';
import type { Rounding } from '../../src/reference/request.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { randomInputs } from './random-inputs.ts';
import { outputWithOffset, rightOutput, roundingOf, SUMMATIONS, truncating } from './simulated-product.ts';
import { INTEGER_FORMATS } from './formats.ts';
import { weightFormat } from '../support/weight-format.ts';

const INT4 = weightFormat();
const never = new AbortController().signal;
const pool = new LocalPool();

describe('gamma', () => {
  it('is n·2⁻²³ / (1 − n·2⁻²³)', () => {
    expect(gamma(1)).toBe(1 / (2 ** 23 - 1));
    expect(gamma(2 ** 22)).toBe(1);
  });

  it('refuses a chain that has no bound', () => {
    expect(() => gamma(2 ** 23)).toThrow(/no bound/);
  });
});

describe('boundFactors', () => {
  it('counts terms − 1 additions, one product, the decode and one to spare', () => {
    const exact = boundFactors({ terms: 64, decodeRoundings: 0, offset: 0, span: 0 }, INT4);
    expect(exact.magnitude).toBe(gamma(65));
    expect(exact.offset).toBe(0);
    expect(boundFactors({ terms: 64, decodeRoundings: 1, offset: 0, span: 0 }, INT4).magnitude).toBe(
      gamma(66),
    );
  });

  it('charges an offset, zero point included, twice: where it is added and where it is removed', () => {
    const { offset, magnitude } = boundFactors(
      { terms: 64, decodeRoundings: 0, offset: 1024, span: 32 },
      INT4,
    );
    expect(offset).toBe(2 * gamma(34) * (1 + magnitude) * (1024 + 16));
    expect(magnitude).toBe(gamma(65));
  });

  it('grants a flush of 2⁻¹²⁶ an operation even where every magnitude is zero', () => {
    expect(boundFactors({ terms: 4, decodeRoundings: 0, offset: 0, span: 0 }, INT4).flush).toBe(
      2 ** -125 * 32,
    );
  });
});

describe.each(INTEGER_FORMATS)('right outputs of %s', (_, format) => {
  // K = 144 leaves a short last group at 32, 64 and 128; 16 divides it.
  const inputs = randomInputs(format, 5, 7, 144, 11);
  const rounding = roundingOf(format, 144);

  it.each(Object.entries(SUMMATIONS))('summed %s are within their bounds', async (_, sum) => {
    const output = rightOutput(inputs, sum);
    const verdict = await pool.check({ inputs, rounding, judge: 'bound', seed: 1 }, output, never);
    expect(verdict).toMatchObject({ passed: true, mode: 'full', checkedElements: 35, missProbability: 0 });
    expect(verdict.boundRatio).toBeGreaterThan(0);
    expect(verdict.boundRatio).toBeLessThan(0.5);
  });
});

describe('the bound', () => {
  it('is never exceeded by a right kernel, whatever the activations and the order', async () => {
    const exponent = fc.integer({ min: -60, max: 60 });
    const format = fc.constantFrom(...INTEGER_FORMATS.map(([, format]) => format));
    await fc.assert(
      fc.asyncProperty(
        format,
        fc.integer({ min: 1, max: 80 }),
        fc.constantFrom(...Object.values(SUMMATIONS)),
        fc.array(exponent, { minLength: 1, maxLength: 8 }),
        fc.nat(1000),
        async (format, K, sum, exponents, seed) => {
          const inputs = randomInputs(format, 2, 3, K, seed);
          const activations = inputs.activations.map((a, i) => a * 2 ** exponents[i % exponents.length]!);
          const wide = { ...inputs, activations };
          const request = { inputs: wide, rounding: roundingOf(format, K), judge: 'bound', seed } as const;
          const verdict = await pool.check(request, rightOutput(wide, sum), never);
          expect(verdict.boundRatio).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is not many times what a conforming kernel can need', async () => {
    // Every operation truncates and every term is positive: the errors add up instead of cancelling.
    const K = 512;
    const inputs = randomInputs({ ...INT4, element: 'uint4' }, 4, 4, K, 9);
    const positive = { ...inputs, activations: inputs.activations.map(Math.abs) };
    const output = rightOutput(positive, truncating);
    const rounding = roundingOf(INT4, K);
    const verdict = await pool.check({ inputs: positive, rounding, judge: 'bound', seed: 1 }, output, never);
    expect(verdict.boundRatio).toBeGreaterThan(0.1);
    expect(verdict.boundRatio).toBeLessThan(1);
  });

  it('covers activations that are flushed to zero', async () => {
    const inputs = randomInputs(INT4, 3, 4, 32, 3);
    const subnormal = { ...inputs, activations: inputs.activations.map((a) => a * 2 ** -128) };
    const request = { inputs: subnormal, rounding: roundingOf(INT4, 32), judge: 'bound', seed: 1 } as const;
    const flushed = await pool.check(request, new Float32Array(12), never);
    expect(flushed.passed).toBe(true);
    const larger = { ...inputs, activations: inputs.activations.map((a) => a * 2 ** -100) };
    const wrong = await pool.check({ ...request, inputs: larger }, new Float32Array(12), never);
    expect(wrong.passed).toBe(false);
  });

  it.each([
    [1032, 8],
    [1032, 32],
    [1152, 16],
  ])(
    'holds for a kernel that leaves %i on the codes over %i weights, and only with the offset declared',
    async (offset, span) => {
      const inputs = randomInputs(INT4, 6, 8, 256, 21);
      const rounding: Rounding = { terms: 256, decodeRoundings: 0, offset, span };
      const output = outputWithOffset(inputs, rounding);
      const request = { inputs, judge: 'bound', seed: 1 } as const;
      const verdict = await pool.check({ ...request, rounding }, output, never);
      expect(verdict.passed).toBe(true);
      const undeclared = await pool.check(
        { ...request, rounding: { ...rounding, offset: 0, span: 0 } },
        output,
        never,
      );
      expect(undeclared.boundRatio).toBeGreaterThan(verdict.boundRatio);
    },
  );
});
