import { expect, test } from 'vitest';
import { PRESETS } from '../../src/formats/presets.ts';
import { productColumns } from '../../src/reference/product-columns.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { weightFormat } from '../support/weight-format.ts';
import { randomInputs } from './random-inputs.ts';

const never = new AbortController().signal;

test.each([
  ['zero points', weightFormat({ zeroPoint: true })],
  ['minima', weightFormat({ zeroPoint: 'min', group: 16 })],
  ['a second level', PRESETS['nvfp4']!.format],
  ['super-blocks', PRESETS['q4_k']!.format],
])('columns are those that a verdict multiplies, wherever they begin: %s', async (_, format) => {
  const [M, N, K] = [3, 7, 512];
  const inputs = randomInputs(format, M, N, K, 5);
  const output = new Float32Array(M * N);
  for (const [first, count] of [
    [0, 4],
    [4, 3],
  ] as const) {
    const { weights, product } = productColumns(inputs, 'none', first, count);
    for (let m = 0; m < M; m++) {
      for (let n = 0; n < count; n++) {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += inputs.activations[m * K + k]! * weights[n * K + k]!;
        expect(product[m * count + n]).toBeCloseTo(sum, 10);
        output[m * N + first + n] = product[m * count + n]!;
      }
    }
  }
  const rounding = { terms: K, decodeRoundings: 1, offset: 0, span: 0 };
  const verdict = await new LocalPool().check({ inputs, rounding, judge: 'bound', seed: 1 }, output, never);
  // Rounded to f32 once, and nothing else.
  expect(verdict.maxUlp).toBeGreaterThan(0);
  expect(verdict.maxUlp).toBeLessThanOrEqual(0.5);
});
