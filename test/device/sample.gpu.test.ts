import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gpu, LoadedPlan } from '../../src/device/gpu.ts';
import { openGpu } from '../../src/device/open-gpu.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import { openDawn, quantisedDawn } from '../support/dawn.ts';
import { handMade, NOTHING, pass } from './plans.ts';

let gpu: Gpu;

beforeAll(async () => {
  gpu = await openDawn();
});

afterAll(() => {
  gpu.destroy();
});

/** A plan that has run once. */
async function ready(plan: KernelPlan): Promise<LoadedPlan> {
  const loaded = await gpu.load(plan);
  loaded.upload('uniforms', new Uint32Array([2, 0, 0, 0]));
  await loaded.run(POISON_BITS);
  return loaded;
}

describe('time', () => {
  /** The shortest of some samples: what else the machine does meanwhile only adds to them. */
  const least = async (loaded: LoadedPlan, dispatches: number): Promise<number> => {
    const samples: number[] = [];
    for (let i = 0; i < 25; i++) samples.push((await loaded.sample(dispatches))!);
    return Math.min(...samples);
  };

  test('is positive, and grows with the work', async () => {
    const busy = `@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  var sum = 0.0;
  for (var i = 0u; i < 20000u; i++) { sum = fma(sum, 0.5, f32(i + problem.M)); }
  output[id.x % 10u] = sum;
}
`;
    const loaded = await ready(handMade([pass(busy, [64, 1, 1])]));
    const one = await least(loaded, 1);
    const twenty = await least(loaded, 20);
    expect(one).toBeGreaterThan(0);
    expect(twenty).toBeGreaterThan(5 * one);
    loaded.destroy();
  });

  test('of a kernel that does nothing is next to nothing a dispatch', async () => {
    const loaded = await ready(handMade([pass(NOTHING, [1, 1, 1])]));
    expect((await least(loaded, 200)) / 200).toBeLessThan(50_000);
    loaded.destroy();
  });

  test('comes from timestamps here, in steps far below the quantum of browsers', () => {
    expect(gpu.description.timer.source).toBe('timestamp-query');
    expect(gpu.description.timer.stepNs).toBeLessThan(1000);
  });

  test('steps by 65,536 ns where timestamps are quantised', async () => {
    const coarse = await openGpu(quantisedDawn(), 'auto');
    expect(coarse.description.timer).toEqual({ source: 'timestamp-query', stepNs: 65536 });
    coarse.destroy();
  });
});
