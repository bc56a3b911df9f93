import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import type { DeviceCaps } from '../../src/kernels/caps.ts';
import { locate } from '../../src/kernels/compose.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { type VariantId, VARIANTS } from '../../src/kernels/registry.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { type WatchedPass, watchedPasses } from '../../src/kernels/watched-pass.ts';
import { type Finding, findRace } from '../../src/kernels/wgsl-text/find-race.ts';
import type { Site } from '../../src/kernels/wgsl-text/watch-accesses.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import { accepted } from '../kernels/expect-right.ts';
import { openDawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { withoutMatrixUnits } from '../support/without-matrix-units.ts';
import { asTaken } from '../support/variant-problem.ts';
import { weightFormat } from '../support/weight-format.ts';

verifyQuickly();

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

/** A kernel that logs its accesses. */
interface Logged {
  readonly watched: WatchedPass;
  readonly log: Uint32Array;
}

/** The logs of a plan's passes, which do not depend on what is multiplied. */
async function logsOf(plan: KernelPlan): Promise<readonly Logged[]> {
  const logs: Logged[] = [];
  for (const watched of watchedPasses(plan)) {
    const loaded = await gpu.load(withoutMatrixUnits(watched.plan));
    try {
      await loaded.run(POISON_BITS);
      logs.push({ watched, log: new Uint32Array(await loaded.read('lanes')) });
    } finally {
      loaded.destroy();
    }
  }
  return logs;
}

/** What the log would tell if a barrier were not there: where lanes go does not depend on it. */
function findWithout({ watched: { text }, log }: Logged, barrier: number): Finding {
  const ignored = { ...text.sites[barrier]!, kind: 'none' as Site['kind'] };
  return findRace(log, { ...text, sites: text.sites.with(barrier, ignored) });
}

interface Case {
  readonly id: VariantId;
  readonly tile: Tile;
  readonly problem?: Partial<GemmProblem>;
  /** Where its barriers are, in the order of the text. */
  readonly barriers: readonly string[];
}

const matrices = (resultComponentType: 'f32' | 'f16'): Partial<DeviceCaps> => ({
  subgroupMatrices: [{ componentType: 'f16', resultComponentType, M: 8, N: 8, K: 8 }],
});

const tiled = 'shaders/kernels/tiled.wgsl';
const gemv = 'shaders/kernels/gemv.wgsl';
const inner = Array.from({ length: 7 }, () => 'generated: skinny');

/** Every kernel with workgroup memory, with the parameters that change its barriers. */
const CASES: readonly Case[] = [
  { id: 'tiled', tile: { BM: 32, BN: 32, TM: 4, TN: 4 }, barriers: [tiled, tiled] },
  { id: 'tiled', tile: { BM: 32, BN: 32, TM: 4, TN: 4, BUFFERS: 2, PAD: 1 }, barriers: [tiled, tiled] },
  { id: 'tiled', tile: { BM: 32, BN: 32, TM: 4, TN: 8, BK: 32, SHUFFLE: 1 }, barriers: [tiled, tiled] },
  {
    id: 'tiled',
    tile: { BM: 32, BN: 32, TM: 4, TN: 4, BK: 32 },
    problem: { accumulator: 'f16' },
    barriers: [tiled, tiled],
  },
  {
    id: 'skinny',
    tile: { BM: 8, BN: 64, TN: 4, INNER: 4, SPLIT: 1 },
    problem: { M: 9, K: 320 },
    barriers: ['shaders/kernels/skinny.wgsl', 'shaders/kernels/skinny.wgsl', ...inner],
  },
  {
    id: 'gemv',
    tile: { BN: 16, TN: 4, SPLIT: 4, DEPTH: 1 },
    problem: { M: 1, K: 256 },
    barriers: [gemv, gemv, gemv, 'shaders/kernels/gemv-tree.wgsl'],
  },
  {
    id: 'gemv',
    tile: { BN: 16, TN: 4, SPLIT: 4, DEPTH: 2, ALONG: 1, OFFSET: 0 },
    problem: { M: 2, K: 512, format: weightFormat({ element: 'nf4' }) },
    barriers: [gemv, gemv, gemv, 'shaders/kernels/gemv-tree.wgsl'],
  },
  {
    id: 'gemv',
    tile: { BN: 4, TN: 4, SPLIT: 16, DEPTH: 1, REDUCE: 1 },
    problem: { M: 1, K: 1024 },
    barriers: [gemv, gemv, gemv, 'shaders/kernels/gemv-subgroups.wgsl'],
  },
  { id: 'gemv-dp4a', tile: { TN: 4 }, problem: { M: 2 }, barriers: ['shaders/kernels/gemv-dp4a.wgsl'] },
  {
    id: 'dp4a',
    tile: { BM: 32, BN: 32, TM: 4, TN: 4 },
    barriers: ['shaders/kernels/dp4a.wgsl', 'shaders/kernels/dp4a.wgsl'],
  },
  {
    id: 'dequant-dense',
    tile: { BM: 32, BN: 64, TM: 4 },
    barriers: ['shaders/kernels/dense.wgsl', 'shaders/kernels/dense.wgsl'],
  },
];

/** Tests the table's row of a plan: no race as it is, and one without any of its barriers. */
async function expectNeeded(
  plan: KernelPlan,
  barriers: readonly string[],
  idle: readonly number[],
): Promise<void> {
  const [logged, ...others] = await logsOf(plan);
  expect(others).toEqual([]);
  const { sites } = logged!.watched.text;
  expect(findRace(logged!.log, logged!.watched.text)).toMatchObject({ kind: 'none', complete: true });
  const found = sites.flatMap(({ kind }, site) => (kind === 'barrier' ? [site] : []));
  const { shader } = plan.passes.find(({ entryPoint }) => entryPoint === logged!.watched.entryPoint)!;
  expect(found.map((site) => locate(shader, sites[site]!.line).replace(/:\d+$/, ''))).toEqual(barriers);
  const needed = found.map((site) => findWithout(logged!, site).kind);
  expect(needed).toEqual(barriers.map((_, i) => (idle.includes(i) ? 'none' : 'race')));
}

describe('no lanes race, and without any one barrier some would:', () => {
  test.each(CASES)('$id $tile', async ({ id, tile, problem, barriers }) => {
    const asked = asTaken(id, { ...RAGGED, M: 33, N: 68, ...problem });
    // Of two barriers in the text of `tiled`, the first is not run where there are two buffers.
    await expectNeeded(
      accepted(VARIANTS[id].plan(asked, tile, gpu.caps)),
      barriers,
      tile['BUFFERS'] === 2 ? [0] : [],
    );
  });

  test.each([
    ['f32', ['generated: subgroup matrix', 'generated: subgroup matrix']],
    ['f16', []],
  ] as const)('subgroup-matrix with sums in %s, its matrices left out', async (accumulator, more) => {
    const { subgroupMaxSize } = gpu.caps;
    const caps = { ...gpu.caps, ...matrices(accumulator), subgroupMinSize: subgroupMaxSize };
    const tile = { BM: 16, BN: 16, BK: 16, SM: 8, SN: 16 };
    const plan = accepted(
      VARIANTS['subgroup-matrix'].plan({ ...RAGGED, accumulator, M: 33, N: 68, K: 64 }, tile, caps),
    );
    const file = `shaders/kernels/subgroup-matrix${accumulator === 'f16' ? '-half' : ''}.wgsl`;
    await expectNeeded(plan, [file, file, ...more], []);
  });
});

test('a kernel without workgroup memory has nothing to race for', () => {
  expect(watchedPasses(accepted(VARIANTS.naive.plan(RAGGED, {}, gpu.caps)))).toEqual([]);
});
