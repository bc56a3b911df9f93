import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import { create } from 'webgpu';
import { roundUp } from '../../src/base/integers.ts';
import { openGpu } from '../../src/device/open-gpu.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { formatName, type WeightFormat } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import type { DeviceCaps, SubgroupMatrix } from '../../src/kernels/caps.ts';
import { locate } from '../../src/kernels/compose.ts';
import { FAULTS, plantFault } from '../faults/faults.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { subgroupMatrix } from '../../src/kernels/variants/subgroup-matrix.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { weightFormat } from '../support/weight-format.ts';
import { accepted, expectRight } from './expect-right.ts';

verifyQuickly();

/** Subgroup matrices are among what Dawn calls unsafe. */
const UNSAFE = 'enable-dawn-features=allow_unsafe_apis';

/** Kept, because Dawn frees an instance when its object is collected. */
const instances = { run: create([UNSAFE]), compile: create(['backend=null', UNSAFE]) };

let gpu: Gpu;
let compiler: GPUDevice;
let compilerCaps: Pick<DeviceCaps, 'subgroupMinSize' | 'subgroupMaxSize'>;
beforeAll(async () => {
  gpu = await openGpu(instances.run, 'auto');
  const adapter = await instances.compile.requestAdapter();
  const features = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'] as GPUFeatureName[];
  const missing = features.filter((feature) => !adapter?.features.has(feature));
  if (!adapter || missing.length > 0) throw new Error(`Dawn's null back end lacks ${missing.join(', ')}`);
  const { maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupStorageSize, maxComputeWorkgroupSizeX } =
    adapter.limits;
  compiler = await adapter.requestDevice({
    requiredFeatures: features,
    requiredLimits: {
      maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupSizeX,
    },
  });
  const { subgroupMinSize, subgroupMaxSize } = adapter.info;
  compilerCaps = { subgroupMinSize, subgroupMaxSize };
});
afterAll(() => {
  gpu.destroy();
  compiler.destroy();
});

const FORMATS: readonly WeightFormat[] = [
  weightFormat(),
  weightFormat({ group: 16, scale: 'f32', zeroPoint: true }),
  weightFormat({ element: 'uint4', group: 128, scale: 'bf16', zeroPoint: 'min' }),
  weightFormat({ element: 'int8', group: 'K', scale: 'f32', zeroPoint: true }),
  weightFormat({ element: 'bipolar3', group: 40 }),
  weightFormat({ element: 'e2m3', scale: 'e8m0' }),
  ...['nvfp4', 'q4_k', 'q3_k', 'bnb-nf4-dq'].map((name) => PRESETS[name]!.format),
];

