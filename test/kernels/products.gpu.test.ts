import { afterAll, beforeAll, describe, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import { roundUp } from '../../src/base/integers.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { formatName, type WeightFormat } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { type VariantId, VARIANTS } from '../../src/kernels/registry.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { openDawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { QUICK_TILES } from '../support/variant-problem.ts';
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

/** Runs a variant on a problem and checks the product. */
async function expectProduct(
  id: VariantId,
  problem: GemmProblem,
  tile: Tile = QUICK_TILES[id] ?? {},
): Promise<void> {
  await expectRight(gpu, accepted(VARIANTS[id].plan(problem, tile, gpu.caps)));
}

/** Each kind of element, scale, second level and zero point; `verify --all` runs every preset, and all pairs of the rest. */
const FORMATS: readonly WeightFormat[] = [
  weightFormat(),
  weightFormat({ group: 16, scale: 'f32', zeroPoint: true }),
  weightFormat({ element: 'uint4', group: 128, scale: 'bf16', zeroPoint: 'min' }),
  weightFormat({ element: 'int8', group: 'K', scale: 'f32', zeroPoint: true }),
  weightFormat({ element: 'uint8', zeroPoint: 'minus-one' }),
  weightFormat({ element: 'bipolar3', group: 40 }),
  weightFormat({ element: 'e2m3', scale: 'e8m0' }),
  ...['nvfp4', 'q4_k', 'q3_k', 'mxint8', 'bnb-nf4-dq', 'i2_s'].map((name) => PRESETS[name]!.format),
];

const rows = (id: VariantId): number => (id === 'gemv' ? 1 : 33);

/** The variants that have no file of their own for this. */
const IDS = ['naive', 'gemv', 'tiled'] as const satisfies readonly VariantId[];

describe.each(IDS)('%s', (id) => {
  test.each(FORMATS.map((format) => [formatName(format), format] as const))(
    'multiplies ragged sizes in %s',
    async (_, format) => {
      const K = roundUp(RAGGED.K, format.block);
      await expectProduct(id, { ...RAGGED, M: rows(id), K, format });
    },
  );

  test.each([40, 12, 33])('multiplies groups of %i, which share no size with its steps', async (group) => {
    await expectProduct(id, { ...RAGGED, M: rows(id), format: { ...RAGGED.format, group } });
    const format = weightFormat({ element: 'uint8', group, scale: 'f32', zeroPoint: true });
    await expectProduct(id, { ...RAGGED, M: rows(id), format });
  });

  test.each([
    [1, 1, 1, 'f32', 'interleaved'],
    [2, 3, 31, 'f16', 'stream'],
    [4, 128, 64, 'f32', 'stream'],
    [1, 260, 129, 'f16', 'interleaved'],
  ] as const)('multiplies M %i, N %i, K %i, %s, %s', async (M, N, K, activation, layout) => {
    await expectProduct(id, { ...RAGGED, M, N, K, activation, layout });
  });

  test.each([
    ['int5', 'interleaved:planes=4+1'],
    ['e3m2', 'stream:msb'],
    ['uint4', 'marlin'],
    ['int3', 'local(1,4).spatial(8,1).local(1,8)'],
  ])('multiplies %s in the layout %s', async (element, layout) => {
    const format = weightFormat({ element, group: 24 });
    await expectProduct(id, { ...RAGGED, M: rows(id), format, layout });
  });

  test('multiplies f16 activations and stored zero points in the stream layout', async () => {
    const format = weightFormat({ element: 'uint8', zeroPoint: true });
    await expectProduct(id, { ...RAGGED, M: rows(id), activation: 'f16', layout: 'stream', format });
  });
});

test.each([
  {},
  { BN: 16, TN: 4, SPLIT: 4 },
  { BN: 32, TN: 8, SPLIT: 1 },
  { BN: 128, TN: 4, SPLIT: 8, OFFSET: 0 },
  { BN: 64, TN: 8, OFFSET: 0 },
])('gemv multiplies with the tile %o', async (tile) => {
  for (const M of [1, 4]) await expectProduct('gemv', { ...RAGGED, M }, tile);
});
