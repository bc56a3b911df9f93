import { describe, expect, test } from 'vitest';
import { PRESETS } from '../../src/formats/presets.ts';
import { DEFAULT_CAPS, type DeviceCaps } from '../../src/kernels/caps.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { chooseKernel } from '../../src/kernels/choose-kernel.ts';
import { type VariantId, VARIANTS } from '../../src/kernels/registry.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { RAGGED } from '../support/ragged-problem.ts';

const BASE: GemmProblem = { ...RAGGED, M: 128, N: 4096, K: 4096 };

function planOf(id: VariantId, problem: Partial<GemmProblem> = {}, tile: Tile = {}): KernelPlan {
  const plan = VARIANTS[id].plan({ ...BASE, ...problem }, tile, DEFAULT_CAPS);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  return plan;
}

function refusal(id: VariantId, tile: Tile, problem: Partial<GemmProblem> = {}, caps = DEFAULT_CAPS): string {
  const plan = VARIANTS[id].plan({ ...BASE, ...problem }, tile, caps);
  if (plan.kind === 'plan') throw new Error('the plan was accepted');
  return plan.constraint;
}

describe('a plan', () => {
  test('counts its buffers, its traffic and its work', () => {
    const plan = planOf('tiled');
    expect(plan.buffers).toEqual({
      uniforms: 16,
      activations: 128 * 4096 * 4,
      weights: (4096 * 4096) / 2,
      scales: (4096 * 4096 * 2) / 32,
      output: 128 * 4096 * 4,
    });
    expect(plan.traffic).toBe(2097152 + 8388608 + 1048576 + 2097152);
    expect(plan.work).toBe(2 * 128 * 4096 * 4096);
  });

  test('pads ragged sizes to whole tiles, and counts the padding as traffic', () => {
    const plan = planOf('tiled', { M: 33, N: 65, K: 97 }, { BM: 32, BN: 64, TM: 4, TN: 4 });
    expect([plan.paddedM, plan.geometry.paddedN, plan.geometry.paddedK]).toEqual([64, 128, 128]);
    expect(plan.passes[0]!.dispatch).toEqual([2, 2, 1]);
    expect(plan.traffic).toBe(64 * 128 * 4 + (128 * 128) / 2 + 128 * 4 * 2 + 33 * 65 * 4);
  });

  test('stores zero points only where the format has them', () => {
    expect(planOf('naive').buffers.zeros).toBeUndefined();
    const format = { ...BASE.format, zeroPoint: true };
    expect(planOf('naive', { format }).buffers.zeros).toBe((4096 * 128 * 4) / 8);
    expect(planOf('naive', { format }).passes[0]!.bindings.map(({ role }) => role)).toContain('zeros');
  });

  test('counts sub-byte scales, minima and the second level', () => {
    // Of 256 weights: 8 scales and 8 minima of 6 bits, and two f16; of the matrix one f32; or no scale but that.
    const [superBlocks, tensor, single] = ['q4_k', 'nvfp4', 'i2_s'].map((name) => {
      const { scales, zeros, parents } = planOf('tiled', { format: PRESETS[name]!.format }).buffers;
      return { scales, zeros, parents };
    });
    expect(superBlocks).toEqual({ scales: 65536 * 6, zeros: 65536 * 6, parents: 65536 * 4 });
    expect(tensor).toEqual({ scales: (4096 * 4096) / 16, zeros: undefined, parents: 4 });
    expect(single).toEqual({ scales: undefined, zeros: undefined, parents: 4 });
  });

  test('says how many multiply-accumulates an iteration of the loop over K has', () => {
    expect(planOf('tiled', {}, { BM: 64, BN: 64, BK: 16, TM: 8, TN: 8 }).macsPerIteration).toBe(64 * 16);
    expect(planOf('gemv', { M: 2 }, { TN: 4, SPLIT: 8, DEPTH: 2 }).macsPerIteration).toBe(2 * 4 * 64);
    expect(planOf('naive').macsPerIteration).toBe(8);
  });

  test('declares the offset that a gemv leaves on its codes, and none where each code is exact', () => {
    expect(planOf('gemv', { M: 1 }).numerics).toMatchObject({ offset: 1024, span: 32 });
    expect(planOf('gemv', { M: 1 }, { OFFSET: 0 }).numerics).toMatchObject({ offset: 0, span: 0 });
    const format = { ...BASE.format, group: 12 };
    expect(planOf('gemv', { M: 1, format }).numerics).toMatchObject({ offset: 0, span: 0 });
    const { format: floats } = PRESETS['mxfp4']!;
    expect(planOf('gemv', { M: 1, format: floats }).numerics).toMatchObject({ offset: 0 });
  });

  test('sums a step at a time in halves, in half the workgroup memory', () => {
    const caps = { ...DEFAULT_CAPS, shaderF16: true };
    const plan = VARIANTS.tiled.plan({ ...BASE, accumulator: 'f16' }, {}, caps);
    expect(plan).toMatchObject({ workgroupBytes: 2 * 32 * (64 + 128), tile: { BK: 32 } });
    expect(plan).toMatchObject({ numerics: { halfTerms: 32, halfRoundings: 3, halfScaled: true } });
    expect(planOf('tiled', {}, { PAD: 1 }).workgroupBytes).toBe(4 * 16 * (64 + 128 + 8 + 8));
  });

  test('keeps M out of the text of a tiled kernel, so that another M compiles nothing', () => {
    const codes = [70, 100, 128].map((M) => planOf('tiled', { M }).passes[0]!.shader.code);
    expect(new Set(codes).size).toBe(1);
  });
});

