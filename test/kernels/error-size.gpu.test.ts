import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyQuickly } from '../../bench/engines/verify-quickly.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { quantize } from '../../src/formats/quantize.ts';
import { randomWeights } from '../../src/formats/random-weights.ts';
import { drawActivations } from '../../src/io/activations.ts';
import { FAULTS, type PlantedFault, plantFault, wrap } from '../faults/faults.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { PRECISION_FAULTS } from '../faults/precision-faults.ts';
import type { GemmProblem } from '../../src/kernels/problem.ts';
import { type VariantId, VARIANTS } from '../../src/kernels/registry.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import type { Verdict } from '../../src/reference/verdict.ts';
import { LocalPool } from '../../src/workers/local-pool.ts';
import { openDawn } from '../support/dawn.ts';
import { RAGGED } from '../support/ragged-problem.ts';
import { runProduct } from '../support/run-product.ts';
import { asTaken, QUICK_TILES } from '../support/variant-problem.ts';
import { accepted } from './expect-right.ts';

verifyQuickly();

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

const pool = new LocalPool();
const sampling = new LocalPool(0);
const never = new AbortController().signal;

/** A kernel on real data at a depth that models have. */
function planOf(
  id: VariantId,
  problem: Partial<GemmProblem>,
  tile: Tile = QUICK_TILES[id] ?? {},
): KernelPlan {
  const deep = { ...asTaken(id, RAGGED), M: 4, N: 128, K: 4096, ...problem };
  return accepted(VARIANTS[id].plan(deep, tile, gpu.caps));
}

async function judged(plan: KernelPlan, checker = pool): Promise<Verdict> {
  const { M, N, K, format, activation } = plan.problem;
  const inputs = {
    M,
    activations: drawActivations(5, M, K, activation, false),
    weights: quantize(randomWeights(3, N, K), N, K, format),
  };
  const { output, inputs: multiplied } = await runProduct(gpu, plan, inputs);
  return checker.check(
    { inputs: multiplied, rounding: plan.numerics, judge: 'bound', seed: 1 },
    output,
    never,
  );
}

const faultOf = (id: string): PlantedFault =>
  [...PRECISION_FAULTS, ...FAULTS, ...OWN].find((fault) => fault.id === id)!;

/** Statements that round the f32 accumulators of `tiled` to bf16. */
const OWN: readonly PlantedFault[] = [
  {
    id: 'activations rounded to f16',
    inapplicable: () => undefined,
    plant: (wgsl) =>
      wrap(
        wgsl,
        'activation4',
        `fn activation4(m : u32, k4 : u32) -> vec4<f32> {
  let a = right_activation4(m, k4);
  return vec4<f32>(unpack2x16float(pack2x16float(a.xy)), unpack2x16float(pack2x16float(a.zw)));
}`,
      ),
  },
  {
    id: 'sums of tiled rounded to bf16 every 32 k',
    inapplicable: () => undefined,
    plant: (wgsl) =>
      wgsl.replace(
        'multiply_step(&acc, buffer, tx, ty, inputs);',
        `multiply_step(&acc, buffer, tx, ty, inputs);
    if (step * BK % 32u == 0u) {
      for (var i = 0u; i < TM * TN / 4u; i++) {
        acc[i] = bitcast<vec4<f32>>((bitcast<vec4<u32>>(acc[i]) + vec4<u32>(0x8000u)) & vec4<u32>(0xffff0000u));
      }
    }`,
      ),
  },
];

test.each(['tiled', 'gemv', 'skinny', 'dequant-dense', 'dp4a', 'gemv-dp4a'] as const)(
  '%s is as precise as it declares, at K = 4096',
  async (id) => {
    const verdict = await judged(planOf(id, {}));
    expect(verdict).toMatchObject({ passed: true, precise: true });
    expect(verdict.nmse).toBeLessThan(verdict.nmseExpected / 8);
  },
);

/** What no other check of the real data refuses: a bound over 4096 terms has room for it. */
const REFUSED: readonly (readonly [id: VariantId, faults: readonly string[]])[] = [
  [
    'tiled',
    [
      'activations rounded to bf16',
      'activations rounded to tf32',
      'activations rounded to f16',
      'scales rounded to 3 bits',
      'scales rounded to 5 bits',
      'scales rounded to bf16',
      'activations below 0.05 taken as 0',
      'f16 accumulation',
      'sums of tiled rounded to bf16 every 32 k',
    ],
  ],
  [
    'gemv',
    [
      'scales rounded to 3 bits',
      'scales cut to a power of two',
      'activations rounded to 3 bits unless they are integers',
      'activations rounded to bf16',
    ],
  ],
  ['gemv-dp4a', ['scales rounded to 5 bits', 'scales rounded to bf16']],
];

describe.each(REFUSED)('%s computes in less precision than it declares', (id, faults) => {
  test.each(faults)('%s', async (fault) => {
    const verdict = await judged(plantFault(planOf(id, {}), faultOf(fault)));
    expect(verdict).toMatchObject({ passed: false, precise: false });
    expect(verdict.nmse).toBeGreaterThan(4 * verdict.nmseExpected);
  });
});

test('a check that samples refuses less precision as well, and passes what is right', async () => {
  const plan = planOf('tiled', { M: 80, N: 64 });
  expect(await judged(plan, sampling)).toMatchObject({ mode: 'sampled', passed: true });
  const wrong = await judged(plantFault(plan, faultOf('activations rounded to tf32')), sampling);
  expect(wrong).toMatchObject({ mode: 'sampled', precise: false, firstWrong: undefined });
});

/** f16 sums are no more precise than bf16 activations: single terms must show those. */
test('what the declared roundings hide is not refused by its size', async () => {
  const halves = planOf('tiled', { accumulator: 'f16' });
  const hidden = await judged(plantFault(halves, faultOf('activations rounded to bf16')));
  expect(hidden).toMatchObject({ passed: true, precise: true });
  const shown = await judged(plantFault(halves, faultOf('scales rounded to 5 bits')));
  expect(shown).toMatchObject({ precise: false, firstWrong: undefined });
});
