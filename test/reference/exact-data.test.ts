import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementOf, groupCount, groupSize, type WeightFormat } from '../../src/formats/format.ts';
import type { ExactCodes } from '../../src/reference/exact-codes.ts';
import { exactInputs } from '../../src/reference/exact-data.ts';
import { type ExactProblem, exactRange } from '../../src/reference/exact-range.ts';
import { decodeAll, productBy, SUMMATIONS } from './simulated-product.ts';
import { INTEGER_FORMATS } from './formats.ts';
import { weightFormat } from '../support/weight-format.ts';

const problem = (format: Partial<WeightFormat>, over: Partial<ExactProblem> = {}): ExactProblem => ({
  M: 6,
  N: 40,
  K: 96,
  format: weightFormat(format),
  activation: 'f32',
  accumulator: 'f32',
  epilogue: 'none',
  output: 'f32',
  rounding: { terms: 96, decodeRoundings: 0, offset: 0, span: 0 },
  ...over,
});

/** Codes with values up to `largest`; which they are does not matter to the activations. */
const upTo = (largest: number, unit = 1): ExactCodes => ({ codes: new Uint8Array(0), largest, unit });

describe('exactRange', () => {
  it.each([
    // The largest A with 2·K·A·d < 2²⁴: d = 8, 128 signed; 15, 255 unsigned or with zero points.
    ['int4', false, 8, 4096, 255],
    ['int4', true, 15, 4096, 136],
    ['uint4', false, 15, 4096, 136],
    ['int8', false, 128, 4096, 15],
    ['uint8', false, 255, 4096, 8],
    ['int8', false, 128, 65535, 1],
    ['int8', false, 128, 65536, 0],
    ['int4', false, 8, 2 ** 20, 0],
    ['int4', false, 8, 1, 1048575],
  ] as const)('of %s (zero points: %s), up to %i, at K = %i is %i', (element, zeroPoint, d, K, largest) => {
    expect(exactRange(problem({ element, zeroPoint }, { K }), upTo(d)).largest).toBe(largest);
  });

  it('counts values in the unit', () => {
    // e2m1 in halves: 6 is 12 of them; the largest A with 2·4096·A·12 < 2²⁴.
    expect(exactRange(problem({ element: 'e2m1' }, { K: 4096 }), upTo(6, 0.5)).largest).toBe(170);
  });

  it('leaves room for minima of up to 3 units', () => {
    // 4096·(2·15 + 3)·A < 2²⁴.
    const format = { element: 'uint4', zeroPoint: 'min' } as const;
    expect(exactRange(problem(format, { K: 4096 }), upTo(15)).largest).toBe(124);
  });

  it('leaves room for an offset on the codes', () => {
    // 2·(4096·8 + 32·(8 + 2·(1024 + 16))) = 199,168 for A = 1; 2²⁴ / 199,168 = 84.2.
    const rounding = { terms: 4096, decodeRoundings: 0, offset: 1024, span: 32 };
    expect(exactRange(problem({}, { K: 4096, rounding }), upTo(8)).largest).toBe(84);
  });

  it('keeps f16 activations to integers that f16 holds', () => {
    expect(exactRange(problem({}, { K: 1, activation: 'f16' }), upTo(8)).largest).toBe(2048);
  });
});

describe.each(INTEGER_FORMATS)('exactInputs of %s', (_, format) => {
  it('is integer data with every code and scales 1 and 2', () => {
    const { inputs, kind } = must(exactInputs(problem(format), 5));
    expect(kind).toBe('integer');
    const { codes, scales, zeros } = inputs.weights;
    expect(new Set(codes).size).toBe(2 ** elementOf(format).bits);
    expect([...new Set(scales)].sort()).toEqual([1, 2]);
    expect(zeros !== undefined).toBe(format.zeroPoint);
    expect(inputs.activations.every((a) => Number.isInteger(a) && a !== 0)).toBe(true);
  });

  it('has one product in every order of summation', () => {
    const { inputs } = must(exactInputs(problem(format), 6));
    const { M, activations, weights } = inputs;
    const decoded = decodeAll(weights);
    const products = Object.values(SUMMATIONS).map((sum) => [
      ...productBy(sum, activations, decoded, M, weights.N),
    ]);
    for (const product of products) expect(product).toEqual(products[0]);
    for (const magnitude of magnitudes(activations, decoded, M, weights.N))
      expect(magnitude).toBeLessThan(2 ** 24);
  });
});

