import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import { roundUp } from '../../src/base/integers.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { formatName, type WeightFormat } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { dp4a } from '../../src/kernels/variants/dp4a.ts';
import { gemvDp4a } from '../../src/kernels/variants/gemv-dp4a.ts';
import { openDawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { weightFormat } from '../support/weight-format.ts';
import { expectRightInt8, judge, realInputs, runInt8 } from './int8-check.ts';

verifyQuickly();

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

const VARIANTS = { dp4a, 'gemv-dp4a': gemvDp4a } as const;
type Id = keyof typeof VARIANTS;

const INT8: GemmProblem = { ...RAGGED, activation: 'i8' };

/** Small tiles, which are compiled soon; the defaults have tests of their own. */
const SMALL: Readonly<Record<Id, Tile>> = {
  dp4a: { BM: 16, BN: 32, TM: 4, TN: 4 },
  'gemv-dp4a': { BN: 16, TN: 4, SPLIT: 4 },
};

function planFor(id: Id, problem: GemmProblem, tile: Tile = SMALL[id]): KernelPlan {
  const plan = VARIANTS[id].plan(problem, tile, gpu.caps);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  return plan;
}

const preset = (name: string): WeightFormat => PRESETS[name]!.format;

/** Each way in which weights become int8, zero points are taken off and spans of codes end. */
const FORMATS: readonly WeightFormat[] = [
  weightFormat(),
  ...[1, 2, 3, 5, 8].map((bits) => weightFormat({ element: `int${bits}` })),
  weightFormat({ group: 16, scale: 'f32', zeroPoint: true }),
  weightFormat({ element: 'uint4', group: 128, scale: 'bf16', zeroPoint: 'min' }),
  weightFormat({ element: 'int4', zeroPoint: 'min' }),
  weightFormat({ element: 'int8', group: 'K', scale: 'f32', zeroPoint: true }),
  weightFormat({ element: 'uint8', zeroPoint: 'minus-one' }),
  weightFormat({ element: 'uint8', zeroPoint: 'min' }),
  weightFormat({ element: 'int8', zeroPoint: 'min' }),
  weightFormat({ element: 'uint8' }),
  weightFormat({ element: 'uint5', group: 8 }),
  weightFormat({ element: 'bipolar3', group: 40 }),
  weightFormat({ element: 'bipolar1' }),
  weightFormat({ element: 'bipolar8', group: 12 }),
  weightFormat({ element: 'e2m3', scale: 'e8m0' }),
  weightFormat({ element: 'e2m1', group: 8, zeroPoint: 'min' }),
  weightFormat({ element: 'table:-8,0,1' }),
  ...['nvfp4', 'q4_k', 'q3_k', 'mxint8', 'iq4_nl', 'i2_s', 'q2_k', 'tq2_0'].map(preset),
];

const rows = (id: Id): number => (id === 'gemv-dp4a' ? 2 : 33);

describe.each(['dp4a', 'gemv-dp4a'] as const)('%s', (id) => {
  test.each(FORMATS.map((format) => [formatName(format), format] as const))(
    'multiplies ragged sizes in %s',
    async (_, format) => {
      const K = roundUp(INT8.K, format.block);
      await expectRightInt8(gpu, planFor(id, { ...INT8, M: rows(id), K, format }));
    },
  );

  test.each([40, 12, 20])('multiplies groups of %i', async (group) => {
    await expectRightInt8(gpu, planFor(id, { ...INT8, M: rows(id), format: weightFormat({ group }) }));
    const format = weightFormat({ element: 'uint8', group, scale: 'f32', zeroPoint: true });
    await expectRightInt8(gpu, planFor(id, { ...INT8, M: rows(id), format }));
  });

  test.each([
    [1, 1, 1, 'interleaved'],
    [2, 3, 31, 'stream'],
    [3, 65, 161, 'interleaved'],
    [4, 128, 64, 'stream'],
    [1, 260, 129, 'interleaved'],
    [8, 36, 96, 'interleaved'],
  ] as const)('multiplies M %i, N %i, K %i, %s', async (M, N, K, layout) => {
    await expectRightInt8(gpu, planFor(id, { ...INT8, M, N, K, layout }));
  });

  test.each([
    ['int5', 24, 'interleaved:planes=4+1'],
    ['e2m1', 24, 'stream:msb'],
    ['int4', 32, 'stream:order=dp4a'],
    ['int4', 8, 'interleaved:order=awq'],
    ['int1', 32, 'stream:msb'],
    ['int8', 4, 'interleaved:order=awq'],
    ['uint4', 24, 'marlin'],
    ['int3', 24, 'local(1,4).spatial(8,1).local(1,8)'],
  ])('multiplies %s in groups of %i in the layout %s', async (element, group, layout) => {
    const format = weightFormat({ element, group });
    await expectRightInt8(gpu, planFor(id, { ...INT8, M: rows(id), format, layout }));
  });

  test.each(['bias', 'gelu', 'silu'] as const)('ends in %s and stores f16', async (epilogue) => {
    const plan = planFor(id, { ...INT8, M: rows(id), N: 68, epilogue, output: 'f16' });
    const run = await runInt8(gpu, plan, realInputs(plan));
    expect(run.fault).toBeUndefined();
    expect(await judge(plan, run, 'bound')).toMatchObject({ passed: true, unwritten: 0 });
  });

  test('a product with other activations than those that it quantized is wrong', async () => {
    const plan = planFor(id, { ...INT8, M: rows(id) });
    const given = realInputs(plan);
    const run = await runInt8(gpu, plan, given);
    expect(await judge(plan, { ...run, inputs: given }, 'bound')).toMatchObject({ passed: false });
  });
});

test.each([
  {},
  { BM: 128, BN: 128, TM: 8, TN: 8 },
  { BM: 128, BN: 64, TM: 8, TN: 4 },
  { BM: 32, BN: 32, TM: 4, TN: 8 },
  { BM: 64, BN: 32, TM: 8, TN: 8 },
])('dp4a multiplies with the tile %o', async (tile) => {
  await expectRightInt8(gpu, planFor('dp4a', { ...INT8, M: 70, N: 132 }, tile));
});

test.each([{}, { BN: 32, TN: 8, SPLIT: 1 }, { BN: 128, TN: 4, SPLIT: 8 }])(
  'gemv-dp4a multiplies with the tile %o',
  async (tile) => {
    for (const M of [1, 4]) await expectRightInt8(gpu, planFor('gemv-dp4a', { ...INT8, M }, tile));
  },
);
