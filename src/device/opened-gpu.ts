import { invariant } from '../base/invariant.ts';
import { nanoseconds } from '../base/units.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import { withCustomText } from '../kernels/custom-text.ts';
import type { BufferRole, KernelPlan, Pass } from '../kernels/plan.ts';
import type { DeviceLoss } from './device-loss.ts';
import { DevicePlan } from './device-plan.ts';
import { withErrorScopes } from './error-scopes.ts';
import { BUFFER_USAGE } from './flags.ts';
import type { Gpu, GpuDescription, LoadedPlan } from './gpu.ts';
import { findExceededLimit } from './limits.ts';
import { type CompiledPass, Pipelines } from './pipelines.ts';
import { PlanError } from './plan-error.ts';
import type { ReadyPass } from './ready-pass.ts';
import { Stopwatch } from './stopwatch.ts';
import { type ResourceOf, resourcesOf } from './weight-sets.ts';

/** A device that has been opened and described; made by `openGpu` alone. */
export class OpenedGpu implements Gpu {
  readonly description: GpuDescription;
  readonly caps: DeviceCaps;
  readonly lost: Promise<string>;
  readonly #device: GPUDevice;
  readonly #loss: DeviceLoss;
  readonly #pipelines: Pipelines;

  /** @param device owned from here on. */
  constructor(device: GPUDevice, loss: DeviceLoss, description: GpuDescription, caps: DeviceCaps) {
    this.#device = device;
    this.#loss = loss;
    this.#pipelines = new Pipelines(device);
    this.description = description;
    this.caps = caps;
    this.lost = loss.lost;
  }

  load(plan: KernelPlan, wgsl?: string): Promise<LoadedPlan> {
    return this.#load(plan, wgsl === undefined ? plan.passes : withCustomText(plan.passes, wgsl), new Map());
  }

  destroy(): void {
    this.#device.destroy();
  }

  /** @param lent buffers that there are already, and whose owner keeps them. */
  #load(
    plan: KernelPlan,
    passes: readonly Pass[],
    lent: ReadonlyMap<BufferRole, GPUBuffer>,
  ): Promise<LoadedPlan> {
    return this.#loss.guard(async () => {
      const exceeded = findExceededLimit(plan, this.caps);
      if (exceeded !== undefined) throw new PlanError('limit', [exceeded]);
      const start = performance.now();
      const compiled = await Promise.all(passes.map((pass) => this.#pipelines.get(pass)));
      const compileNs = nanoseconds(Math.round((performance.now() - start) * 1e6));
      const buffers = new Map(lent);
      const bind = (resourceOf: ResourceOf): readonly ReadyPass[] =>
        passes.map((pass, i) => this.#bind(pass, compiled[i]!, resourceOf));
      const ready = await this.#allocate(plan, buffers, () => bind(resourcesOf(buffers)));
      const timed = this.description.timer.source === 'timestamp-query';
      return new DevicePlan({
        device: this.#device,
        loss: this.#loss,
        plan,
        compileNs,
        passes: ready,
        bind,
        buffers,
        owned: [...buffers].flatMap(([role, buffer]) => (lent.has(role) ? [] : [buffer])),
        beside: (other) => this.#load(other, other.passes, buffers),
        bufferLimit: this.caps.maxBufferSize,
        bindingLimit: this.caps.maxStorageBufferBindingSize,
        stopwatch: timed ? new Stopwatch(this.#device) : undefined,
      });
    });
  }

  /** Makes those of the plan's buffers that `buffers` lacks, then binds all; what was made is destroyed if any of it fails. */
  async #allocate(
    plan: KernelPlan,
    buffers: Map<BufferRole, GPUBuffer>,
    bind: () => readonly ReadyPass[],
  ): Promise<readonly ReadyPass[]> {
    const made: GPUBuffer[] = [];
    try {
      await withErrorScopes(this.#device, 'buffers', () => {
        for (const [role, size] of Object.entries(plan.buffers) as [BufferRole, number][]) {
          if (buffers.has(role)) continue;
          const kind = role === 'uniforms' ? BUFFER_USAGE.uniform : BUFFER_USAGE.storage;
          const usage = kind | BUFFER_USAGE.copySrc | BUFFER_USAGE.copyDst;
          const buffer = this.#device.createBuffer({ label: role, size, usage });
          buffers.set(role, buffer);
          made.push(buffer);
        }
      });
      return await withErrorScopes(this.#device, 'bindings', bind);
    } catch (cause) {
      for (const buffer of made) buffer.destroy();
      throw cause;
    }
  }

  #bind({ bindings, dispatch }: Pass, { pipeline, layout }: CompiledPass, resourceOf: ResourceOf): ReadyPass {
    const entries = bindings.map(({ binding, role }) => {
      const resource = resourceOf(role);
      invariant(resource !== undefined, `the plan binds ${role} and gives it no size`);
      return { binding, resource };
    });
    return { pipeline, dispatch, bindGroup: this.#device.createBindGroup({ layout, entries }) };
  }
}
