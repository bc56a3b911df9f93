import { describe, expect, it } from 'vitest';
import type { WeightFormat } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import { RowDecoder } from '../../src/formats/quantized.ts';
import { Checker } from '../../src/reference/checker.ts';
import type { Findings } from '../../src/reference/findings.ts';
import { mergeFindings } from '../../src/reference/findings.ts';
import type { ProductInputs, Rounding } from '../../src/reference/request.ts';
import { type Moments, roundingMoments } from '../../src/reference/rounding-variance.ts';
import { weightFormat } from '../support/weight-format.ts';
import { randomInputs } from './random-inputs.ts';
import { rightOutput } from './simulated-product.ts';

const [M, N, K] = [3, 70, 96];

function checkerOf({ weights }: ProductInputs, rounding: Rounding): Checker {
  const { format, codes, scales, zeros, mins, stored } = weights;
  const checker = new Checker({
    ...{
      format,
      M,
      N,
      K,
      firstColumn: 0,
      columns: N,
      rounding,
      judge: 'bound',
      mode: 'full',
      seed: 1,
      unit: 1,
    },
    ...{ scaleOffset: stored.offset ?? 0, epilogue: 'none', output: 'f32', bias: undefined },
  });
  checker.load({ column: 0, codes, scales, zeros, mins });
  return checker;
}

function findingsOf(inputs: ProductInputs, rounding: Rounding, rows: readonly number[]): Findings {
  const output = rightOutput(inputs);
  return checkerOf(inputs, rounding).check({
    rows: Uint32Array.from(rows),
    activations: Float32Array.from(rows.flatMap((m) => [...inputs.activations.subarray(m * K, (m + 1) * K)])),
    output: Float32Array.from(rows.flatMap((m) => [...output.subarray(m * N, (m + 1) * N)])),
    samples: new Uint32Array(0),
  });
}

/** The sums that moments multiply, output by output and term by term. */
function momentsOf({ activations, weights }: ProductInputs): Moments {
  const { format, scales, mins } = weights;
  const groups = scales.length / N;
  const size = K / groups;
  const decoder = new RowDecoder(format, K);
  const w = new Float64Array(K);
  const sums: Record<keyof Moments, number> = {
    ...{ sums: 0, products: 0, scaledTotals: 0, scaledSquares: 0, minTotals: 0, minSquares: 0, groups: 0 },
  };
  for (let n = 0; n < N; n++) {
    decoder.decode(weights, n, w);
    for (let m = 0; m < M; m++) {
      const a = activations.subarray(m * K, (m + 1) * K);
      sums.sums += a.reduce((x, value, k) => x + value * w[k]!, 0) ** 2;
      sums.products += a.reduce((total, value, k) => total + (value * w[k]!) ** 2, 0);
      for (let g = 0; g < groups; g++) {
        const part = a.subarray(g * size, (g + 1) * size);
        const A = part.reduce((total, value) => total + value, 0);
        const E = part.reduce((total, value) => total + value * value, 0);
        const scale = scales[n * groups + g]!;
        const min = mins ? mins[n * groups + g]! : 0;
        sums.scaledTotals += scale ** 2 * A ** 2;
        sums.scaledSquares += scale ** 2 * E;
        sums.minTotals += min ** 2 * A ** 2;
        sums.minSquares += min ** 2 * E;
        sums.groups += A ** 2 + E;
      }
    }
  }
  return sums;
}

const plain: Rounding = { terms: K, decodeRoundings: 2, offset: 0, span: 0 };
const spans: Rounding = { ...plain, offset: 1024, span: 32 };

const CASES: readonly (readonly [string, WeightFormat, Rounding])[] = [
  ['decoded weights', weightFormat(), plain],
  ['spans with an offset', weightFormat({ zeroPoint: true }), spans],
  ['spans with minima', weightFormat({ element: 'uint4', zeroPoint: 'min' }), spans],
  ['scales quantized again', PRESETS['bnb-nf4-dq']!.format, plain],
];

describe.each(CASES)('the prediction for %s', (_, format, rounding) => {
  const inputs = randomInputs({ ...format, group: 32 }, M, N, K, 5);

  it('is the sum over outputs and terms, found without computing them', () => {
    const { variance } = findingsOf(inputs, rounding, [0, 1, 2]);
    const factors = roundingMoments(rounding, format, inputs.weights.stored.offset).variance;
    const moments = momentsOf(inputs);
    const expected = (Object.keys(moments) as (keyof Moments)[]).reduce(
      (total, key) => total + factors[key] * moments[key],
      0,
    );
    expect(variance / expected).toBeCloseTo(1, 6);
  });

  it('of parts merged is that of the whole', () => {
    const whole = findingsOf(inputs, rounding, [0, 1, 2]);
    const parts = [[2], [0, 1]].map((rows) => findingsOf(inputs, rounding, rows));
    const merged = mergeFindings(parts[0]!, parts[1]!);
    expect(merged.variance / whole.variance).toBeCloseTo(1, 9);
    for (const key of ['left', 'sum', 'bound'] as const) {
      expect(Math.abs(merged.drift[key] - whole.drift[key])).toBeLessThanOrEqual(1e-9 * whole.drift[key]);
    }
    merged.signedSums.forEach((sum, i) => {
      expect(Math.abs(sum - whole.signedSums[i]!)).toBeLessThanOrEqual(1e-9 * Math.abs(whole.signedSums[i]!));
    });
  });
});

describe('what is left on spans', () => {
  it('is in proportion to the error of a kernel that takes off too little of it', () => {
    const inputs = randomInputs(weightFormat(), M, N, K, 5);
    const { scales } = inputs.weights;
    const output = rightOutput(inputs).map((value, i) => {
      const [m, n] = [Math.floor(i / N), i % N];
      let left = 0;
      for (let k = 0; k < K; k++)
        left += scales[n * 3 + Math.floor(k / 32)]! * inputs.activations[m * K + k]!;
      return value + 1e-3 * left;
    });
    const found = checkerOf(inputs, spans).check({
      ...{
        rows: Uint32Array.of(0, 1, 2),
        activations: inputs.activations,
        output,
        samples: new Uint32Array(0),
      },
    });
    const [squared, product] = found.signedSums;
    const left = found.signedSums[4]!;
    expect(product! ** 2 / left / squared!).toBeGreaterThan(0.999);
  });
});
