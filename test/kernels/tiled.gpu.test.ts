import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import { roundUp } from '../../src/base/integers.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { tiled } from '../../src/kernels/variants/tiled.ts';
import { catchFaults } from '../support/catch-faults.ts';
import { openDawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { QUICK_TILES } from '../support/variant-problem.ts';
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
  expectRight(gpu, accepted(tiled.plan(problem, tile, gpu.caps)));

const SMALL = QUICK_TILES.tiled!;

test.each([
  {},
  { BM: 128, BN: 128 },
  { BM: 128, BN: 64, BK: 32 },
  { BM: 32, BN: 32, TM: 4, TN: 8, BK: 32 },
  { BM: 16, BN: 64, TM: 4, TN: 8 },
  { BM: 64, BN: 32, TM: 8, TN: 4, BK: 32, PAD: 1 },
  { BM: 32, BN: 128, TM: 8, TN: 8, BK: 8, BUFFERS: 2 },
])('multiplies with the tile %o', async (tile) => {
  await right({ ...RAGGED, M: 70, N: 132 }, tile);
});

test.each([
  { BUFFERS: 2, PAD: 1, RASTER: 2 },
  { ...SMALL, TN: 8, RASTER: 2, SHUFFLE: 1, BUFFERS: 2 },
  { BM: 32, BN: 32, TM: 8, TN: 8, RASTER: 8, SHUFFLE: 1, PAD: 1 },
])('multiplies several rows of tiles with the tile %o', async (tile) => {
  await right({ ...RAGGED, M: 160, N: 132, K: 96 }, tile);
});

test.each([
  ['f32', {}],
  ['f16', { ...SMALL, TN: 8, BUFFERS: 2, SHUFFLE: 1 }],
  ['f16', { BM: 64, BN: 64, TM: 8, TN: 4, BK: 16, PAD: 1 }],
] as const)('sums %s activations in halves, a step at a time, with the tile %o', async (activation, tile) => {
  await right({ ...RAGGED, M: 70, N: 132, activation, accumulator: 'f16' }, tile);
});

test.each(['q4_k', 'bnb-nf4-dq', 'mxfp4'])('sums %s in halves', async (name) => {
  const { format } = PRESETS[name]!;
  await right({ ...RAGGED, K: roundUp(RAGGED.K, format.block), format, accumulator: 'f16' }, SMALL);
});

/** Faults of which some are within what halves may round away on real data; exact data show each. */
const FAULTS = [
  'last 16 k dropped',
  'last group dropped',
  'scale index off by one group',
  'zero point one too low',
  'one output = 0',
  'everything × 1.02',
];

test('with sums in halves passes every check when right, and no fault passes on exact data', async () => {
  const run = { faults: FAULTS, tile: SMALL, problem: { accumulator: 'f16' } } as const;
  const [report, ...faulty] = await catchFaults(gpu, 'tiled', run);
  expect(report).toMatchObject({ full: true, projection: true, sampled: true });
  expect(faulty.map(({ fault, projection }) => [fault, projection])).toEqual(
    FAULTS.map((fault) => [fault, false]),
  );
});
