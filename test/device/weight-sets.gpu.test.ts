import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytes } from '../../src/base/units.ts';
import type { Gpu, LoadedPlan } from '../../src/device/gpu.ts';
import { compose } from '../../src/kernels/compose.ts';
import { openDawn } from '../support/dawn.ts';
import { handMade } from './plans.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

/** Adds the weight and the scale to the output, and counts its runs in the one after. */
const ADD = `@group(0) @binding(0) var<storage, read> weights : array<f32>;
@group(0) @binding(1) var<storage, read> scales : array<f32>;
@group(0) @binding(2) var<storage, read_write> output : array<f32>;
@compute @workgroup_size(1) fn main() {
  output[0] += weights[0] + 100.0 * scales[0];
  output[1] += f32(arrayLength(&weights));
}
`;

async function load(): Promise<LoadedPlan> {
  const plan = handMade(
    [
      {
        shader: compose([{ name: 'add.wgsl', wgsl: ADD }]),
        entryPoint: 'main',
        workgroupSize: 1,
        dispatch: [1, 1, 1],
        bindings: [
          { binding: 0, role: 'weights', access: 'read' },
          { binding: 1, role: 'scales', access: 'read' },
          { binding: 2, role: 'output', access: 'read_write' },
        ],
      },
    ],
    { buffers: { weights: bytes(40), scales: bytes(8), output: bytes(40) } },
  );
  const loaded = await gpu.load(plan);
  loaded.upload('weights', new Float32Array([3]));
  loaded.upload('scales', new Float32Array([5]));
  return loaded;
}

const outputOf = async (loaded: LoadedPlan): Promise<number[]> =>
  [...(await loaded.readOutput())].slice(0, 2);

describe('rotated weights', () => {
  test('are read in turn, each dispatch from another copy, at the size of the original', async () => {
    const loaded = await load();
    // 48 bytes a set.
    expect(await loaded.rotateWeights(150)).toBe(4 * 48);
    // What is uploaded now is in the original alone, which is first, fifth, …
    loaded.upload('weights', new Float32Array([1000]));
    loaded.upload('output', new Float32Array(2));
    await loaded.sample(3);
    expect(await outputOf(loaded)).toEqual([1000 + 500 + 2 * 503, 30]);
    // The next sample goes on where this one ended: the fourth set, then the original.
    loaded.upload('output', new Float32Array(2));
    await loaded.sample(2);
    expect(await outputOf(loaded)).toEqual([503 + 1500, 20]);
    loaded.destroy();
  });

  test('without rotation every dispatch reads the original', async () => {
    const loaded = await load();
    loaded.upload('weights', new Float32Array([1000]));
    loaded.upload('output', new Float32Array(2));
    await loaded.sample(3);
    expect(await outputOf(loaded)).toEqual([3 * 1500, 30]);
    loaded.destroy();
  });

  test('have at least one copy, and no more than 4096', async () => {
    const loaded = await load();
    expect(await loaded.rotateWeights(1)).toBe(2 * 48);
    expect(await loaded.rotateWeights(2 ** 28)).toBe(4097 * 48);
    loaded.destroy();
  });
});

test('the first run is told apart from those after it', async () => {
  const loaded = await load();
  expect(loaded.firstRunNs).toBeUndefined();
  await loaded.run(0);
  const first = loaded.firstRunNs;
  expect(first).toBeGreaterThan(0);
  await loaded.run(0);
  expect(loaded.firstRunNs).toBe(first);
  loaded.destroy();
});