describe('where the adapter has subgroup matrices, and refused with the reason where it has none:', () => {
  const right = async (problem: GemmProblem, tile: Tile = {}): Promise<void> => {
    const plan = subgroupMatrix.plan(problem, tile, gpu.caps);
    if (gpu.caps.subgroupMatrices.length > 0) {
      await expectRight(gpu, accepted(plan));
      return;
    }
    expect(plan.kind === 'rejected' ? plan.constraint : '').toMatch(/lacks; take tiled$/);
  };

  test.each(FORMATS.map((format) => [formatName(format), format] as const))(
    'multiplies ragged sizes in %s',
    async (_, format) => {
      await right({ ...RAGGED, K: roundUp(RAGGED.K, format.block), format });
    },
  );

  test.each([40, 12, 33])('multiplies groups of %i, which share no size with its steps', async (group) => {
    await right({
      ...RAGGED,
      format: weightFormat({ element: 'uint8', group, scale: 'f32', zeroPoint: true }),
    });
  });

  test.each([
    [1, 1, 1, 'f32', 'interleaved'],
    [2, 3, 31, 'f16', 'stream'],
    [100, 260, 129, 'f16', 'interleaved'],
  ] as const)('multiplies M %i, N %i, K %i, %s, %s', async (M, N, K, activation, layout) => {
    await right({ ...RAGGED, M, N, K, activation, layout });
  });

  test.each([
    ['int5', 'interleaved:planes=4+1'],
    ['uint4', 'marlin'],
    ['int3', 'local(1,4).spatial(8,1).local(1,8)'],
  ])('multiplies %s in the layout %s', async (element, layout) => {
    await right({ ...RAGGED, format: weightFormat({ element, group: 24 }), layout });
  });

  describe.each(['f32', 'f16'] as const)('sums in %s', (accumulator) => {
    test.each([
      { BM: 32, BN: 32, SM: 16, SN: 16 },
      { BM: 64, BN: 32, SM: 32, SN: 16 },
      { BM: 64, BN: 64, SM: 16, SN: 64, BK: 16 },
      { BM: 128, BN: 64, SM: 32, SN: 32 },
    ])('multiplies with the tile %o', async (tile) => {
      await right({ ...RAGGED, M: 70, N: 132, accumulator }, tile);
    });
  });

  test.each([
    ['bias', 'f32', 'f32'],
    ['gelu', 'f16', 'f32'],
    ['silu', 'f32', 'f16'],
    ['none', 'f16', 'f16'],
  ] as const)('finishes with %s, stores %s, sums in %s', async (epilogue, output, accumulator) => {
    await right({ ...RAGGED, N: 68, epilogue, output, accumulator });
  });

  test('is seen to be wrong with a fault', async () => {
    const plan = subgroupMatrix.plan({ ...RAGGED, format: weightFormat({ group: 16 }) }, {}, gpu.caps);
    if (gpu.caps.subgroupMatrices.length === 0) {
      expect(plan.kind).toBe('rejected');
      return;
    }
    for (const id of [
      'last k dropped',
      'scale index off by one group',
      'zero point one too low',
      'last column = 0',
    ]) {
      const faulty = plantFault(
        accepted(plan),
        FAULTS.find((fault) => fault.id === id)!,
      );
      await expect(expectRight(gpu, faulty), id).rejects.toThrow(/to match object/);
    }
  });

  /** Plans as for subgroups of other sizes than the driver makes: the kernel finds out at run time how many there are. */
  test.each([
    ['4 to 4', { min: 4, max: 4 }, { BM: 64, BN: 64, SM: 16, SN: 32 }],
    ['16 to 16', { min: 16, max: 16 }, { BM: 64, BN: 64, SM: 16, SN: 32 }],
    ['8 to 32', { min: 8, max: 32 }, { BM: 64, BN: 64, SM: 16, SN: 32 }],
    [
      '64 to 64, more than there is to stage',
      { min: 64, max: 64 },
      { BM: 32, BN: 32, BK: 16, SM: 16, SN: 16 },
    ],
  ])(
    'multiplies whatever the size of subgroups that the plan reckons with: %s',
    async (_, { min, max }, tile) => {
      const caps = { ...gpu.caps, subgroupMinSize: min, subgroupMaxSize: max };
      for (const accumulator of ['f32', 'f16'] as const) {
        const plan = subgroupMatrix.plan({ ...RAGGED, M: 70, N: 132, accumulator }, tile, caps);
        if (caps.subgroupMatrices.length > 0) await expectRight(gpu, accepted(plan));
        else expect(plan.kind).toBe('rejected');
      }
    },
  );
});

const matrix = (types: string, [M, N, K]: readonly [number, number, number]): SubgroupMatrix => {
  const [componentType, resultComponentType] = types.split('→') as ['f16', 'f32'];
  return { componentType, resultComponentType, M, N, K };
};

/** What the compiler has against a plan, by file and line. */
async function complaints(plan: KernelPlan): Promise<string[]> {
  const { shader } = plan.passes[0]!;
  compiler.pushErrorScope('validation');
  const module = compiler.createShaderModule({ code: shader.code });
  const { messages } = await module.getCompilationInfo();
  compiler.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const error = await compiler.popErrorScope();
  return [
    ...messages.map(({ lineNum, message }) => `${locate(shader, lineNum)}: ${message}`),
    ...(error ? [error.message] : []),
  ];
}

