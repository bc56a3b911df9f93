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

/** Words for some of a plan's buffers, as they are uploaded. */
export type Operands = ReadonlyMap<BufferRole, ArrayBufferView<ArrayBuffer>>;

/** How the dispatches of a sample differ from those that count, for what that tells of a kernel; not at all by default. */
export interface SampleTerms {
  /** Each reads the first set of operands, and none the second. */
  readonly repeating?: boolean;
  /** They run over what was there: as much as would be poisoned is written where nobody reads it. */
  readonly kept?: boolean;
}

/** A word that was written behind the end of a buffer. */
export interface Overrun {
  readonly role: BufferRole;
  /** Counted from the end, the first being 0. */
  readonly word: number;
}

/** What a run over buffers with fences behind their ends came to. */
export interface FencedRun {
  /** [M, N] */
  readonly output: Float32Array<ArrayBuffer>;
  /** The first of those that were seen. */
  readonly overrun: Overrun | undefined;
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
  /**
   * Fills the output, and what passes leave for each other, with the poison word given, then has the plan run once. Only the first
   * time it waits until that is done.
   */
  run(poison: number): Promise<void>;
  /** @returns [M, N], a copy of the output. */
  readOutput(): Promise<Float32Array<ArrayBuffer>>;
  /** @returns a copy of a buffer, as the last pass that wrote it left it. */
  read(role: BufferRole): Promise<ArrayBuffer>;
  /**
   * Has the plan run once over copies of its buffers behind whose ends lie 64 KiB of the fence word given; what it writes is filled with
   * the poison word given before. What is bound is larger then, as a text that asks for `arrayLength` sees.
   *
   * @throws PlanError `out-of-memory`, `lost`.
   */
  runFenced(poison: number, fence: number): Promise<FencedRun>;
  /**
   * Gives the dispatches of samples two sets of operands in turn, what was uploaded and a second one; and has every buffer that
   * the passes write filled with a word before each sample, outside its time. Comes before {@link rotateWeights}.
   *
   * @param second what the second set has of its own: as large as the buffers of the first, with which it shares the others.
   * @throws PlanError `out-of-memory`, `lost`.
   */
  alternate(second: Operands, poison: number): Promise<void>;
  /** The set of operands that the last dispatch of a sample read: 0 the first, 1 the second. */
  readonly lastSet: 0 | 1;
  /**
   * Lets the dispatches of samples read packed weights in turn from copies of what was uploaded, so that no cache holds those
   * that come next; of two sets of operands the copies are of both. Weights uploaded later are not copied.
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
  sample(dispatches: number, terms?: SampleTerms): Promise<Nanoseconds | undefined>;
  /**
   * Compiles another plan for the same problem over the buffers of this one, which keeps them and must outlive it; buffers that
   * this one has not are made.
   *
   * @throws PlanError as {@link Gpu.load} does.
   */
  beside(plan: KernelPlan): Promise<LoadedPlan>;
  /** Destroys the buffers, but for those of the plan that it lies beside. */
  destroy(): void;
}
