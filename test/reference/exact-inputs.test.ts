import { describe, expect, it } from 'vitest';
import { elementValues } from '../../src/formats/element.ts';
import { elementOf, type WeightFormat } from '../../src/formats/format.ts';
import { PRESET_NAMES } from '../../src/formats/presets.ts';
import { type ExactInputs, exactInputs } from '../../src/reference/exact-data.ts';
import type { ExactProblem } from '../../src/reference/exact-range.ts';
import type { ProductInputs } from '../../src/reference/request.ts';
import { weightFormat } from '../support/weight-format.ts';
import { ELEMENT_FORMATS, PRESET_FORMATS } from './formats.ts';
import { orderedSum, ORDERS, productRounded, spanProduct } from './rounded-product.ts';
import type { Round } from './simulated-decode.ts';

const PLAIN = { terms: 96, decodeRoundings: 0, offset: 0, span: 0 };
/** What plans leave on codes: nothing but the zero point, or 1024 besides. */
const SPANS = [
  { ...PLAIN, span: 32 },
  { ...PLAIN, span: 8 },
  { ...PLAIN, span: 32, offset: 1024 },
  { ...PLAIN, span: 16, offset: 1024 },
];

/** Plans put an offset on the codes of evenly spaced values only. */
const spansOf = (format: WeightFormat): ExactProblem['rounding'][] =>
  SPANS.filter(({ offset }) => offset === 0 || elementOf(format).kind === 'linear');

const problem = (format: WeightFormat, over: Partial<ExactProblem> = {}): ExactProblem => ({
  M: 2,
  N: 3,
  K: 96,
  format,
  activation: 'f32',
  accumulator: 'f32',
  epilogue: 'none',
  output: 'f32',
  rounding: PLAIN,
  ...over,
});

function must(exact: ExactInputs): Exclude<ExactInputs, { kind: 'none' }> {
  if (exact.kind === 'none') throw new Error(exact.reason);
  return exact;
}

/** Rounds to f32 and counts how often that changed anything. */
function probe(): { readonly round: Round; readonly count: () => number } {
  let inexact = 0;
  return {
    round: (exact) => {
      if (Math.fround(exact) !== exact) inexact++;
      return Math.fround(exact);
    },
    count: () => inexact,
  };
}

/** Every way to compute a product, each as an array [M, N], and how many operations were not exact in f32. */
function productsOf(inputs: ProductInputs, rounding: ExactProblem['rounding']) {
  const { round, count } = probe();
  const products = Object.values(ORDERS).map((order) => productRounded(inputs, round, order));
  if (rounding.span > 0) {
    for (const order of Object.values(ORDERS)) products.push(spanProduct(inputs, rounding, round, order));
  }
  const exact = productRounded(inputs, (value) => value, ORDERS['ascending']!);
  return { products, exact, inexact: count() };
}

/** Expects that nothing rounds, whatever the order, and that outputs are multiples of the unit within 24 bits. */
function expectExact(name: string, exact: ExactInputs, rounding: ExactProblem['rounding']): void {
  const { inputs, kind, unit } = must(exact);
  const { products, exact: right, inexact } = productsOf(inputs, rounding);
  expect(inexact, name).toBe(0);
  for (const product of products) expect(product, name).toEqual(right);
  expect(Number.isInteger(Math.log2(unit)), name).toBe(true);
  if (kind === 'integer') {
    for (const value of right) {
      expect(Number.isInteger(value / unit), name).toBe(true);
      expect(Math.abs(value / unit), name).toBeLessThan(2 ** 24);
    }
  }
}

/** Elements whose values are no multiples of a number that 24 bits leave room for. */
const UNEVEN = ['nf4', 'fp4-bnb'];

describe('exact data of every preset', () => {
  it('are data of each', () => {
    expect(PRESET_FORMATS.map(([name]) => name)).toEqual(PRESET_NAMES);
  });

  it.each(PRESET_FORMATS)(
    '%s do not round in any order, decoded one by one or summed over spans',
    (name, format) => {
      // K is whole blocks, and for group 40 ends inside a group.
      for (const [i, rounding] of [PLAIN, ...spansOf(format)].entries()) {
        const large = problem(format, { K: 256, rounding });
        const exact = exactInputs(large, 3 + i);
        expect(exact.kind).toBe(UNEVEN.includes(format.element) ? 'one-hot' : 'integer');
        expectExact(name, exact, rounding);
      }
    },
  );
});

