import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gpu } from '../../src/device/gpu.ts';
import { formatName, type WeightFormat } from '../../src/formats/format.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import { drawActivations } from '../../src/io/activations.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { VARIANT_IDS, type VariantId, VARIANTS } from '../../src/kernels/registry.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { exactInputs } from '../../src/reference/exact-data.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { openDawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { runProduct } from '../support/run-product.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

function planFor(id: VariantId, problem: GemmProblem, tile: Tile = {}): KernelPlan {
  const plan = VARIANTS[id].plan(problem, tile, gpu.caps);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  return plan;
}

/** Checks a plan on exact data, bit for bit, and on real data, by the bound. */
async function expectRight(plan: KernelPlan): Promise<void> {
  const { problem, numerics } = plan;
  const pool = new LocalPool();
  const { signal } = new AbortController();
  const exact = exactInputs({ ...problem, rounding: numerics }, 7);
  if (exact.kind === 'none') throw new Error(exact.reason);
  const exactOutput = await runProduct(gpu, plan, exact.inputs);
  const exactVerdict = await pool.check(
    { inputs: exact.inputs, rounding: numerics, judge: 'exact', seed: 1 },
    exactOutput,
    signal,
  );
  expect(exactVerdict).toMatchObject({ passed: true, unwritten: 0, nonFinite: 0 });

  const weights = quantize(randomWeights(3, problem.N, problem.K), problem.N, problem.K, problem.format);
  const activations = drawActivations(5, problem.M, problem.K, problem.activation, false);
  const inputs = { M: problem.M, activations, weights };
  const output = await runProduct(gpu, plan, inputs);
  const verdict = await pool.check({ inputs, rounding: numerics, judge: 'bound', seed: 1 }, output, signal);
  expect(verdict).toMatchObject({ passed: true, mode: 'full', checkedElements: problem.M * problem.N });
  expect(verdict.boundRatio).toBeLessThan(1);
}

/** Each element, group size, scale type and kind of zero point at least twice; `verify --all` runs every combination. */
const FORMATS: readonly WeightFormat[] = [
  { element: 'int4', group: 32, scale: 'f16', zeroPoint: false },
  { element: 'int4', group: 16, scale: 'f32', zeroPoint: true },
  { element: 'int4', group: 'K', scale: 'f16', zeroPoint: true },
  { element: 'uint4', group: 64, scale: 'f16', zeroPoint: true },
  { element: 'uint4', group: 128, scale: 'f32', zeroPoint: false },
  { element: 'int8', group: 16, scale: 'f16', zeroPoint: false },
  { element: 'int8', group: 'K', scale: 'f32', zeroPoint: false },
  { element: 'uint8', group: 32, scale: 'f16', zeroPoint: true },
  { element: 'uint8', group: 64, scale: 'f32', zeroPoint: true },
];

const rows = (id: VariantId): number => (id === 'gemv' ? 3 : 33);

describe.each(VARIANT_IDS)('%s', (id) => {
  test.each(FORMATS.map((format) => [formatName(format), format] as const))(
    'multiplies ragged sizes in %s',
    async (_, format) => {
      await expectRight(planFor(id, { ...RAGGED, M: rows(id), format }));
    },
  );

  test.each([40, 12, 33])('multiplies groups of %i, which share no size with its steps', async (group) => {
    await expectRight(planFor(id, { ...RAGGED, M: rows(id), format: { ...RAGGED.format, group } }));
    const format = { element: 'uint8', group, scale: 'f32', zeroPoint: true } as const;
    await expectRight(planFor(id, { ...RAGGED, M: rows(id), format }));
  });

  test.each([
    [1, 1, 1, 'f32', 'interleaved'],
    [2, 3, 31, 'f16', 'stream'],
    [4, 128, 64, 'f32', 'stream'],
    [1, 260, 129, 'f16', 'interleaved'],
  ] as const)('multiplies M %i, N %i, K %i, %s, %s', async (M, N, K, activation, layout) => {
    await expectRight(planFor(id, { ...RAGGED, M, N, K, activation, layout }));
  });

  test('multiplies f16 activations and stored zero points in the stream layout', async () => {
    const format = { ...RAGGED.format, element: 'uint8', zeroPoint: true } as const;
    await expectRight(planFor(id, { ...RAGGED, M: rows(id), activation: 'f16', layout: 'stream', format }));
  });
});

test.each([
  { BM: 128, BN: 128 },
  { BM: 128, BN: 64, BK: 32 },
  { BM: 32, BN: 32, TM: 4, TN: 4 },
  { BM: 32, BN: 32, TM: 4, TN: 8, BK: 32 },
  { BM: 16, BN: 64, TM: 4, TN: 8 },
  { BM: 64, BN: 32, TM: 8, TN: 4, BK: 32 },
  { BM: 32, BN: 128, TM: 8, TN: 8, BK: 8 },
])('tiled multiplies with the tile %o', async (tile) => {
  await expectRight(planFor('tiled', { ...RAGGED, M: 70, N: 132 }, tile));
});

test.each([
  { BN: 16, TN: 4, SPLIT: 4 },
  { BN: 32, TN: 8, SPLIT: 1 },
  { BN: 128, TN: 4, SPLIT: 8, OFFSET: 0 },
  { BN: 64, TN: 8, OFFSET: 0 },
])('gemv multiplies with the tile %o', async (tile) => {
  for (const M of [1, 4]) await expectRight(planFor('gemv', { ...RAGGED, M }, tile));
});
