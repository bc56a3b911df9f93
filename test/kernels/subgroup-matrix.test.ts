import { describe, expect, test } from 'vitest';
import { DEFAULT_CAPS, type DeviceCaps, type SubgroupMatrix } from '../../src/kernels/caps.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { subgroupMatrix } from '../../src/kernels/variants/subgroup-matrix.ts';
import { RAGGED } from '../support/ragged-problem.ts';

const BASE: GemmProblem = { ...RAGGED, M: 128, N: 4096, K: 4096 };

const matrix = (
  componentType: SubgroupMatrix['componentType'],
  resultComponentType: SubgroupMatrix['resultComponentType'],
  size: number,
): SubgroupMatrix => ({ componentType, resultComponentType, M: size, N: size, K: size });

/** As a GPU with subgroups of 32 and matrices of 16 reports itself. */
const CAPS: DeviceCaps = {
  ...DEFAULT_CAPS,
  maxComputeWorkgroupStorageSize: 32768,
  shaderF16: true,
  subgroups: true,
  subgroupMinSize: 32,
  subgroupMaxSize: 32,
  subgroupMatrices: [
    matrix('i8', 'i32', 16),
    matrix('f16', 'f32', 8),
    matrix('f16', 'f32', 16),
    matrix('f16', 'f16', 16),
  ],
};

interface Choice {
  readonly problem?: Partial<GemmProblem>;
  readonly tile?: Tile;
  readonly caps?: Partial<DeviceCaps>;
}

const planWith = ({ problem, tile = {}, caps }: Choice): ReturnType<typeof subgroupMatrix.plan> =>
  subgroupMatrix.plan({ ...BASE, ...problem }, tile, { ...CAPS, ...caps });

function planOf(choice: Choice = {}): KernelPlan {
  const plan = planWith(choice);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  return plan;
}

function refusal(choice: Choice): string {
  const plan = planWith(choice);
  if (plan.kind === 'plan') throw new Error('the plan was accepted');
  return plan.constraint;
}

/** The types of the matrices in a plan's text. */
const typesIn = ({ passes }: KernelPlan): string[] =>
  [...passes[0]!.shader.code.matchAll(/subgroup_matrix_\w+<(?<type>[^>]+)>/g)].map((found) => found[1]!);

describe('a plan', () => {
  test('takes the largest reported matrices of its types that divide the tile', () => {
    expect(typesIn(planOf())).toEqual(['f16, 16, 16', 'f16, 16, 16', 'f32, 16, 16']);
    expect(typesIn(planOf({ problem: { accumulator: 'f16' } }))).toContain('f16, 16, 16');
    const eights = { subgroupMatrices: [matrix('f16', 'f32', 8), matrix('f16', 'f32', 64)] };
    expect(typesIn(planOf({ caps: eights }))).toEqual(['f16, 8, 8', 'f16, 8, 8', 'f32, 8, 8']);
  });

  test('takes f32 matrices where no halves are summed in f32', () => {
    const caps = { subgroupMatrices: [matrix('f16', 'f16', 8), matrix('f32', 'f32', 8)] };
    const plan = planOf({ caps });
    expect(typesIn(plan)).toEqual(['f32, 8, 8', 'f32, 8, 8', 'f32, 8, 8']);
    expect(plan.numerics).toMatchObject({ halfTerms: 0, halfRoundings: 0 });
    expect(plan.passes[0]!.shader.code).not.toContain('enable f16');
  });

  test('counts a rounding to f16 for each operand, and f16 sums of one step', () => {
    expect(planOf().numerics).toMatchObject({ terms: 4096, halfTerms: 0, halfRoundings: 2 });
    expect(planOf({ problem: { activation: 'f16' } }).numerics).toMatchObject({ halfRoundings: 1 });
    expect(planOf({ problem: { accumulator: 'f16' } }).numerics).toMatchObject({
      halfTerms: 32,
      halfRoundings: 3,
      halfScaled: true,
    });
  });

  test('counts invocations, workgroup memory and multiply-accumulates of a tile', () => {
    const plan = planOf({ tile: { BM: 64, BN: 64, BK: 32, SM: 32, SN: 32 } });
    // Four subgroups; rows of 32 + 8 halves of 64 rows and 64 columns, and a matrix of f32 a subgroup.
    expect(plan.passes[0]!.workgroupSize).toBe(128);
    expect(plan.workgroupBytes).toBe(2 * 40 * 128 + 4 * 16 * 16 * 4);
    expect(plan.macsPerIteration).toBe((64 * 64 * 32) / 128);
    const half = planOf({ tile: { BM: 64, BN: 64, SM: 32, SN: 32 }, problem: { accumulator: 'f16' } });
    expect(half.workgroupBytes).toBe(2 * 40 * 128 + 2 * 64 * 64);
  });

  test('makes a workgroup of a multiple of the largest subgroup', () => {
    const caps = { subgroupMinSize: 32, subgroupMaxSize: 64 };
    const tile = { BM: 32, BN: 32, SM: 32, SN: 32 };
    expect(planOf({ caps, tile }).passes[0]!.workgroupSize).toBe(64);
    expect(planOf({ caps, tile: { ...tile, BM: 64 } }).passes[0]!.workgroupSize).toBe(64);
  });
});

describe('a rejection names the constraint and the values:', () => {
  test.each<[string, Choice, RegExp]>([
    [
      'no feature',
      { caps: { subgroupMatrices: [] } },
      /needs the feature chromium-experimental-subgroup-matrix, which this adapter lacks; take tiled/,
    ],
    [
      'no subgroups',
      { caps: { subgroupMaxSize: 0 } },
      /needs the feature subgroups and a known subgroup size/,
    ],
    [
      'no matrices of the type',
      { problem: { accumulator: 'f16' }, caps: { subgroupMatrices: [matrix('i8', 'i32', 16)] } },
      /have f16 components and f16 sums; it reports i8 → i32 16×16×16$/,
    ],
    [
      'no f16',
      { caps: { shaderF16: false } },
      /have f16 components \(or f32 ones\) and f32 sums, without the feature shader-f16; it reports/,
    ],
    [
      'a subtile that no matrix divides',
      { tile: { SM: 4 } },
      /divide a subtile of 4 × 32 and 32 along K; it has f16 → f32 16/,
    ],
    ['a subtile larger than the tile', { tile: { SM: 128 } }, /SM at most BM/],
    ['a depth that is none', { tile: { BK: 24 } }, /BK 16 or 32; they are 64, 128, 32, 32 and 24/],
    [
      'too many subgroups',
      { tile: { SM: 16, SN: 16 } },
      /BM \/ SM · BN \/ SN subgroups have 1024 invocations, more than this adapter's 256 a workgroup/,
    ],
    [
      'too much memory',
      { caps: { maxComputeWorkgroupStorageSize: 16384 } },
      /take 23552 bytes of workgroup memory, more than maxComputeWorkgroupStorageSize \(16384\)/,
    ],
    [
      'subtiles that are smaller than their subgroups',
      { tile: { BM: 32, BN: 32, SM: 16, SN: 16 }, caps: { subgroupMinSize: 128, subgroupMaxSize: 128 } },
      /4 subtiles of 16 × 16 are too small for 512 invocations/,
    ],
    ['int8 activations', { problem: { activation: 'i8' } }, /subgroup-matrix multiplies floats/],
  ])('%s', (_, choice, sentence) => {
    expect(refusal(choice)).toMatch(sentence);
  });
});
