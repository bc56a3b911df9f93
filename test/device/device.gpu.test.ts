import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytes } from '../../src/base/units.ts';
import type { Gpu, LoadedPlan } from '../../src/device/gpu.ts';
import { withErrorScopes } from '../../src/device/error-scopes.ts';
import { openGpu } from '../../src/device/open-gpu.ts';
import { OpenGpuError } from '../../src/device/open-gpu-error.ts';
import { PlanError } from '../../src/device/plan-error.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import { dawn, nullDawn, openDawn } from '../support/dawn.ts';
import { POISON } from '../support/poison.ts';
import { tamperedDawn } from '../support/tampered-dawn.ts';
import { handMade, NOTHING, pass, SUMS } from './plans.ts';

let gpu: Gpu;

beforeAll(async () => {
  gpu = await openDawn();
});

afterAll(() => {
  gpu.destroy();
});

const ACTIVATIONS = new Float32Array([1, 2, 3, 4, 5, 6]);

/** Row m is [1, 2, 3, 4] · (a·[1, 2, 3]), by hand 14 and 32; the last column is never written. */
const SUMS_OUTPUT = [14, 28, 42, 56, POISON, 32, 64, 96, 128, POISON];

async function load(plan: KernelPlan, wgsl?: string, on: Gpu = gpu): Promise<LoadedPlan> {
  const loaded = await on.load(plan, wgsl);
  loaded.upload('uniforms', new Uint32Array([2, 0, 0, 0]));
  loaded.upload('activations', ACTIVATIONS);
  return loaded;
}

async function refusal(plan: KernelPlan, wgsl?: string): Promise<PlanError> {
  const cause: unknown = await gpu.load(plan, wgsl).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(cause instanceof PlanError)) throw new Error(`expected a PlanError, got ${String(cause)}`);
  return cause;
}

describe('a plan that runs', () => {
  test('computes, and leaves the poison where nothing is written', async () => {
    const loaded = await load(handMade([pass(SUMS)]));
    await loaded.run(POISON_BITS);
    expect([...(await loaded.readOutput())]).toEqual(SUMS_OUTPUT);
    loaded.destroy();
  });

  test('poisons again before each run, so that an output of the run before does not pass for a new one', async () => {
    const first = { ...pass(SUMS) };
    const loaded = await load(handMade([first]));
    await loaded.run(POISON_BITS);
    loaded.upload('uniforms', new Uint32Array([1, 0, 0, 0]));
    await loaded.run(POISON_BITS);
    const output = await loaded.readOutput();
    expect([...output.subarray(0, 4)]).toEqual([14, 28, 42, 56]);
    expect([...output.subarray(5)]).toEqual(Array(5).fill(POISON));
    loaded.destroy();
  });

  test('runs its passes in order', async () => {
    const double = `@compute @workgroup_size(8)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  if (id.x < 4u) { output[id.y * 5u + id.x] *= 2.0; }
}
`;
    const loaded = await load(handMade([pass(SUMS), pass(double)]));
    await loaded.run(POISON_BITS);
    expect((await loaded.readOutput())[8]).toBe(2 * 128);
    loaded.destroy();
  });

  test("runs a user's text in place of its own", async () => {
    const plan = handMade([pass(SUMS)]);
    const loaded = await load(plan, plan.passes[0]!.shader.code.replace('f32(k + 1u)', 'f32(k + 2u)'));
    await loaded.run(POISON_BITS);
    // 1·2 + 2·3 + 3·4
    expect((await loaded.readOutput())[0]).toBe(20);
    loaded.destroy();
  });

  test('poisons outputs larger than one write', async () => {
    const size = 3 * 2 ** 20 + 40;
    const plan = handMade([pass(NOTHING)], {
      buffers: { uniforms: bytes(16), activations: bytes(24), output: bytes(size) },
    });
    const loaded = await load(plan);
    await loaded.run(POISON_BITS);
    const output = await loaded.readOutput();
    expect(output.length).toBe(size / 4);
    expect(output.every((value) => value === POISON)).toBe(true);
    loaded.destroy();
  });

  test('refuses data larger than its buffer', async () => {
    const loaded = await gpu.load(handMade([pass(SUMS)]));
    expect(() => {
      loaded.upload('activations', new Float32Array(7));
    }).toThrow(RangeError);
    loaded.destroy();
  });
});

describe('a plan that is refused', () => {
  test('for WGSL that does not compile, with each error at its file and line', async () => {
    const broken = SUMS.replace('var sum = 0.0;', 'var sum = vec3(0u);');
    const cause = await refusal(handMade([pass(broken)]));
    expect(cause.code).toBe('compile');
    expect(cause.messages[0]).toMatch(/^body\.wgsl:9:\d+: .+/);
  });

  test("for a user's WGSL that does not compile, at the user's own line", async () => {
    const cause = await refusal(handMade([pass(SUMS)]), 'const a = 1u;\nconst b : f32 = a;\n');
    expect(cause.code).toBe('compile');
    expect(cause.messages[0]).toMatch(/^custom\.wgsl:2:\d+: /);
  });

  test("for bindings that are not the plan's", async () => {
    const cause = await refusal(
      handMade([pass(SUMS)]),
      pass(SUMS).shader.code.replace('@binding(2)', '@binding(3)'),
    );
    expect(cause.code).toBe('validation');
  });

  test('for an entry point that is not there', async () => {
    expect((await refusal(handMade([pass(SUMS)]), 'fn other() {}')).code).toBe('validation');
  });

  test("for a buffer above a limit, with the limit's name and value", async () => {
    const { maxStorageBufferBindingSize } = gpu.caps;
    const plan = handMade([pass(SUMS)], {
      buffers: {
        uniforms: bytes(16),
        activations: bytes(24),
        output: bytes(maxStorageBufferBindingSize + 4),
      },
    });
    const cause = await refusal(plan);
    expect(cause.code).toBe('limit');
    expect(cause.message).toContain(`maxStorageBufferBindingSize = ${maxStorageBufferBindingSize}`);
  });

  test('and after it the device still works', async () => {
    const loaded = await load(handMade([pass(SUMS)]));
    await loaded.run(POISON_BITS);
    expect([...(await loaded.readOutput())]).toEqual(SUMS_OUTPUT);
    loaded.destroy();
  });
});