describe.each(ELEMENT_FORMATS)('exact data of %s', (element, formats) => {
  it('do not round with any scale, second level and zero point', () => {
    expect(formats.length).toBeGreaterThanOrEqual(20);
    for (const [name, format] of formats) {
      const exact = exactInputs(problem(format), 5);
      expect(exact.kind, name).toBe(UNEVEN.includes(element) ? 'one-hot' : 'integer');
      expectExact(name, exact, PLAIN);
    }
  });

  it('do not round inside the spans of a plan, with an offset on the codes and without', () => {
    for (const [name, format] of formats) {
      for (const [i, rounding] of spansOf(format).entries()) {
        const exact = exactInputs(problem(format, { M: 1, K: 64, rounding }), 6 + i);
        expectExact(name, exact, rounding);
      }
    }
  });

  it('have activations of which none is zero, f16 ones held by f16, or one power of two a row', () => {
    for (const [name, format] of formats) {
      const { inputs, kind } = must(exactInputs(problem(format, { activation: 'f16', K: 64 }), 7));
      for (let m = 0; m < inputs.M; m++) {
        const row = [...inputs.activations.subarray(m * 64, (m + 1) * 64)];
        const used = row.filter((a) => a !== 0);
        expect(used, name).toHaveLength(kind === 'integer' ? 64 : 1);
        if (kind === 'integer')
          expect(used.every((a) => Number.isInteger(a) && Math.abs(a) <= 2048)).toBe(true);
        else expect(Number.isInteger(Math.log2(used[0]!)), name).toBe(true);
      }
    }
  });
});

describe('exact data of long sums', () => {
  it.each(PRESET_FORMATS)('%s at K = 16384 do not round', (name, format) => {
    const rounding = { ...PLAIN, terms: 16384 };
    expectExact(name, exactInputs(problem(format, { M: 1, N: 1, K: 16384, rounding }), 8), rounding);
  });
});

describe('a probe of exactness', () => {
  it('hears of activations one bit too large', () => {
    const { inputs, kind } = must(exactInputs(problem(weightFormat({ element: 'int8' }), { K: 4096 }), 9));
    expect(kind).toBe('integer');
    // 15 times more than the largest sum leaves room for, and odd.
    const activations = inputs.activations.map((a) => 31 * a * 127);
    expect(productsOf({ ...inputs, activations }, PLAIN).inexact).toBeGreaterThan(0);
  });

  it('hears of a scale of too many bits', () => {
    const { inputs } = must(exactInputs(problem(weightFormat({ element: 'nf4', scale: 'f32' })), 9));
    const scales = inputs.weights.stored.scales.map((code) => code | 0x3ff);
    const weights = { ...inputs.weights, stored: { ...inputs.weights.stored, scales } };
    expect(productsOf({ ...inputs, weights }, PLAIN).inexact).toBeGreaterThan(0);
  });
});

describe('the codes of exact data', () => {
  const finiteCodes = (format: WeightFormat): Set<number> =>
    new Set(
      [...elementValues(elementOf(format)).entries()].filter(([, v]) => Number.isFinite(v)).map(([c]) => c),
    );

  it.each([
    // Values of up to 2^17 steps leave no room for sums: each seed has a part, and 24 seeds have all.
    ['e4m3', 96, 24],
    ['e5m2', 96, 24],
    ['e5m1', 96, 24],
    ['e4m2', 4096, 24],
    ['e4m3', 4096, 24],
    ['e5m2', 4096, 96],
    ['e5m2', 16384, 48],
    // All at once.
    ['e2m1', 4096, 1],
    ['e3m2', 4096, 1],
    ['int8', 4096, 1],
    ['iq4-nl', 4096, 1],
    ['ternary', 4096, 1],
    ['nf4', 4096, 1],
    ['fp4-bnb', 4096, 1],
  ])('of %s at K = %i are all there over %i seeds', (element, K, seeds) => {
    const format = weightFormat({ element });
    const seen = new Set<number>();
    for (let seed = 0; seed < seeds; seed++) {
      const { weights } = must(exactInputs(problem(format, { M: 1, N: 6, K }), seed)).inputs;
      for (const code of weights.codes) seen.add(code);
    }
    expect(seen).toEqual(finiteCodes(format));
  });

  it('of a format with minima come with minima of both signs, or of none where they have no sign', () => {
    const signs = (format: WeightFormat): Set<number> =>
      new Set(must(exactInputs(problem(format, { N: 40 }), 3)).inputs.weights.mins!.map(Math.sign));
    expect(signs(weightFormat({ element: 'uint4', zeroPoint: 'min' }))).toEqual(new Set([-1, 0, 1]));
    const super4 = weightFormat({ element: 'uint4', zeroPoint: 'min', scale: 'u6', secondLevel: 'super' });
    expect(new Set([...signs(super4)].map((sign) => sign + 0))).toEqual(new Set([-1, 0]));
  });
});

it('sums in three orders that differ where sums round', () => {
  const terms = Float64Array.of(1, 2 ** -24, 2 ** -24, -1, 2 ** -12);
  const sums = Object.values(ORDERS).map((order) => orderedSum(terms, Math.fround, order));
  expect(new Set(sums).size).toBe(3);
});
