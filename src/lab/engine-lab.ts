import { invariant } from '../base/invariant.ts';
import { PlanError } from '../device/plan-error.ts';
import type { Peaks } from '../io/peaks.ts';
import type { Environment, RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import { planDequantize } from '../kernels/dequantize-plan.ts';
import { mainPass } from '../kernels/plan.ts';
import { CanaryPace } from '../measure/throttle-watch.ts';
import type { DeviceLab, LabParts } from './device-lab.ts';
import { environmentOf } from './environment.ts';
import { GpuHolder } from './gpu-holder.ts';
import { checkDecode } from './dequantize.ts';
import {
  type DecodeCheck,
  type Judged,
  LostError,
  type ProgressListener,
  type Sampled,
  type WgslListing,
} from './lab.ts';
import { orAborted } from './or-aborted.ts';
import { planSpec, problemOf } from './plan-spec.ts';
import { measurePeaks } from './peaks.ts';
import { QuantizedSource } from './quantized-source.ts';
import { sampleTime } from './sample-time.ts';
import { runSession, type SessionContext, type SessionRecord } from './session.ts';

/** As many as a search has finalists, and the default that they are compared with. */
const MOST_COMPARED = 9;

/** Experiments on a device of its own, one at a time; made by `createLab`. */
export class EngineLab implements DeviceLab {
  readonly #parts: LabParts;
  readonly #holder: GpuHolder;
  readonly #source: QuantizedSource;
  /** Of the adapter, once they were measured or given. */
  #peaks: Peaks | undefined;
  readonly #pace = new CanaryPace();
  #judged: Judged | undefined;
  /** Resolves once all calls before are over, right or wrong: two at a time would spoil each other's times. */
  #busy: Promise<unknown> = Promise.resolve();

  constructor(parts: LabParts) {
    this.#parts = parts;
    this.#holder = new GpuHolder(parts.openGpu);
    this.#source = new QuantizedSource(parts.weights);
  }

  async environment(): Promise<Environment> {
    const environment = environmentOf((await this.#holder.get()).description, this.#parts);
    return this.#peaks ? { ...environment, peaks: this.#peaks } : environment;
  }

  peaks(known: Peaks | undefined, signal: AbortSignal, onProgress: ProgressListener): Promise<Peaks> {
    return this.#inTurn(signal, async () => {
      const found =
        known ?? (await measurePeaks(await this.#holder.get(), signal, onProgress, this.#parts.foreground));
      this.#peaks = found;
      return found;
    });
  }

  async run(spec: Spec, signal: AbortSignal, onProgress: ProgressListener): Promise<Result> {
    const { results } = await this.#inTurn(signal, () => this.#session([spec], true, signal, onProgress));
    return results[0]!;
  }

  async verify(spec: Spec, signal: AbortSignal, onProgress: ProgressListener): Promise<Result> {
    const { results } = await this.#inTurn(signal, () => this.#session([spec], false, signal, onProgress));
    return results[0]!;
  }

  compare(specs: readonly Spec[], signal: AbortSignal, onProgress: ProgressListener): Promise<RecordFile> {
    invariant(
      specs.length >= 2 && specs.length <= MOST_COMPARED,
      `2 to ${MOST_COMPARED} experiments are compared, not ${specs.length}`,
    );
    return this.#inTurn(signal, async () => {
      const environment = await this.environment();
      const { results, comparisons } = await this.#session(specs, true, signal, onProgress);
      return {
        schemaVersion: 1,
        environments: [environment],
        results: [...results],
        comparisons: [...comparisons],
      };
    });
  }

  sample(spec: Spec, count: number, signal: AbortSignal, onProgress: ProgressListener): Promise<Sampled> {
    return this.#inTurn(signal, async () => sampleTime(spec, count, await this.#context(signal, onProgress)));
  }

  judged(): Promise<Judged | undefined> {
    return Promise.resolve(this.#judged);
  }

  async caps(): Promise<DeviceCaps> {
    return (await this.#holder.get()).caps;
  }

  async wgsl(spec: Spec): Promise<WgslListing | { readonly rejected: string }> {
    const plan = planSpec(spec, (await this.#holder.get()).caps);
    if (plan.kind === 'rejected') return { rejected: plan.constraint };
    const { shader, entryPoint, workgroupSize, dispatch } = mainPass(plan.passes);
    return {
      wgsl: shader.code,
      entryPoint,
      workgroupSize,
      dispatch,
      passes: plan.passes.length,
      macsPerIteration: plan.macsPerIteration,
      files: shader.parts,
    };
  }

  checkDecode(spec: Spec, signal: AbortSignal): Promise<DecodeCheck> {
    return this.#inTurn(signal, async () => {
      const gpu = await this.#holder.get();
      const plan = planDequantize(problemOf(spec), gpu.caps);
      if (plan.kind === 'rejected') return { rejected: plan.constraint };
      const { weights } = await this.#source.get(spec);
      return checkDecode(gpu, plan, weights);
    });
  }

  async simulateDeviceLoss(): Promise<void> {
    const gpu = await this.#holder.get();
    gpu.destroy();
    await gpu.lost;
  }

  async #session(
    specs: readonly Spec[],
    timed: boolean,
    signal: AbortSignal,
    onProgress: ProgressListener,
  ): Promise<SessionRecord> {
    this.#judged = undefined;
    return runSession(specs, timed, await this.#context(signal, onProgress));
  }

  async #context(signal: AbortSignal, onProgress: ProgressListener): Promise<SessionContext> {
    signal.throwIfAborted();
    const { pool, foreground } = this.#parts;
    return {
      gpu: await this.#holder.get(),
      pool,
      source: this.#source,
      peaks: this.#peaks,
      pace: this.#pace,
      foreground,
      signal,
      onProgress,
      onJudged: (judged) => {
        this.#judged = judged;
      },
    };
  }

  /**
   * A call that is cancelled while it waits ends at once; one at work ends itself, and the next waits for that.
   *
   * @throws LostError if the device is lost under it.
   */
  #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#busy;
    const turn = orAborted(before, signal)
      .then(work)
      .catch((cause: unknown) => {
        throw cause instanceof PlanError && cause.code === 'lost' ? new LostError(cause.message) : cause;
      });
    this.#busy = Promise.allSettled([before, turn]);
    return turn;
  }
}
