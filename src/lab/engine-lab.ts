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
  LabError,
  type Progress,
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
/** How often a lost device is replaced and the work begun again. */
const RETRIES = 1;

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

  peaks(
    known: Peaks | undefined,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Peaks> {
    return this.#inTurn(signal, async () => {
      const found =
        known ?? (await measurePeaks(await this.#holder.get(), signal, onProgress, this.#parts.foreground));
      this.#peaks = found;
      return found;
    });
  }

  async run(spec: Spec, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Result> {
    const { results } = await this.#inTurn(signal, () => this.#session([spec], true, signal, onProgress));
    return results[0]!;
  }

  async verify(spec: Spec, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Result> {
    const { results } = await this.#inTurn(signal, () => this.#session([spec], false, signal, onProgress));
    return results[0]!;
  }

  compare(
    specs: readonly Spec[],
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<RecordFile> {
    invariant(
      specs.length >= 2 && specs.length <= MOST_COMPARED,
      `2 to ${MOST_COMPARED} experiments are compared, not ${specs.length}`,
    );
    return this.#inTurn(signal, async () => {
      // First, for a device that is lost for good can no longer be asked.
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

  sample(
    spec: Spec,
    count: number,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Sampled> {
    return this.#inTurn(signal, () =>
      this.#onDevice<Sampled>(
        { signal, onProgress },
        (context) => sampleTime(spec, count, context),
        (reason) => ({ kind: 'failed', cause: 'run', reason }),
      ),
    );
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

  /** Runs a session, on a fresh device again if the first one is lost. */
  #session(
    specs: readonly Spec[],
    timed: boolean,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<SessionRecord> {
    this.#judged = undefined;
    return this.#onDevice<SessionRecord>(
      { signal, onProgress },
      async (context, retries) => {
        const record = await runSession(specs, timed, context);
        return { ...record, results: record.results.map((result) => ({ ...result, retries })) };
      },
      (reason, retries) => ({ results: specs.map((spec) => lost(spec, reason, retries)), comparisons: [] }),
    );
  }

  /** Works on the device, and once more on a fresh one if it is lost. @param end what a second loss ends with. */
  async #onDevice<T>(
    { signal, onProgress }: Pick<SessionContext, 'signal' | 'onProgress'>,
    work: (context: SessionContext, retries: number) => Promise<T>,
    end: (reason: string, retries: number) => T,
  ): Promise<T> {
    for (let retries = 0; ; retries++) {
      signal.throwIfAborted();
      try {
        const gpu = await this.#holder.get();
        const { pool, foreground } = this.#parts;
        return await work(
          {
            gpu,
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
          },
          retries,
        );
      } catch (cause) {
        const reason = lossOf(cause, retries);
        if (reason === undefined) throw cause;
        if (retries === RETRIES) return end(reason, retries);
      }
    }
  }

  /** A call that is cancelled while it waits ends at once; one at work ends itself, and the next waits for that. */
  #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#busy;
    const turn = orAborted(before, signal).then(work);
    this.#busy = Promise.allSettled([before, turn]);
    return turn;
  }
}

/** The sentence for a lost device, or for one that could not be opened again; `undefined` for anything else. */
function lossOf(cause: unknown, retries: number): string | undefined {
  if (cause instanceof PlanError && cause.code === 'lost') return cause.message;
  return cause instanceof LabError && retries > 0 ? cause.message : undefined;
}

const lost = (spec: Spec, reason: string, retries: number): Result => ({
  environment: 0,
  spec,
  status: 'failed',
  reason,
  retries,
});
