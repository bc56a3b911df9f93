import { decodeFloat16 } from '../base/float16.ts';
import { invariant } from '../base/invariant.ts';
import { type Nanoseconds, nanoseconds } from '../base/units.ts';
import type { BufferRole, KernelPlan } from '../kernels/plan.ts';
import type { DeviceLoss } from './device-loss.ts';
import { withErrorScopes } from './error-scopes.ts';
import { BUFFER_USAGE, MAP_READ } from './flags.ts';
import type { LoadedPlan } from './gpu.ts';
import type { Stopwatch } from './stopwatch.ts';
import { timeByWallClock } from './wall-clock.ts';
import { copyWeights, type ResourceOf, type WeightSets } from './weight-sets.ts';

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
  /** The passes bound to other buffers than the plan's own. */
  readonly bind: (resourceOf: ResourceOf) => readonly ReadyPass[];
  readonly passes: readonly ReadyPass[];
  /** Of a buffer [bytes]. */
  readonly bufferLimit: number;
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
  #firstRunNs: Nanoseconds | undefined;
  #sets: WeightSets | undefined;
  /** The passes of each set of weights, and whose turn it is. */
  #turns: readonly (readonly ReadyPass[])[];
  #turn = 0;

  constructor(parts: DevicePlanParts) {
    this.#parts = parts;
    this.plan = parts.plan;
    this.compileNs = parts.compileNs;
    this.#turns = [parts.passes];
  }

  get firstRunNs(): Nanoseconds | undefined {
    return this.#firstRunNs;
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
      this.#poison(poison);
      await device.queue.onSubmittedWorkDone();
      const start = performance.now();
      await withErrorScopes(device, 'dispatch', () => {
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        this.#record(pass, 1);
        pass.end();
        device.queue.submit([encoder.finish()]);
      });
      await device.queue.onSubmittedWorkDone();
      this.#firstRunNs ??= nanoseconds(Math.round((performance.now() - start) * 1e6));
    });
  }

  rotateWeights(bytes: number): Promise<number> {
    const { device, loss, bind, buffers, bufferLimit } = this.#parts;
    return loss.guard(async () => {
      const sets = await copyWeights(device, buffers, bytes, bufferLimit);
      this.#sets?.destroy();
      this.#sets = sets;
      this.#turns = await withErrorScopes(device, 'bindings', () => sets.resources.map(bind));
      return sets.bytes;
    });
  }

  async readOutput(): Promise<Float32Array<ArrayBuffer>> {
    const { M, N, output } = this.plan.problem;
    const copy = await this.read('output');
    if (output === 'f32') return new Float32Array(copy);
    return Float32Array.from(new Uint16Array(copy, 0, M * N), decodeFloat16);
  }

  read(role: BufferRole): Promise<ArrayBuffer> {
    const { device, loss } = this.#parts;
    const buffer = this.#buffer(role);
    return loss.guard(async () => {
      let copy: GPUBuffer | undefined;
      try {
        const readable = await withErrorScopes(device, 'readback', () => {
          copy = device.createBuffer({
            label: 'readback',
            size: buffer.size,
            usage: BUFFER_USAGE.mapRead | BUFFER_USAGE.copyDst,
          });
          const encoder = device.createCommandEncoder();
          encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
          device.queue.submit([encoder.finish()]);
          return copy;
        });
        await readable.mapAsync(MAP_READ);
        return readable.getMappedRange().slice(0);
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
    this.#sets?.destroy();
    this.#parts.stopwatch?.destroy();
  }

  /** All passes of the plan, `dispatches` times: WebGPU runs the dispatches of a compute pass one after the other. */
  #record(pass: GPUComputePassEncoder, dispatches: number): void {
    const { length } = this.#parts.passes;
    for (let i = 0; i < dispatches; i++) {
      const passes = this.#turns[this.#turn++ % this.#turns.length]!;
      for (const { pipeline, bindGroup, dispatch } of passes) {
        if (i === 0 || length > 1) pass.setPipeline(pipeline);
        if (i === 0 || length > 1 || this.#turns.length > 1) pass.setBindGroup(0, bindGroup);
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