describe('a rejection', () => {
  test.each<[VariantId, Tile, RegExp]>([
    [
      'tiled',
      { BM: 256, BN: 128 },
      /is 512 invocations, more than maxComputeInvocationsPerWorkgroup \(256\)/,
    ],
    [
      'tiled',
      { BK: 32 },
      /BUFFERS · BK · \(BM \+ BN .*\)\) is 24576 bytes .* maxComputeWorkgroupStorageSize \(16384\)/,
    ],
    ['tiled', { TM: 3 }, /TM and TN must be 4 or 8, and are 3 and 8/],
    ['tiled', { BM: 48 }, /BM and BN must be powers of two, and are 48 and 128/],
    ['tiled', { BK: 12 }, /BK must be 8, 16 or 32, and is 12/],
    ['tiled', { BM: 4 }, /TM divides BM/],
    ['tiled', { BUFFERS: 3 }, /BUFFERS must be 1 or 2, and RASTER at least 1; they are 3 and 1/],
    ['tiled', { RASTER: 0 }, /they are 1 and 0/],
    ['tiled', { PAD: 2 }, /PAD and SHUFFLE must be 0 or 1; they are 2 and 0/],
    ['tiled', { BUFFERS: 2 }, /is 24576 bytes of workgroup memory/],
    ['tiled', { SHUFFLE: 1 }, /lanes of a row, .* this adapter lacks the feature subgroups: take SHUFFLE 0/],
    [
      'tiled',
      { TM: 4, TN: 4, BM: 64, BN: 64, BK: 8 },
      /weights a step are fewer than 8 for each of 256 invocations/,
    ],
    ['tiled', { BM: 8, BN: 128, TM: 4, TN: 4, BK: 16 }, /activations a step are fewer than 4 for each of 64/],
    ['gemv', {}, /gemv takes M of 1 to 4, and M is 128; take skinny or tiled/],
    ['naive', { WX: 32, WY: 32 }, /WX · WY is 1024 invocations/],
    ['naive', { WX: 0 }, /WX and WY must be at least 1/],
    ['naive', { BM: 8 }, /there is no parameter BM here; there is WX, WY/],
    ['naive', { WX: 1.5 }, /WX must be a whole number, and is 1.5/],
  ])('of %s by %o names the constraint and the values', (id, tile, sentence) => {
    expect(refusal(id, tile)).toMatch(sentence);
  });

  test('of sums in halves names the feature that is missing, and of a shuffle the subgroup that is too small', () => {
    expect(refusal('tiled', {}, { accumulator: 'f16' })).toMatch(/\(--acc f16\) need the feature shader-f16/);
    const subgroups = { ...DEFAULT_CAPS, subgroups: true, subgroupMinSize: 8 };
    expect(refusal('tiled', { SHUFFLE: 1 }, {}, subgroups)).toMatch(/BN \/ TN = 16 lanes .* may have 8/);
  });

  test('names the block that K must be a multiple of, and the layout that takes other codes', () => {
    expect(refusal('naive', {}, { format: PRESETS['q4_k']!.format, K: 128 })).toMatch(
      /q4_k has blocks of 256 weights: K must be a multiple of that, and is 128/,
    );
    expect(refusal('naive', {}, { layout: 'interleaved:planes=2+4' })).toMatch(
      /planes=2\+4 splits codes of 6 bits, and these have 4/,
    );
  });

  test('names the limit that a product is too large for', () => {
    const caps: DeviceCaps = { ...DEFAULT_CAPS, maxStorageBufferBindingSize: 1 << 20 };
    expect(refusal('tiled', {}, {}, caps)).toMatch(
      /the activations take 2097152 bytes, more than maxStorageBufferBindingSize \(1048576\)/,
    );
    expect(
      refusal(
        'naive',
        {},
        { M: 1 << 19, N: 8, K: 8 },
        { ...DEFAULT_CAPS, maxComputeWorkgroupsPerDimension: 99 },
      ),
    ).toMatch(/exceed maxComputeWorkgroupsPerDimension \(99\)/);
  });
});

