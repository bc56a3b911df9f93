import { describe, expect, it } from 'vitest';
import { decodeRoundings, elementOf, type WeightFormat } from '../../src/formats/format.ts';
import { DYNAMIC_MAP } from '../../src/formats/dynamic-map.ts';
import { assembleQuantized } from '../../src/formats/quantized.ts';
import type { CheckRequest, ProductInputs, Rounding } from '../../src/reference/request.ts';
import { boundFactors } from '../../src/reference/rounding-bound.ts';
import { gamma } from '../../src/reference/unit-roundoff.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { weightFormat } from '../support/weight-format.ts';
import { ROUNDINGS, upwards } from './f32-rounding.ts';
import { ELEMENT_FORMATS, PRESET_FORMATS } from './formats.ts';
import { randomInputs } from './random-inputs.ts';
import { ORDERS, productRounded, spanProduct } from './rounded-product.ts';
import { decodeRounded } from './simulated-decode.ts';
import { roundingOf } from './simulated-product.ts';

const pool = new LocalPool();
const sampling = new LocalPool(0);
const never = new AbortController().signal;

const requestOf = (inputs: ProductInputs, rounding: Rounding): CheckRequest => ({
  inputs,
  rounding,
  judge: 'bound',
  seed: 1,
});

/** How a plan that sums spans rounds: its scale, the difference it multiplies and the minimum are three operations a span. */
const spanRounding = (format: WeightFormat, K: number, offset: number, span: number): Rounding => ({
  terms: K,
  decodeRoundings: 3 + decodeRoundings(format),
  offset,
  span,
});

/** The most that outputs rounded in every way come to, as a share of their bound; Infinity where one is less precise than declared. */
async function worstRatio(
  inputs: ProductInputs,
  rounding: Rounding,
  checker: LocalPool = pool,
): Promise<number> {
  let worst = 0;
  const orders = Object.values(ORDERS);
  for (const [i, make] of Object.values(ROUNDINGS).entries()) {
    const order = orders[i % orders.length]!;
    const rounded =
      rounding.span > 0
        ? spanProduct(inputs, rounding, make(i), order)
        : productRounded(inputs, make(i), order);
    const verdict = await checker.check(requestOf(inputs, rounding), new Float32Array(rounded), never);
    worst = Math.max(worst, verdict.nonFinite > 0 || !verdict.precise ? Infinity : verdict.boundRatio);
  }
  return worst;
}

/** What plans leave on codes over what spans; an offset on evenly spaced values only. */
const spansOf = (format: WeightFormat): (readonly [offset: number, span: number])[] => [
  [0, 8],
  [0, 32],
  ...(elementOf(format).kind === 'linear'
    ? ([
        [1024, 8],
        [1024, 32],
      ] as const)
    : []),
];

describe('right outputs, each operation rounded either way, are within their bounds and as precise as declared', () => {
  it.each(PRESET_FORMATS)('%s', async (_, format) => {
    const inputs = randomInputs(format, 2, 2, 256, 51);
    expect(await worstRatio(inputs, roundingOf(format, 256))).toBeLessThanOrEqual(1);
    for (const [offset, span] of spansOf(format)) {
      expect(await worstRatio(inputs, spanRounding(format, 256, offset, span))).toBeLessThanOrEqual(1);
    }
  });

  // Of all that goes with an element an eighth, another for each element.
  const some = ELEMENT_FORMATS.map(
    ([element, formats], e) => [element, formats.filter((_, i) => i % 8 === e % 8)] as const,
  );

  it.each(some)('%s with scales, second levels and zero points', async (_, formats) => {
    for (const [i, [name, format]] of formats.entries()) {
      // Few terms, so that the roundings of each weight count.
      const inputs = randomInputs(format, 1, 2, 8, 61 + i);
      const spans = spansOf(format);
      const [offset, span] = spans[i % spans.length]!;
      expect(await worstRatio(inputs, roundingOf(format, 8)), name).toBeLessThanOrEqual(1);
      expect(await worstRatio(inputs, spanRounding(format, 8, offset, span)), name).toBeLessThanOrEqual(1);
    }
  });

  it('a scale that an offset nearly cancels', async () => {
    const format = weightFormat({ element: 'nf4', scale: 'dynamic8', secondLevel: 'double' });
    const { activations, weights } = randomInputs(format, 1, 1, 8, 91);
    const parents = Float32Array.of(0.7);
    for (const code of [1, 40, 90, 200, 250]) {
      const offset = Math.fround(-DYNAMIC_MAP[code]! * parents[0]! * (1 + 2 ** -18));
      const stored = { scales: Uint32Array.of(code), parents, offset };
      const near = assembleQuantized(format, 1, 8, weights.codes, stored);
      expect(Math.abs(near.scales[0]!)).toBeLessThan(2 ** -15 * Math.abs(offset));
      const inputs = { M: 1, activations, weights: near };
      for (const checker of [pool, sampling]) {
        expect(await worstRatio(inputs, roundingOf(format, 8), checker)).toBeLessThanOrEqual(1);
      }
    }
  });
});