describe('a lost device', () => {
  test('says why, refuses further work, and a new one works', async () => {
    const doomed = await openDawn();
    const loaded = await load(handMade([pass(SUMS)]), undefined, doomed);
    const pending = loaded.sample(5000);
    doomed.destroy();
    await expect(pending).rejects.toMatchObject({ name: 'PlanError', code: 'lost' });
    expect(await doomed.lost).toMatch(/destroy/i);
    await expect(loaded.run(POISON_BITS)).rejects.toMatchObject({ code: 'lost' });
    await expect(loaded.readOutput()).rejects.toMatchObject({ code: 'lost' });
    await expect(doomed.load(handMade([pass(SUMS)]))).rejects.toMatchObject({ code: 'lost' });

    const fresh = await openDawn();
    const again = await load(handMade([pass(SUMS)]), undefined, fresh);
    await again.run(POISON_BITS);
    expect([...(await again.readOutput())]).toEqual(SUMS_OUTPUT);
    fresh.destroy();
  });
});

describe('what fails on the way', () => {
  test('gives the device back where its timer cannot be probed', async () => {
    let reason: string | undefined;
    const gone = openGpu(
      tamperedDawn((device) => {
        void device.lost.then((info) => (reason = info.reason));
        device.createComputePipelineAsync = () => Promise.reject(new Error('not today'));
      }),
      'auto',
    );
    await expect(gone).rejects.toMatchObject({
      code: 'no-device',
      message: expect.stringContaining('not today') as string,
    });
    await expect.poll(() => reason).toBe('destroyed');
  });

  test('destroys the copy of an output that cannot be read', async () => {
    const destroyed: string[] = [];
    const on = await openGpu(
      tamperedDawn((device) => {
        const create = device.createBuffer.bind(device);
        device.createBuffer = (descriptor) => {
          const buffer = create(descriptor);
          if (descriptor.label !== 'readback') return buffer;
          const destroy = buffer.destroy.bind(buffer);
          buffer.mapAsync = () => Promise.reject(new Error('no map'));
          buffer.destroy = () => {
            destroyed.push('readback');
            destroy();
          };
          return buffer;
        };
      }),
      'auto',
    );
    const loaded = await load(handMade([pass(SUMS)]), undefined, on);
    await expect(loaded.readOutput()).rejects.toThrow('no map');
    expect(destroyed).toEqual(['readback']);
    on.destroy();
  });

  test('leaves no error scope open where a call throws', async () => {
    const device = await (await dawn().requestAdapter())!.requestDevice();
    const failing = withErrorScopes(device, 'buffers', () => {
      throw new Error('mid-way');
    });
    await expect(failing).rejects.toThrow('mid-way');
    // With no scope open there is none to close.
    await expect(device.popErrorScope()).rejects.toThrow();
    device.destroy();
  });
});

describe('opening', () => {
  test('describes a software adapter as one, with raised limits and its features', () => {
    const { software, features, limits } = gpu.description;
    expect(software).toBe(true);
    expect(features).toEqual(expect.arrayContaining(['shader-f16', 'subgroups', 'timestamp-query']));
    expect(limits['maxComputeInvocationsPerWorkgroup']).toBe(1024);
    expect(gpu.caps).toMatchObject({
      shaderF16: true,
      subgroups: true,
      maxComputeInvocationsPerWorkgroup: 1024,
    });
  });

  test('takes software where software is asked for, and refuses it where hardware is', async () => {
    const software = await openGpu(dawn(), 'software');
    expect(software.description.software).toBe(true);
    software.destroy();
    await expect(openGpu(dawn(), 'hardware')).rejects.toMatchObject({
      name: 'OpenGpuError',
      code: 'no-adapter',
    });
  });

  test('says which step failed', async () => {
    await expect(openGpu(undefined, 'auto')).rejects.toMatchObject({ code: 'no-webgpu' });
    const adapterless = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
    await expect(openGpu(adapterless, 'auto')).rejects.toThrow(OpenGpuError);
    const old = {
      features: new Set(),
      limits: {},
      requestDevice: () => Promise.reject(new Error('unasked')),
    };
    const dated = { requestAdapter: () => Promise.resolve(old) } as unknown as GPU;
    for (const choice of ['auto', 'software'] as const) {
      await expect(openGpu(dated, choice)).rejects.toMatchObject({ code: 'no-webgpu', name: 'OpenGpuError' });
    }
    const spent = await dawn().requestAdapter();
    await spent!.requestDevice();
    const deviceless = { requestAdapter: () => Promise.resolve(spent) } as unknown as GPU;
    await expect(openGpu(deviceless, 'auto')).rejects.toMatchObject({ code: 'no-device' });
  });

  test('falls back to the wall clock where timestamps stand still', async () => {
    const idle = await openGpu(nullDawn(), 'auto');
    expect(idle.description.timer.source).toBe('wall-clock');
    const loaded = await load(handMade([pass(SUMS)]), undefined, idle);
    const sample = await loaded.sample(10);
    expect(sample === undefined || sample > 0).toBe(true);
    idle.destroy();
  });
});