describe('auto', () => {
  const matrices: DeviceCaps = {
    ...DEFAULT_CAPS,
    subgroupMatrices: [{ componentType: 'f16', resultComponentType: 'f32', M: 16, N: 16, K: 16 }],
  };
  test.each([
    [{ M: 1 }, DEFAULT_CAPS, 'gemv'],
    [{ M: 4 }, DEFAULT_CAPS, 'gemv'],
    [{ M: 5 }, DEFAULT_CAPS, 'skinny'],
    [{ M: 64 }, DEFAULT_CAPS, 'skinny'],
    [{ M: 64, N: 16384 }, DEFAULT_CAPS, 'tiled'],
    [{ M: 65 }, DEFAULT_CAPS, 'tiled'],
    [{ M: 4096 }, DEFAULT_CAPS, 'dequant-dense'],
    [{ M: 4096, N: 16384 }, DEFAULT_CAPS, 'tiled'],
    [{ M: 1024 }, DEFAULT_CAPS, 'tiled'],
    [{ M: 1024, format: PRESETS['q4_k']!.format }, DEFAULT_CAPS, 'dequant-dense'],
    [{ M: 512 }, matrices, 'tiled'],
    [{ M: 512, activation: 'f16' }, matrices, 'subgroup-matrix'],
    [{ M: 512, activation: 'f16', accumulator: 'f16' }, matrices, 'tiled'],
    [{ M: 2, activation: 'f16' }, matrices, 'gemv'],
    [{ M: 2, accumulator: 'f16' }, DEFAULT_CAPS, 'tiled'],
    [{ M: 4, activation: 'i8' }, DEFAULT_CAPS, 'gemv-dp4a'],
    [{ M: 8, activation: 'i8' }, DEFAULT_CAPS, 'gemv-dp4a'],
    [{ M: 9, activation: 'i8' }, DEFAULT_CAPS, 'dp4a'],
  ] as const)('for %o is chosen by shape, types and features, and says why', (problem, caps, id) => {
    const choice = chooseKernel({ ...BASE, ...problem }, caps);
    expect(choice.id).toBe(id);
    expect(choice.because).toContain(`M is ${problem.M}`);
  });
});