/** One group size of each format, with the K from which no integer activation is left. */
const TOO_LONG = INTEGER_FORMATS.filter(([, { group }]) => group === 64).map(
  ([name, format]) => [name, elementOf(format).bits === 4 ? 2 ** 20 : 2 ** 16, format] as const,
);

describe.each(TOO_LONG)('exactInputs of %s at K = %i', (_, K, format) => {
  it('is one-hot data with exact products', () => {
    const large = problem(format, { K, N: 3, M: 5 });
    const { inputs, kind } = must(exactInputs(large, 7));
    expect(kind).toBe('one-hot');
    const { activations, weights } = inputs;
    const decoded = decodeAll(weights);
    const positions = new Set<number>();
    for (let m = 0; m < 5; m++) {
      const row = activations.subarray(m * large.K, (m + 1) * large.K);
      const at = row.findIndex((a) => a !== 0);
      positions.add(at);
      expect(row.filter((a) => a !== 0)).toHaveLength(1);
      expect(Number.isInteger(Math.log2(row[at]!))).toBe(true);
      for (let n = 0; n < 3; n++) {
        const w = decoded[n * large.K + at]!;
        expect(Math.fround(w)).toBe(w);
        expect(Math.fround(w * row[at]!)).toBe(w * row[at]!);
      }
    }
    expect(positions.size).toBe(5);
  });
});

describe('exactInputs', () => {
  it('depends on the seed and on nothing else', () => {
    expect(exactInputs(problem({}), 1)).toEqual(exactInputs(problem({}), 1));
    expect(exactInputs(problem({}), 1)).not.toEqual(exactInputs(problem({}), 2));
  });

  it('reaches the largest activation', () => {
    const small = problem({}, { K: 20000 });
    const { activations } = must(exactInputs(small, 3)).inputs;
    expect(Math.max(...activations.subarray(0, 50000).map(Math.abs))).toBe(
      exactRange(small, upTo(8)).largest,
    );
  });

  it('stays below 2²⁴ inside the spans of a plan with an offset', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(8, 16, 32),
        fc.constantFrom(1024, 1032, 1152),
        fc.nat(99),
        (span, offset, seed) => {
          const rounding = { terms: 96, decodeRoundings: 0, offset, span };
          const { inputs } = must(exactInputs(problem({ element: 'int8' }, { rounding }), seed));
          const { weights, activations, M } = inputs;
          const { N, K, format, scales } = weights;
          const decoded = decodeAll(weights);
          for (let n = 0; n < N; n++) {
            for (let from = 0; from < K; from += span) {
              const scale = scales[n * groupCount(format, K) + Math.floor(from / groupSize(format, K))]!;
              for (let m = 0; m < M; m++) {
                let sum = 0;
                for (let k = from; k < from + span; k++) {
                  sum +=
                    Math.abs(decoded[n * K + k]! + 2 * scale * offset) * Math.abs(activations[m * K + k]!);
                }
                expect(sum).toBeLessThan(2 ** 24);
              }
            }
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('says why there is none', () => {
    const rounding = { terms: 96, decodeRoundings: 0, offset: 2 ** 24, span: 32 };
    const none = exactInputs(problem({}, { rounding }), 1);
    expect(none).toMatchObject({ kind: 'none', reason: expect.stringContaining('16777232') as string });
  });
});

function must(exact: ReturnType<typeof exactInputs>): Exclude<typeof exact, { kind: 'none' }> {
  if (exact.kind === 'none') throw new Error(exact.reason);
  return exact;
}

function* magnitudes(a: Float32Array, w: Float64Array, M: number, N: number): Generator<number> {
  const K = w.length / N;
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += Math.abs(a[m * K + k]! * w[n * K + k]!);
      yield sum;
    }
  }
}
