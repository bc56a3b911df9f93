import { describe, expect, it } from 'vitest';
import { DYNAMIC_MAP } from '../../src/formats/dynamic-map.ts';
import { dequantize } from '../../src/formats/dequantize.ts';
import { decodeElement } from '../../src/formats/element.ts';
import { elementOf, groupCount, groupSize, parentIndex } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import type { QuantizedWeights } from '../../src/formats/quantized.ts';
import { decodeSmallFloat } from '../../src/formats/float-element.ts';
import { UE4M3 } from '../../src/formats/scale-type.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { randomQuantized } from './random-inputs.ts';
import { roundingOf } from './simulated-product.ts';

const [N, K] = [8, 64];

/** The value of a scale's code, by the two definitions. */
const OWN = {
  nvfp4: (code: number) => decodeSmallFloat(UE4M3, code),
  'bnb-nf4-dq': (code: number) => DYNAMIC_MAP[code]!,
};

/** Weight (n, k) by the format's formula in f64: products of 24 and 24 bits are exact there. */
function exactWeight(
  { format, codes, stored }: QuantizedWeights,
  own: (code: number) => number,
  n: number,
  k: number,
): number {
  const groups = groupCount(format, K);
  const g = Math.floor(k / groupSize(format, K));
  const scale = own(stored.scales[n * groups + g]!) * stored.parents![parentIndex(format, groups, n, g)]!;
  return (scale + (stored.offset ?? 0)) * decodeElement(elementOf(format), codes[n * K + k]!);
}

describe.each(['nvfp4', 'bnb-nf4-dq'] as const)('in %s, whose scales f32 rounds,', (preset) => {
  const { format } = PRESETS[preset]!;
  const weights = randomQuantized(format, N, K, 5);
  const exact = Float64Array.from({ length: N * K }, (_, i) =>
    exactWeight(weights, OWN[preset], Math.floor(i / K), i % K),
  );
  /** Row k has its one activation, 1, at k: the output is the weights, transposed. */
  const activations = new Float32Array(K * K);
  for (let k = 0; k < K; k++) activations[k * K + k] = 1;
  const outputOf = (values: ArrayLike<number>): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length: K * N }, (_, i) => values[(i % N) * K + Math.floor(i / N)]!);
  const verdictOn = (output: Float32Array<ArrayBuffer>): ReturnType<LocalPool['check']> =>
    new LocalPool().check(
      { inputs: { M: K, activations, weights }, rounding: roundingOf(format, K), judge: 'bound', seed: 1 },
      output,
      new AbortController().signal,
    );

  it('a verdict measures against the product in f64', async () => {
    const verdict = await verdictOn(outputOf(exact));
    expect(verdict.passed).toBe(true);
    // What rounding the exact weight to f32 costs, and no more.
    expect(verdict.maxUlp).toBeLessThanOrEqual(0.5);
  });

  it('the steps of f32 differ from it in some weights, which are right, and told', async () => {
    const stepwise = dequantize(weights);
    const differing = exact.filter((weight, i) => Math.fround(weight) !== stepwise[i]).length;
    expect(differing).toBeGreaterThan(N * K * 0.01);
    const verdict = await verdictOn(outputOf(stepwise));
    expect(verdict.passed).toBe(true);
    expect(verdict.maxUlp).toBeGreaterThan(0.5);
  });
});
