import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytes } from '../../src/base/units.ts';
import type { Gpu, LoadedPlan } from '../../src/device/gpu.ts';
import { openGpu } from '../../src/device/open-gpu.ts';
import { compose } from '../../src/kernels/compose.ts';
import { nullDawn, openDawn } from '../support/dawn.ts';
import { tamperedDawn } from '../support/tampered-dawn.ts';
import { handMade } from './plans.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openDawn();
});
afterAll(() => {
  gpu.destroy();
});

/** Outputs [0]: what was read, as decimal digits; [1]: what the output held before; [2] and [3]: the same of the partials. */
const READ = `@group(0) @binding(0) var<storage, read> activations : array<f32>;
@group(0) @binding(1) var<storage, read> weights : array<f32>;
@group(0) @binding(2) var<storage, read> scales : array<f32>;
@group(0) @binding(3) var<storage, read_write> partials : array<f32>;
@group(0) @binding(4) var<storage, read_write> output : array<f32>;
@compute @workgroup_size(1) fn main() {
  output[1] = output[0];
  output[2] = partials[0];
  output[3] = partials[arrayLength(&partials) - 1u];
  output[0] = activations[0] + 10.0 * weights[0] + 100.0 * scales[0];
  partials[0] = output[0];
  partials[arrayLength(&partials) - 1u] = output[0];
}
`;

/** More than two chunks of a poison pattern, and no whole number of them. */
const PARTIALS = 2 ** 21 + 40;

/** The first set reads as 111, a second one as below. */
async function load(on = gpu): Promise<LoadedPlan> {
  const bindings = (['activations', 'weights', 'scales', 'partials', 'output'] as const).map(
    (role, binding) =>
      ({ binding, role, access: role === 'partials' || role === 'output' ? 'read_write' : 'read' }) as const,
  );
  const shader = compose([{ name: 'read.wgsl', wgsl: READ }]);
  const plan = handMade([{ shader, entryPoint: 'main', workgroupSize: 1, dispatch: [1, 1, 1], bindings }], {
    buffers: {
      activations: bytes(8),
      weights: bytes(40),
      scales: bytes(8),
      partials: bytes(PARTIALS),
      output: bytes(40),
    },
  });
  const loaded = await on.load(plan);
  for (const role of ['activations', 'weights', 'scales'] as const)
    loaded.upload(role, Float32Array.of(1, 0));
  return loaded;
}

const SECOND = new Map([
  ['activations', Float32Array.of(2, 0)],
  ['scales', Float32Array.of(3, 0)],
] as const);
/** Its codes are the first set's. */
const AS_SECOND = 312;

const POISON = 0xfbadfbad;
const POISONED = new Float32Array(Uint32Array.of(POISON).buffer)[0]!;

/** A device that has no memory left once a second set is asked for. */
const withoutMemory = (): GPU =>
  tamperedDawn((device) => {
    const create = device.createBuffer.bind(device);
    const pop = device.popErrorScope.bind(device);
    let pops = Infinity;
    device.createBuffer = (descriptor) => {
      if (descriptor.label?.startsWith('second')) pops = 0;
      return create(descriptor);
    };
    // The scope of validation is the inner one.
    device.popErrorScope = async () => {
      const mine = pops++ === 1;
      const error = await pop();
      return mine ? { message: 'no room' } : error;
    };
  });

/** What was read, and what output and partials held before. */
const outputOf = async (loaded: LoadedPlan): Promise<number[]> =>
  [...(await loaded.readOutput())].slice(0, 4);

