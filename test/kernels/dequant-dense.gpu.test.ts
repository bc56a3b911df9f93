import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import { decodeFloat16 } from '../../src/base/float16.ts';
import { roundUp } from '../../src/base/integers.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { dequantize } from '../../src/formats/dequantize.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import { drawActivations } from '../../src/io/activations.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { dequantDense } from '../../src/kernels/variants/dequant-dense.ts';
import { uploadInputs } from '../../src/lab/operands.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import { openDawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';
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

const right = (problem: GemmProblem, tile: Tile = {}): Promise<void> =>
  expectRight(gpu, accepted(dequantDense.plan(problem, tile, gpu.caps)));

test.each([
  { BM: 128, BN: 128 },
  { BM: 32, BN: 64, TM: 4, BK: 32 },
  { BM: 64, BN: 64, TM: 8, BK: 8, HALF: 1 },
  { BM: 128, BN: 64, TM: 4, BK: 32, HALF: 1 },
  { BM: 64, BN: 128, BK: 16, HALF: 1 },
])('multiplies with the tile %o', async (tile) => {
  await right({ ...RAGGED, M: 70, N: 132 }, tile);
});

test.each([
  ['bias', 'f32'],
  ['gelu', 'f16'],
  ['silu', 'f32'],
  ['none', 'f16'],
] as const)('finishes with %s and stores %s', async (epilogue, output) => {
  await right({ ...RAGGED, N: 68, epilogue, output });
});

/** Where W[n, k] lies in blocks of 64 columns: [block][K][64] of f32, or [block][K / 2][64][2] of f16. */
const place = (half: number, paddedK: number, n: number, k: number): number => {
  const block = Math.floor(n / 64) * paddedK * 64;
  return half === 1 ? block + (k >> 1) * 128 + (n % 64) * 2 + (k & 1) : block + k * 64 + (n % 64);
};

test.each([
  ['f32', 0, weightFormat()],
  ['f32', 0, PRESETS['q4_k']!.format],
  ['f16', 1, weightFormat({ element: 'e2m1', scale: 'one' })],
] as const)(
  'expands every weight to the %s that it decodes to, in blocks of BN columns',
  async (_, HALF, format) => {
    const { M, N, activation } = RAGGED;
    const K = roundUp(RAGGED.K, format.block);
    const plan = accepted(dequantDense.plan({ ...RAGGED, K, format }, { BN: 64, HALF }, gpu.caps));
    const weights = quantize(randomWeights(3, N, K), N, K, format);
    const loaded = await gpu.load(plan);
    try {
      uploadInputs(loaded, { M, activations: drawActivations(5, M, K, activation, false), weights });
      await loaded.run(POISON_BITS);
      const expanded = await loaded.read('expanded');
      const decoded = dequantize(weights);
      const wrong: { readonly n: number; readonly k: number }[] = [];
      for (let n = 0; n < N; n++) {
        for (let k = 0; k < K; k++) {
          const at = place(HALF, plan.geometry.paddedK, n, k);
          const value =
            HALF === 1 ? decodeFloat16(new Uint16Array(expanded)[at]!) : new Float32Array(expanded)[at];
          if (value !== decoded[n * K + k]) wrong.push({ n, k });
        }
      }
      expect(wrong).toEqual([]);
    } finally {
      loaded.destroy();
    }
  },
);