describe('compiles', () => {
  const capsOf = (
    { min, max }: { readonly min: number; readonly max: number },
    matrices: readonly SubgroupMatrix[],
  ): DeviceCaps => ({
    ...gpu.caps,
    maxComputeWorkgroupStorageSize: compiler.limits.maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup: compiler.limits.maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupSizeX: compiler.limits.maxComputeWorkgroupSizeX,
    shaderF16: true,
    subgroups: true,
    subgroupMinSize: min,
    subgroupMaxSize: max,
    subgroupMatrices: matrices,
  });
  const TILES: readonly Tile[] = [
    { BM: 64, BN: 64, SM: 32, SN: 32 },
    { BM: 64, BN: 32, SM: 16, SN: 32, BK: 16 },
    { BM: 32, BN: 32, SM: 16, SN: 16 },
    { BM: 128, BN: 64, SM: 64, SN: 32, BK: 16 },
  ];

  test.each([
    ['f16→f32', 8, 8, 8],
    ['f16→f32', 16, 16, 16],
    ['f16→f32', 16, 8, 16],
    ['f16→f32', 8, 16, 16],
    ['f32→f32', 8, 8, 8],
    ['f16→f16', 8, 8, 8],
    ['f16→f16', 16, 16, 16],
  ] as const)(
    'for matrices %s of %i×%i×%i, ragged sizes and subgroups of one or several sizes',
    async (types, M, N, K) => {
      const { subgroupMinSize: min, subgroupMaxSize: max } = compilerCaps;
      const sizes = [
        { min: 32, max: 32 },
        { min, max },
      ];
      const accumulator = types.endsWith('f16') ? 'f16' : 'f32';
      let compiled = 0;
      for (const subgroup of sizes) {
        for (const [i, tile] of TILES.entries()) {
          const format = FORMATS[i]!;
          const problem: GemmProblem = {
            ...RAGGED,
            M: 70,
            accumulator,
            format,
            activation: i === 1 ? 'f16' : 'f32',
          };
          const plan = subgroupMatrix.plan(problem, tile, capsOf(subgroup, [matrix(types, [M, N, K])]));
          if (plan.kind === 'rejected') {
            expect(plan.constraint).toMatch(/divide a subtile|workgroup memory|invocations/);
            continue;
          }
          expect(await complaints(plan), JSON.stringify(tile)).toEqual([]);
          compiled++;
        }
      }
      expect(compiled).toBeGreaterThan(2);
    },
  );

  test('every format and layout that it takes', async () => {
    const caps = capsOf({ min: 32, max: 64 }, [matrix('f16→f32', [16, 16, 16])]);
    const tile = { BM: 32, BN: 64, SM: 16, SN: 32 };
    for (const [name, { format }] of Object.entries(PRESETS)) {
      for (const layout of ['interleaved', 'stream']) {
        const plan = subgroupMatrix.plan(
          { ...RAGGED, K: roundUp(97, format.block), format, layout },
          tile,
          caps,
        );
        expect(await complaints(accepted(plan)), `${name} ${layout}`).toEqual([]);
      }
    }
  });

  test('and the check sees an error, and says in which file it lies', async () => {
    const caps = capsOf({ min: 32, max: 32 }, [matrix('f16→f32', [8, 8, 8])]);
    const plan = accepted(subgroupMatrix.plan(RAGGED, TILES[0]!, caps));
    const { shader } = plan.passes[0]!;
    const code = shader.code.replace('multiply(&acc,', 'multiply(acc,');
    const broken = { ...plan, passes: plan.passes.map((pass) => ({ ...pass, shader: { ...shader, code } })) };
    expect((await complaints(broken))[0]).toMatch(/^shaders\/kernels\/subgroup-matrix\.wgsl:\d+: /);
  });
});
