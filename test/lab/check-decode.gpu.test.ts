import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gpu } from '../../src/device/gpu.ts';
import { assembleQuantized } from '../../src/formats/quantized.ts';
import { formatOf } from '../../src/io/spec.ts';
import { planDequantize } from '../../src/kernels/dequantize-plan.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { checkDecode } from '../../src/lab/dequantize.ts';
import { problemOf } from '../../src/lab/plan-spec.ts';
import { openDawn } from '../support/dawn.ts';
import { labOn } from './lab-on.ts';
import { spec } from './specs.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

const TINY = spec({ n: 2, k: 4, format: 'int4', group: 'K', scale: 'f16' });

/** Scales 1/2 and −2; the codes are in excess of 8. */
const WEIGHTS = assembleQuantized(formatOf(TINY), 2, 4, Uint8Array.of(8, 9, 10, 11, 0, 7, 8, 15), {
  scales: Uint32Array.of(0x3800, 0xc000),
});

function tinyPlan(): KernelPlan {
  const plan = planDequantize(problemOf(TINY), gpu.caps);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  return plan;
}

test('weights that the device decodes as the CPU does are counted, and none differs', async () => {
  expect(await checkDecode(gpu, tinyPlan(), WEIGHTS)).toEqual({ weights: 8, differing: 0 });
});

test('the first weight that differs is named with both values', async () => {
  const faulty: Pick<Gpu, 'load'> = {
    load: (plan) => {
      const { code } = plan.passes[0]!.shader;
      return gpu.load(plan, code.replace('select(weights[j], 0.0,', 'select(weights[j] + f32(n * k), 0.0,'));
    },
  };
  // Row 1 is −2 · (−8, −1, 0, 7), and n · k is added to what is not 0: 16, 2, 0, −14 become 16, 3, 0, −11.
  expect(await checkDecode(faulty, tinyPlan(), WEIGHTS)).toEqual({
    weights: 8,
    differing: 2,
    first: { n: 1, k: 1, gpu: 3, cpu: 2 },
  });
});

test('a lab quantizes the weights that a spec names, and checks those', async () => {
  const lab = labOn(openDawn);
  const { signal } = new AbortController();
  const check = await lab.checkDecode(spec({ format: 'q4_k', n: 3, k: 512 }), signal);
  expect(check).toEqual({ weights: 3 * 512, differing: 0 });
  expect(await lab.checkDecode(spec({ layout: 'interleaved:planes=2+4' }), signal)).toEqual({
    rejected: expect.stringContaining('splits codes of 6 bits') as string,
  });
});