describe('two sets of operands', () => {
  test('are read in turn, across samples, each over the results of the other', async () => {
    const loaded = await load();
    await loaded.alternate(SECOND, POISON);
    await loaded.sample(3);
    expect(loaded.lastSet).toBe(0);
    expect(await outputOf(loaded)).toEqual([111, AS_SECOND, AS_SECOND, AS_SECOND]);
    await loaded.sample(3);
    expect(loaded.lastSet).toBe(1);
    expect(await outputOf(loaded)).toEqual([AS_SECOND, 111, 111, 111]);
    loaded.destroy();
  });

  test('begin each sample over poison in all that is written, to its end', async () => {
    const loaded = await load();
    await loaded.alternate(SECOND, POISON);
    for (const expected of [111, AS_SECOND, 111]) {
      await loaded.sample(1);
      expect(await outputOf(loaded)).toEqual([expected, POISONED, POISONED, POISONED]);
    }
    loaded.destroy();
  });

  test('leave what was written where it is kept', async () => {
    const loaded = await load();
    await loaded.alternate(SECOND, POISON);
    await loaded.sample(1);
    await loaded.sample(1, { kept: true });
    expect(await outputOf(loaded)).toEqual([AS_SECOND, 111, 111, 111]);
    loaded.destroy();
  });

  test('give way to the first where inputs repeat, and then go on', async () => {
    const loaded = await load();
    await loaded.alternate(SECOND, POISON);
    await loaded.sample(1);
    await loaded.sample(2, { repeating: true });
    expect(await outputOf(loaded)).toEqual([111, 111, 111, 111]);
    await loaded.sample(1, { repeating: true, kept: true });
    expect(loaded.lastSet).toBe(0);
    await loaded.sample(1);
    expect(loaded.lastSet).toBe(1);
    expect((await outputOf(loaded))[0]).toBe(AS_SECOND);
    loaded.destroy();
  });

  test('do not show in a run, which reads the first', async () => {
    const loaded = await load();
    await loaded.alternate(SECOND, POISON);
    await loaded.sample(1);
    await loaded.run(0);
    expect((await outputOf(loaded))[0]).toBe(111);
    loaded.destroy();
  });

  test('stay in turn in a cold cache: the copies are of both, an even number with the original', async () => {
    const loaded = await load();
    await loaded.alternate(SECOND, POISON);
    // 48 bytes a set: four of them for 150 to 192, one more for an odd number.
    expect(await loaded.rotateWeights(150)).toBe(4 * 48);
    expect(await loaded.rotateWeights(200)).toBe(6 * 48);
    expect(await loaded.rotateWeights(1)).toBe(2 * 48);
    expect(await loaded.rotateWeights(2 ** 28)).toBe(4096 * 48);
    await loaded.rotateWeights(200);
    // What is uploaded now is in the original alone, which the first, seventh, … turn reads.
    loaded.upload('weights', Float32Array.of(7));
    loaded.upload('scales', Float32Array.of(7));
    for (const expected of [771, AS_SECOND, 111, AS_SECOND, 111, AS_SECOND, 771, AS_SECOND]) {
      await loaded.sample(1);
      expect((await outputOf(loaded))[0]).toBe(expected);
      expect(loaded.lastSet).toBe(expected === AS_SECOND ? 1 : 0);
    }
    await loaded.sample(2, { repeating: true });
    expect(await outputOf(loaded)).toEqual([111, 111, 111, 111]);
    loaded.destroy();
  });

  test('for which there is no memory are refused, and the plan still runs', async () => {
    const poor = await openGpu(withoutMemory(), 'auto');
    const loaded = await load(poor);
    await expect(loaded.alternate(SECOND, POISON)).rejects.toMatchObject({
      name: 'PlanError',
      code: 'out-of-memory',
      message: expect.stringContaining('second set of operands') as string,
    });
    await loaded.sample(1);
    expect((await outputOf(loaded))[0]).toBe(111);
    poor.destroy();
  });

  test('are timed by the wall clock where timestamps stand still', async () => {
    const idle = await openGpu(nullDawn(), 'auto');
    const loaded = await load(idle);
    await loaded.alternate(SECOND, POISON);
    const took = await loaded.sample(4);
    expect(took === undefined || took > 0).toBe(true);
    expect(loaded.lastSet).toBe(1);
    idle.destroy();
  });
});

test('without a second set nothing is poisoned', async () => {
  const loaded = await load();
  await loaded.sample(1);
  await loaded.sample(1);
  expect(await outputOf(loaded)).toEqual([111, 111, 111, 111]);
  expect(loaded.lastSet).toBe(0);
  loaded.destroy();
});
