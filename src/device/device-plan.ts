import { decodeFloat16 } from '../base/float16.ts';
import { invariant } from '../base/invariant.ts';
import { type Nanoseconds, nanoseconds } from '../base/units.ts';
import type { BufferRole, KernelPlan } from '../kernels/plan.ts';
import type { DeviceLoss } from './device-loss.ts';
import { withErrorScopes } from './error-scopes.ts';
import { runFenced } from './fenced-run.ts';
import { fillBuffer } from './fill-buffer.ts';
import type { FencedRun, LoadedPlan, Operands, SampleTerms } from './gpu.ts';
import { Poison } from './poison.ts';
import { readBuffer } from './read-buffer.ts';
import { type ReadyPass, recordPasses } from './ready-pass.ts';
import type { Stopwatch } from './stopwatch.ts';
import { Turns } from './turns.ts';
import { timeByWallClock } from './wall-clock.ts';
import type { ResourceOf } from './weight-sets.ts';
import { writeBuffer } from './write-buffer.ts';

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
  /** Of what is bound as a storage buffer [bytes]. */
  readonly bindingLimit: number;
  readonly buffers: ReadonlyMap<BufferRole, GPUBuffer>;
  /** Those of them that are owned from here on. */
  readonly owned: readonly GPUBuffer[];
  /** Loads another plan over the buffers. */
  readonly beside: (plan: KernelPlan) => Promise<LoadedPlan>;
  /** Owned from here on; absent where timestamps are of no use. */
  readonly stopwatch: Stopwatch | undefined;
}

/** A plan on a device. */
export class DevicePlan implements LoadedPlan {
  readonly plan: KernelPlan;
  readonly compileNs: Nanoseconds;
  readonly #parts: DevicePlanParts;
  #firstRunNs: Nanoseconds | undefined;
  readonly #turns: Turns;
  #poison: Poison | undefined;

  constructor(parts: DevicePlanParts) {
    this.#parts = parts;
    this.plan = parts.plan;
    this.compileNs = parts.compileNs;
    this.#turns = new Turns(parts);
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
    writeBuffer(this.#parts.device, buffer, data);
  }

  run(poison: number): Promise<void> {
    const { device, loss } = this.#parts;
    return loss.guard(async () => {
      for (const role of poisonedIn(this.plan)) {
        const buffer = this.#buffer(role);
        fillBuffer(device, buffer, poison, 0, buffer.size);
      }
      if (this.#firstRunNs !== undefined) return this.#dispatch();
      await device.queue.onSubmittedWorkDone();
      const start = performance.now();
      await this.#dispatch();
      await device.queue.onSubmittedWorkDone();
      this.#firstRunNs = nanoseconds(Math.round((performance.now() - start) * 1e6));
    });
  }

  get lastSet(): 0 | 1 {
    return this.#turns.lastSet;
  }

  alternate(second: Operands, poison: number): Promise<void> {
    const { device, loss, plan } = this.#parts;
    return loss.guard(async () => {
      await this.#turns.alternate(second);
      this.#poison?.destroy();
      this.#poison = await withErrorScopes(
        device,
        'poison',
        () =>
          new Poison(
            device,
            poison,
            writtenBy(plan).map((role) => this.#buffer(role)),
          ),
      );
    });
  }

  rotateWeights(bytes: number): Promise<number> {
    return this.#parts.loss.guard(() => this.#turns.rotate(bytes));
  }

  async readOutput(): Promise<Float32Array<ArrayBuffer>> {
    return this.#outputsOf(await this.read('output'));
  }

  read(role: BufferRole): Promise<ArrayBuffer> {
    const { device, loss } = this.#parts;
    return loss.guard(() => readBuffer(device, this.#buffer(role)));
  }

  runFenced(poison: number, fence: number): Promise<FencedRun> {
    return this.#parts.loss.guard(async () => {
      const { output, overrun } = await runFenced(
        { ...this.#parts, written: writtenBy(this.plan) },
        poison,
        fence,
      );
      return { output: this.#outputsOf(output), overrun };
    });
  }

  sample(
    dispatches: number,
    { repeating = false, kept = false }: SampleTerms = {},
  ): Promise<Nanoseconds | undefined> {
    const { device, loss, stopwatch } = this.#parts;
    const next = (pass: GPUComputePassEncoder): void => {
      recordPasses(pass, this.#turns.take(dispatches, repeating));
    };
    const before = (): Promise<void> => this.#poisonWritten(kept);
    return loss.guard(async () => {
      if (!stopwatch) return positive(await timeByWallClock(device, next, before));
      const [begin, end] = await stopwatch.time(next, before);
      return positive(Number(end - begin));
    });
  }

  beside(plan: KernelPlan): Promise<LoadedPlan> {
    return this.#parts.beside(plan);
  }

  destroy(): void {
    for (const buffer of this.#parts.owned) buffer.destroy();
    this.#turns.destroy();
    this.#poison?.destroy();
    this.#parts.stopwatch?.destroy();
  }

  /** Submits the passes once. */
  #dispatch(): Promise<void> {
    const { device } = this.#parts;
    return withErrorScopes(device, 'dispatch', () => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      recordPasses(pass, this.#parts.passes);
      pass.end();
      device.queue.submit([encoder.finish()]);
    });
  }

  /** Done when it has been: no part of it falls into the time of what comes next. */
  async #poisonWritten(elsewhere: boolean): Promise<void> {
    if (!this.#poison) return;
    const { queue } = this.#parts.device;
    const encoder = this.#parts.device.createCommandEncoder();
    this.#poison.fill(encoder, elsewhere);
    queue.submit([encoder.finish()]);
    await queue.onSubmittedWorkDone();
  }

  /** [M, N] of what the output buffer holds. */
  #outputsOf(bytes: ArrayBuffer): Float32Array<ArrayBuffer> {
    const { M, N, output } = this.plan.problem;
    if (output === 'f32') return new Float32Array(bytes);
    return Float32Array.from(new Uint16Array(bytes, 0, M * N), decodeFloat16);
  }

  #buffer(role: BufferRole): GPUBuffer {
    const buffer = this.#parts.buffers.get(role);
    invariant(buffer !== undefined, `the plan has no ${role} buffer`);
    return buffer;
  }
}

/** What a plan's passes write, and so all in which one dispatch can leave something for another. */
const writtenBy = ({ passes }: KernelPlan): readonly BufferRole[] => [
  ...new Set(
    passes.flatMap(({ bindings }) =>
      bindings.filter(({ access }) => access === 'read_write').map(({ role }) => role),
    ),
  ),
];

/** Of these what a run finds in place of what an earlier one left; a log of lanes begins with zeros. */
const poisonedIn = (plan: KernelPlan): readonly BufferRole[] =>
  writtenBy(plan).filter((role) => role !== 'lanes');

const positive = (ns: number): Nanoseconds | undefined => (ns > 0 ? nanoseconds(ns) : undefined);