/** Formats of each kind that the bound has a term of its own for. */
const KINDS: readonly (readonly [name: string, format: WeightFormat])[] = [
  ['minima', weightFormat({ element: 'uint4', zeroPoint: 'min' })],
  ['minima of f32', weightFormat({ element: 'int8', zeroPoint: 'min', scale: 'f32' })],
  [
    'minima of a second level',
    weightFormat({ element: 'uint4', zeroPoint: 'min', scale: 'u6', secondLevel: 'super' }),
  ],
  ['f32 scales', weightFormat({ element: 'e4m3', scale: 'f32' })],
  ['one f32 for the matrix', weightFormat({ element: 'e2m1', scale: 'ue4m3', secondLevel: 'tensor' })],
  ['scales quantized again', weightFormat({ element: 'nf4', scale: 'dynamic8', secondLevel: 'double' })],
  ['odd numbers', weightFormat({ element: 'bipolar2' })],
  ['zero points less one', weightFormat({ element: 'uint4', zeroPoint: 'minus-one' })],
];

describe.each(KINDS)('the bound of %s', (_, format) => {
  const K = 64;

  it.each([
    ['decoded one by one', roundingOf(format, K)],
    ['summed over spans', spanRounding(format, K, 0, 32)],
    ...(elementOf(format).kind === 'linear'
      ? [['summed over spans with an offset', spanRounding(format, K, 1024, 16)] as const]
      : []),
  ] as const)('%s condemns an error a little above it and no error a little below', async (_, rounding) => {
    for (let seed = 0; seed < 10; seed++) {
      const inputs = randomInputs(format, 1, 1, K, 71 + seed);
      const right = productRounded(inputs, (value) => value, ORDERS['ascending']!)[0]!;
      const far = await pool.check(requestOf(inputs, rounding), Float32Array.of(right + 1e3), never);
      const bound = far.maxAbsError / far.boundRatio;
      for (const sign of [1, -1]) {
        const passes = async (share: number): Promise<boolean> =>
          (
            await pool.check(
              requestOf(inputs, rounding),
              Float32Array.of(right + sign * share * bound),
              never,
            )
          ).firstWrong === undefined;
        expect(await passes(0.97)).toBe(true);
        expect(await passes(1.03)).toBe(false);
      }
    }
  });

  it('holds in the sampled check', async () => {
    const inputs = randomInputs(format, 3, 70, 40, 81);
    expect(await worstRatio(inputs, roundingOf(format, 40), sampling)).toBeLessThanOrEqual(1);
  });

  it('is not many times what a conforming kernel can need', async () => {
    // Every term is positive and every operation is rounded up: the errors add up instead of cancelling.
    const inputs = randomInputs(format, 1, 1, 512, 9);
    const decoded = decodeRounded(inputs.weights, (value) => value);
    const activations = inputs.activations.map((a, k) => Math.abs(a) * Math.sign(decoded[k]!));
    const positive = { ...inputs, activations };
    const output = new Float32Array(productRounded(positive, upwards, ORDERS['ascending']!));
    const verdict = await pool.check(requestOf(positive, roundingOf(format, 512)), output, never);
    expect(verdict.boundRatio).toBeGreaterThan(0.1);
  });
});

describe('boundFactors', () => {
  const minima = weightFormat({ element: 'uint4', zeroPoint: 'min' });

  it('charges a minimum what rounding the scaled value costs beyond the weight', () => {
    const rounding = { terms: 64, decodeRoundings: 2, offset: 0, span: 0 };
    expect(boundFactors(rounding, minima).min).toBe(gamma(2) * (1 + gamma(67)));
    expect(boundFactors(rounding, weightFormat()).min).toBe(0);
  });

  it('charges a minimum that is added once a span for both of its sums and the sums over spans', () => {
    const rounding = { terms: 64, decodeRoundings: 2, offset: 0, span: 32 };
    expect(boundFactors(rounding, minima).min).toBe(2 * (2 * gamma(34) + gamma(67)));
  });

  it('charges the zero point that a plan without an offset leaves on its sums', () => {
    const rounding = { terms: 64, decodeRoundings: 0, offset: 0, span: 32 };
    const { offset, magnitude } = boundFactors(rounding, weightFormat());
    expect(offset).toBe(2 * gamma(34) * (1 + magnitude) * 8);
    expect(boundFactors(rounding, weightFormat({ element: 'nf4' })).offset).toBe(0);
    expect(boundFactors(rounding, weightFormat({ element: 'uint4' })).offset).toBe(0);
  });
});
