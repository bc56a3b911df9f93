import { describe, expect, it } from 'vitest';
import { roundToFloat16 } from '../../src/base/float16.ts';
import type { WeightFormat } from '../../src/formats/format.ts';
import { exactInputs } from '../../src/reference/exact-data.ts';
import { type ExactProblem, exactRange } from '../../src/reference/exact-range.ts';
import type { Rounding } from '../../src/reference/request.ts';
import { weightFormat } from '../support/weight-format.ts';
import { ELEMENT_FORMATS, PRESET_FORMATS } from './formats.ts';
import { type HalfKernel, halfProduct } from './half-product.ts';
import { productRounded, ORDERS } from './rounded-product.ts';
import type { Round } from './simulated-decode.ts';

const rounding = (halfTerms: number, halfRoundings: number): Rounding => ({
  ...{ terms: 256, decodeRoundings: 0, offset: 0, span: 0 },
  ...{ halfTerms, halfRoundings },
});

const problem = (format: WeightFormat, numerics: Rounding, K = 256): ExactProblem => ({
  ...{ M: 2, N: 3, K, format, activation: 'f32', accumulator: 'f16', epilogue: 'none', output: 'f32' },
  rounding: numerics,
});

/** Kernels that the data of one rounding must be exact for: scales before or after the sums; minima come with the scale. */
const kernelsFor = (format: WeightFormat, terms: number): readonly HalfKernel[] =>
  [true, false]
    .filter((scaled) => scaled || (terms > 0 && format.zeroPoint !== 'min'))
    .map((scaled) => ({ terms, scaled }));

/** Rounds as `type`, flushing subnormals, and counts how often that changed anything. */
function probe(type: 'f16' | 'f32'): { readonly round: Round; readonly count: () => number } {
  let inexact = 0;
  const [round, least] = type === 'f16' ? [roundToFloat16, 2 ** -14] : [Math.fround, 2 ** -126];
  return {
    round: (exact) => {
      const rounded = Math.abs(exact) < least ? 0 : round(exact);
      if (rounded !== exact) inexact++;
      return rounded;
    },
    count: () => inexact,
  };
}

/** Expects that nothing rounds. @returns what kind of data it is, or why there is none. */
function expectExact(name: string, format: WeightFormat, numerics: Rounding, K = 256): string {
  const exact = exactInputs(problem(format, numerics, K), 11);
  if (exact.kind === 'none') return exact.reason;
  const right = productRounded(exact.inputs, (value) => value, ORDERS['ascending']!);
  for (const kernel of kernelsFor(format, numerics.halfTerms!)) {
    const [half, single] = [probe('f16'), probe('f32')];
    expect(halfProduct(exact.inputs, kernel, half.round, single.round), name).toEqual(right);
    expect([half.count(), single.count()], name).toEqual([0, 0]);
  }
  return exact.kind;
}

const NUMERICS = [
  ['sums of 32', rounding(32, 3)],
  ['sums of 8', rounding(8, 3)],
  ['operands', rounding(0, 2)],
] as const;

/** The element with too many bits for f16, and too few values that are multiples of any one number. */
const UNHELD = ['nf4'];

describe.each(NUMERICS)('exact data where f16 has %s', (_, numerics) => {
  it.each(PRESET_FORMATS)('%s do not round', (name, format) => {
    const kind = expectExact(name, format, numerics);
    if (UNHELD.includes(format.element)) expect(kind).toContain('f16 does not hold');
    else expect(['integer', 'one-hot']).toContain(kind);
  });

  it.each(ELEMENT_FORMATS)(
    '%s do not round with any scale, second level and zero point',
    (element, formats) => {
      for (const [name, format] of formats) {
        const kind = expectExact(name, format, numerics, 64);
        if (UNHELD.includes(element)) expect(kind).toContain('f16 does not hold');
        else expect(['integer', 'one-hot'], `${name}: ${kind}`).toContain(kind);
      }
    },
  );
});

describe('exactRange where sums are f16', () => {
  const codes = (largest: number, unit = 1) => ({ codes: new Uint8Array(0), largest, unit });

  it.each([
    // 2·8·32·A ≤ 2¹¹ and 2·8·8·A ≤ 2¹¹; of operands A ≤ 2¹¹; 2·128·32 is more than 2¹¹.
    [8, rounding(32, 3), 4],
    [8, rounding(8, 3), 16],
    [8, rounding(0, 2), 2048],
    [128, rounding(32, 3), 0],
  ])('values up to %i with %o leave room for %i', (largest, numerics, expected) => {
    expect(exactRange(problem(weightFormat(), numerics), codes(largest)).largest).toBe(expected);
  });

  it('has no room for a unit below the smallest normal f16, nor for weights above 65504', () => {
    const of = problem(weightFormat({ element: 'e5m2' }), rounding(8, 3));
    expect(exactRange(of, codes(1, 2 ** -15)).largest).toBe(0);
    expect(exactRange(of, codes(2 ** 15, 2 ** 12)).largest).toBe(0);
  });

  it('gives int8 a part of its codes, all of them over the seeds', () => {
    const format = weightFormat({ element: 'int8' });
    const seen = new Set<number>();
    for (let seed = 0; seed < 24; seed++) {
      const exact = exactInputs({ ...problem(format, rounding(32, 3)), N: 12 }, seed);
      if (exact.kind !== 'integer') throw new Error(exact.kind);
      // |code − 128| in units: 2·|value|·32 ≤ 2¹¹.
      for (const code of exact.inputs.weights.codes) {
        expect(Math.abs(code - 128) / exact.unit).toBeLessThanOrEqual(32);
        seen.add(code);
      }
    }
    // Multiples of 1 up to ±32, of 2 up to ±64, of 4 up to −128 and 124.
    expect(seen.size).toBe(65 + 32 + 31);
  });
});

describe('a probe of exactness', () => {
  it('hears of activations that f16 sums do not hold', () => {
    const format = weightFormat();
    const exact = exactInputs(problem(format, rounding(32, 3)), 3);
    if (exact.kind !== 'integer') throw new Error(exact.kind);
    const activations = exact.inputs.activations.map((a) => 31 * a);
    const half = probe('f16');
    halfProduct({ ...exact.inputs, activations }, { terms: 32, scaled: false }, half.round, Math.fround);
    expect(half.count()).toBeGreaterThan(0);
  });
});
