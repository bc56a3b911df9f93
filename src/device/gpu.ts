import type { Nanoseconds } from '../base/units.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import type { BufferRole, KernelPlan } from '../kernels/plan.ts';

/** What an adapter says of itself, and what this code found out about it. */
export interface GpuDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly software: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /** Where times come from, and the smallest step seen between two of them. */
  readonly timer: { readonly source: 'timestamp-query' | 'wall-clock'; readonly stepNs: number };
}

/** One opened device. The only way to a GPU; made by `openGpu`. */
export interface Gpu {
  readonly description: GpuDescription;
  readonly caps: DeviceCaps;
  /** Resolves with the reason once the device is lost, however that came about. */
  readonly lost: Promise<string>;
  /**
   * Compiles a plan's passes and allocates its buffers.
   *
   * @param wgsl a user's text to run in place of the module of the passes.
   * @throws PlanError (by `code`: `compile`, `limit`, `validation`, `out-of-memory`, `lost`).
   */
  load(plan: KernelPlan, wgsl?: string): Promise<LoadedPlan>;
  /** Gives the device back. */
  destroy(): void;
}

/** A plan made ready to run; owns its buffers. */
export interface LoadedPlan {
  readonly plan: KernelPlan;
  /** Time that creating the shader modules and pipelines took; near 0 where the pipeline was cached. */
  readonly compileNs: Nanoseconds;
  /** The first run by the wall clock, with what the driver leaves until then; `undefined` before it. */
  readonly firstRunNs: Nanoseconds | undefined;
  /** Fills one buffer from its start. @throws RangeError if the data is larger than the buffer. */
  upload(role: BufferRole, data: ArrayBufferView<ArrayBuffer>): void;
  /** Fills the output with the poison word given, then runs the plan once. */
  run(poison: number): Promise<void>;
  /** @returns [M, N], a copy of the output. */
  readOutput(): Promise<Float32Array<ArrayBuffer>>;
  /** @returns a copy of a buffer, as the last pass that wrote it left it. */
  read(role: BufferRole): Promise<ArrayBuffer>;
  /**
   * Lets the dispatches of samples read packed weights in turn from copies of what was uploaded, so that no cache holds those
   * that come next. Weights uploaded later are not copied.
   *
   * @param bytes that the copies and the original shall have together; at least one copy is made.
   * @returns the bytes that they have: fewer where a buffer holds no more, or weights are tiny.
   * @throws PlanError `out-of-memory`, `lost`.
   */
  rotateWeights(bytes: number): Promise<number>;
  /**
   * Runs the plan `dispatches` times, one after the other, in one compute pass and one submit. One call at a time.
   *
   * @returns the time of all of them together, or `undefined` where the timer gave no positive difference.
   */
  sample(dispatches: number): Promise<Nanoseconds | undefined>;
  /** Destroys the buffers. */
  destroy(): void;
}
