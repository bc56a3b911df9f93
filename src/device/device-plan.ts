import { invariant } from '../base/invariant.ts';
import { type Nanoseconds, nanoseconds } from '../base/units.ts';
import type { BufferRole, KernelPlan } from '../kernels/plan.ts';
import type { DeviceLoss } from './device-loss.ts';
import { withErrorScopes } from './error-scopes.ts';
import { BUFFER_USAGE, MAP_READ } from './flags.ts';
import type { LoadedPlan } from './gpu.ts';
import type { Stopwatch } from './stopwatch.ts';
import { timeByWallClock } from './wall-clock.ts';

/** Bytes that one write of the poison pattern fills. */
const POISON_CHUNK = 1 << 20;

/** One pass ready to be recorded. */
export interface ReadyPass {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly dispatch: readonly [x: number, y: number, z: number];
}

/** What a loaded plan is made of. */
export interface DevicePlanParts {
  readonly device: GPUDevice;
  readonly loss: DeviceLoss;
  readonly plan: KernelPlan;
  readonly compileNs: Nanoseconds;
  readonly passes: readonly ReadyPass[];
  /** Owned from here on. */
  readonly buffers: ReadonlyMap<BufferRole, GPUBuffer>;
  /** Owned from here on; absent where timestamps are of no use. */
  readonly stopwatch: Stopwatch | undefined;
}

/** A plan on a device. */
export class DevicePlan implements LoadedPlan {
  readonly plan: KernelPlan;
  readonly compileNs: Nanoseconds;
  readonly #parts: DevicePlanParts;

  constructor(parts: DevicePlanParts) {
    this.#parts = parts;
    this.plan = parts.plan;
    this.compileNs = parts.compileNs;
  }

  upload(role: BufferRole, data: ArrayBufferView<ArrayBuffer>): void {
    const buffer = this.#buffer(role);
    invariant(data.byteLength % 4 === 0, `uploads are whole words, and ${role} has ${data.byteLength} bytes`);
    if (data.byteLength > buffer.size) {
      throw new RangeError(`${data.byteLength} bytes of ${role} do not fit the buffer of ${buffer.size}`);
    }
    // The view itself is not passed on: Dawn under Node crashes on some kinds.
    this.#parts.device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength);
  }

  run(poison: number): Promise<void> {
    const { device, loss } = this.#parts;
    return loss.guard(async () => {
      await withErrorScopes(device, 'dispatch', () => {
        this.#poison(poison);
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        this.#record(pass, 1);
        pass.end();
        device.queue.submit([encoder.finish()]);
      });
      await device.queue.onSubmittedWorkDone();
    });
  }

  readOutput(): Promise<Float32Array<ArrayBuffer>> {
    const { device, loss } = this.#parts;
    const output = this.#buffer('output');
    return loss.guard(async () => {
      let copy: GPUBuffer | undefined;
      try {
        const readable = await withErrorScopes(device, 'readback', () => {
          copy = device.createBuffer({
            label: 'readback',
            size: output.size,
            usage: BUFFER_USAGE.mapRead | BUFFER_USAGE.copyDst,
          });
          const encoder = device.createCommandEncoder();
          encoder.copyBufferToBuffer(output, 0, copy, 0, output.size);
          device.queue.submit([encoder.finish()]);
          return copy;
        });
        await readable.mapAsync(MAP_READ);
        return new Float32Array(readable.getMappedRange().slice(0));
      } finally {
        copy?.destroy();
      }
    });
  }

  sample(dispatches: number): Promise<Nanoseconds | undefined> {
    const { device, loss, stopwatch } = this.#parts;
    const record = (pass: GPUComputePassEncoder): void => {
      this.#record(pass, dispatches);
    };
    return loss.guard(async () => {
      if (!stopwatch) return positive(await timeByWallClock(device, record));
      const [begin, end] = await stopwatch.time(record);
      return positive(Number(end - begin));
    });
  }

  destroy(): void {
    for (const buffer of this.#parts.buffers.values()) buffer.destroy();
    this.#parts.stopwatch?.destroy();
  }

  /** All passes of the plan, `dispatches` times: WebGPU runs the dispatches of a compute pass one after the other. */
  #record(pass: GPUComputePassEncoder, dispatches: number): void {
    const { passes } = this.#parts;
    for (let i = 0; i < dispatches; i++) {
      for (const { pipeline, bindGroup, dispatch } of passes) {
        if (i === 0 || passes.length > 1) {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, bindGroup);
        }
        pass.dispatchWorkgroups(...dispatch);
      }
    }
  }

  #poison(word: number): void {
    const output = this.#buffer('output');
    const pattern = new Uint32Array(Math.min(output.size, POISON_CHUNK) / 4).fill(word);
    for (let offset = 0; offset < output.size; offset += pattern.byteLength) {
      const size = Math.min(pattern.byteLength, output.size - offset);
      this.#parts.device.queue.writeBuffer(output, offset, pattern.buffer, 0, size);
    }
  }

  #buffer(role: BufferRole): GPUBuffer {
    const buffer = this.#parts.buffers.get(role);
    invariant(buffer !== undefined, `the plan has no ${role} buffer`);
    return buffer;
  }
}

const positive = (ns: number): Nanoseconds | undefined => (ns > 0 ? nanoseconds(ns) : undefined);
