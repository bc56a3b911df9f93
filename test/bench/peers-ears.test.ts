import { beforeEach, describe, expect, it, vi } from 'vitest';
import { KernelNames } from '../../bench/peers/kernel-names.ts';
import { PassClock } from '../../bench/peers/pass-clock.ts';

/** Descriptors that passes were begun with. */
let begun: (GPUComputePassDescriptor | undefined)[];
/** What the clock reads. */
let readings: bigint[];

class Encoder {
  beginComputePass(descriptor?: GPUComputePassDescriptor): void {
    begun.push(descriptor);
  }
  resolveQuerySet(): void {
    return;
  }
  copyBufferToBuffer(): void {
    return;
  }
  finish(): object {
    return {};
  }
}

class Device {
  queue = { submit: () => undefined, onSubmittedWorkDone: () => Promise.resolve() };
  createQuerySet = (): object => ({ destroy: () => undefined });
  createBuffer = (): object => ({
    mapAsync: () => Promise.resolve(),
    getMappedRange: (_: number, size: number) => BigUint64Array.from(readings.slice(0, size / 8)).buffer,
    unmap: () => undefined,
    destroy: () => undefined,
  });
  createCommandEncoder = (): Encoder => new Encoder();
  createShaderModule(): object {
    return {};
  }
  createComputePipeline(): object {
    return {};
  }
  createComputePipelineAsync(): Promise<object> {
    return Promise.resolve({});
  }
}

class Pass {
  setPipeline(): void {
    return;
  }
}

beforeEach(() => {
  begun = [];
  readings = [];
  vi.stubGlobal('GPUCommandEncoder', Encoder);
  vi.stubGlobal('GPUDevice', Device);
  vi.stubGlobal('GPUComputePassEncoder', Pass);
});

const begin = (descriptor?: object): Promise<void> => {
  new Encoder().beginComputePass(descriptor);
  return Promise.resolve();
};

describe('the clock of passes', () => {
  const open = (): PassClock => new PassClock(new Device() as unknown as GPUDevice);

  it('adds up the times of all passes of all runs', async () => {
    readings = [10n, 25n, 100n, 130n];
    const clock = open();
    expect(await clock.time(begin, 2)).toBe(45);
    expect(begun.map((descriptor) => descriptor?.timestampWrites?.beginningOfPassWriteIndex)).toEqual([0, 2]);
    clock.destroy();
  });

  it('leaves passes alone that have timestamps of their own, or begin when it does not listen', async () => {
    readings = [1n, 2n];
    const clock = open();
    const own = { timestampWrites: {} };
    await clock.time(async () => {
      await begin(own);
      await begin();
    }, 1);
    await begin();
    expect(begun[0]).toBe(own);
    expect(begun[2]).toBeUndefined();
    clock.destroy();
  });

  it('counts a pass that ends before it begins as nothing', async () => {
    readings = [50n, 20n, 100n, 130n];
    const clock = open();
    expect(await clock.time(begin, 2)).toBe(30);
    clock.destroy();
  });

  it('refuses a run that begins no pass', async () => {
    const clock = open();
    await expect(clock.time(() => Promise.resolve(), 1)).rejects.toThrow('no compute pass');
    clock.destroy();
  });

  it('leaves encoders as they were', () => {
    const before = Reflect.get(Encoder.prototype, 'beginComputePass') as unknown;
    const clock = open();
    expect(Reflect.get(Encoder.prototype, 'beginComputePass')).not.toBe(before);
    clock.destroy();
    expect(Reflect.get(Encoder.prototype, 'beginComputePass')).toBe(before);
  });
});

describe('the names of kernels', () => {
  const device = new Device() as unknown as GPUDevice;
  const pipelineOf = (module: GPUShaderModuleDescriptor): GPUComputePipeline =>
    device.createComputePipeline({ layout: 'auto', compute: { module: device.createShaderModule(module) } });
  const set =
    (...pipelines: GPUComputePipeline[]) =>
    (): Promise<void> => {
      for (const pipeline of pipelines)
        (new Pass() as unknown as GPUComputePassEncoder).setPipeline(pipeline);
      return Promise.resolve();
    };

  it('are the labels of the modules of the pipelines that are set, each once', async () => {
    const names = new KernelNames();
    const quantize = pipelineOf({ label: 'Quantize', code: '' });
    const multiply = pipelineOf({ label: 'Multiply', code: '' });
    pipelineOf({ label: 'Unused', code: '' });
    expect(await names.during(set(quantize, multiply, quantize))).toEqual(['Quantize', 'Multiply']);
    names.restore();
  });

  it('stand in for a missing label with the size of the text', async () => {
    const names = new KernelNames();
    const pipeline = pipelineOf({ code: '@compute @workgroup_size(8, 8)\nfn main() {}' });
    expect(await names.during(set(pipeline))).toEqual(['unnamed WGSL of 2 lines, workgroup 8,8']);
    names.restore();
  });
});
