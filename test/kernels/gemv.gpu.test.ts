import { afterAll, beforeAll, describe, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import { roundUp } from '../../src/base/integers.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { formatName, type WeightFormat } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { gemv } from '../../src/kernels/variants/gemv.ts';
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

async function expectProduct(problem: GemmProblem, tile: Tile = {}): Promise<void> {
  await expectRight(gpu, accepted(gemv.plan(problem, tile, gpu.caps)));
}

/** Every width whose codes are masked where they lie, stored and fixed zero points, minima, and what is looked up. */
const FORMATS: readonly WeightFormat[] = [
  ...['uint1', 'int2', 'int3', 'int5', 'int6', 'int7', 'int8'].map((element) => weightFormat({ element })),
  weightFormat({ element: 'uint2', group: 16, zeroPoint: true }),
  weightFormat({ element: 'uint3', group: 64, zeroPoint: 'min', scale: 'f32' }),
  weightFormat({ element: 'uint4', group: 128, zeroPoint: 'minus-one' }),
  weightFormat({ element: 'uint5', group: 'K', zeroPoint: true, scale: 'bf16' }),
  weightFormat({ element: 'uint6', group: 8, zeroPoint: 'min' }),
  weightFormat({ element: 'e3m2', scale: 'e8m0' }),
  ...['mxfp4', 'nf4', 'q4_k'].flatMap((name) => (PRESETS[name] ? [PRESETS[name].format] : [])),
];

describe('gemv multiplies ragged sizes', () => {
  test.each(FORMATS.map((format) => [formatName(format), format] as const))('in %s', async (_, format) => {
    await expectProduct({ ...RAGGED, M: 2, K: roundUp(RAGGED.K, format.block), format });
  });
});

describe('gemv multiplies with the tile', () => {
  test.each([
    { BN: 8, TN: 8, SPLIT: 64, DEPTH: 1, REDUCE: 1 },
    { BN: 8, TN: 8, SPLIT: 32, DEPTH: 1, ALONG: 1, REDUCE: 1 },
    { BN: 16, TN: 16, SPLIT: 16, DEPTH: 4 },
    { BN: 32, TN: 4, SPLIT: 8, DEPTH: 4, ALONG: 1 },
    { BN: 128, TN: 16, SPLIT: 1, DEPTH: 1 },
    { BN: 64, TN: 8, SPLIT: 4, DEPTH: 2, OFFSET: 0 },
  ])('%o', async (tile) => {
    await expectProduct({ ...RAGGED, M: 1, N: 130, K: 417 }, tile);
    const format = weightFormat({ group: 128 });
    await expectProduct({ ...RAGGED, M: 3, N: 64, K: 512, format, activation: 'f16' }, tile);
  });
});

test.each(['stream', 'interleaved:msb', 'interleaved:planes=2+2', 'marlin'])(
  'gemv multiplies in the layout %s',
  async (layout) => {
    await expectProduct({ ...RAGGED, M: 4, layout });
  },
);
