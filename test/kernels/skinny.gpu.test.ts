import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { formatName } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import { drawActivations } from '../../src/io/activations.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { skinny } from '../../src/kernels/variants/skinny.ts';
import { openDawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { runProduct } from '../support/run-product.ts';
import { weightFormat } from '../support/weight-format.ts';
import { accepted, expectRight } from './expect-right.ts';

verifyQuickly();

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

async function expectProduct(problem: GemmProblem, tile: Tile = {}): Promise<void> {
  await expectRight(gpu, accepted(skinny.plan(problem, tile, gpu.caps)));
}

describe('skinny multiplies with the tile', () => {
  test.each([
    { BM: 16, TN: 4, BN: 128, INNER: 2, SPLIT: 3 },
    { BM: 8, TN: 8, BN: 128, INNER: 4, SPLIT: 1 },
    { BM: 8, TN: 4, BN: 64, INNER: 1, SPLIT: 4 },
    { BM: 32, TN: 4, BN: 128, INNER: 1, SPLIT: 2 },
  ])('%o', async (tile) => {
    await expectProduct({ ...RAGGED, M: 19, N: 130, K: 417 }, tile);
  });
});

test.each(
  [
    weightFormat({ group: 12 }),
    weightFormat({ element: 'uint4', group: 40, scale: 'f32', zeroPoint: true }),
    weightFormat({ element: 'int3' }),
    PRESETS['q4_k']!.format,
  ].map((format) => [formatName(format), format] as const),
)('skinny multiplies %s', async (_, format) => {
  await expectProduct({ ...RAGGED, M: 9, K: 256, format, activation: 'f16' }, { BN: 64, SPLIT: 2 });
});

test('sums over parts of K go through the epilogue once', async () => {
  await expectProduct({ ...RAGGED, M: 5, N: 64, K: 200, epilogue: 'bias', output: 'f16' }, { SPLIT: 4 });
});

test('repeats are the same bit for bit where K is split', async () => {
  const problem: GemmProblem = { ...RAGGED, M: 16, N: 64, K: 512 };
  const plan = accepted(skinny.plan(problem, { SPLIT: 8 }, gpu.caps));
  const { M, N, K, format, activation } = problem;
  const inputs = {
    M,
    weights: quantize(randomWeights(3, N, K), N, K, format),
    activations: drawActivations(5, M, K, activation, false),
  };
  const first = await runProduct(gpu, plan, inputs);
  for (let i = 0; i < 3; i++) {
    const again = await runProduct(gpu, plan, inputs);
    expect(new Uint32Array(again.output.buffer)).toEqual(new Uint32Array(first.output.buffer));
  }
});
