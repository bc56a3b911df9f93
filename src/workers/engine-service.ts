import { invariant } from '../base/invariant.ts';
import type { Peaks } from '../io/peaks.ts';
import type { Environment, RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import type { DeviceLab } from '../lab/device-lab.ts';
import {
  type DecodeCheck,
  type Judged,
  LabError,
  type Progress,
  type Sampled,
  type WgslListing,
} from '../lab/lab.ts';
import { Foreground } from '../measure/foreground.ts';
import type { EngineApi, EngineSetup, ProgressListener, Reply } from './engine-api.ts';

/** The {@link EngineApi} on this thread, around a lab that is made when the page has told where things are. */
export class EngineService implements EngineApi {
  readonly #createLab: (setup: EngineSetup, foreground: Foreground) => DeviceLab;
  readonly #foreground = new Foreground();
  readonly #running = new Map<number, AbortController>();
  #lab: DeviceLab | undefined;

  constructor(createLab: (setup: EngineSetup, foreground: Foreground) => DeviceLab) {
    this.#createLab = createLab;
  }

  open(setup: EngineSetup): void {
    this.#lab = this.#createLab(setup, this.#foreground);
  }

  environment(): Promise<Reply<Environment>> {
    return reply(() => this.#opened().environment());
  }

  judged(): Promise<Reply<Judged | undefined>> {
    return reply(() => this.#opened().judged());
  }

  caps(): Promise<Reply<DeviceCaps>> {
    return reply(() => this.#opened().caps());
  }

  wgsl(spec: Spec): Promise<Reply<WgslListing | { readonly rejected: string }>> {
    return reply(() => this.#opened().wgsl(spec));
  }

  run(call: number, spec: Spec, onProgress: ProgressListener): Promise<Reply<Result>> {
    return this.#abortable(call, onProgress, (signal, listen) => this.#opened().run(spec, signal, listen));
  }

  verify(call: number, spec: Spec, onProgress: ProgressListener): Promise<Reply<Result>> {
    return this.#abortable(call, onProgress, (signal, listen) => this.#opened().verify(spec, signal, listen));
  }

  peaks(call: number, known: Peaks | undefined, onProgress: ProgressListener): Promise<Reply<Peaks>> {
    return this.#abortable(call, onProgress, (signal, listen) => this.#opened().peaks(known, signal, listen));
  }

  compare(call: number, specs: readonly Spec[], onProgress: ProgressListener): Promise<Reply<RecordFile>> {
    return this.#abortable(call, onProgress, (signal, listen) =>
      this.#opened().compare(specs, signal, listen),
    );
  }

  sample(call: number, spec: Spec, count: number, onProgress: ProgressListener): Promise<Reply<Sampled>> {
    return this.#abortable(call, onProgress, (signal, listen) =>
      this.#opened().sample(spec, count, signal, listen),
    );
  }

  checkDecode(call: number, spec: Spec): Promise<Reply<DecodeCheck>> {
    return this.#abortable(call, SILENT, (signal) => this.#opened().checkDecode(spec, signal));
  }

  abort(call: number): void {
    this.#running.get(call)?.abort(new DOMException('The page cancelled the call.', 'AbortError'));
  }

  setInFront(inFront: boolean): void {
    this.#foreground.set(inFront);
  }

  simulateDeviceLoss(): Promise<void> {
    return this.#opened().simulateDeviceLoss();
  }

  async #abortable<T>(
    call: number,
    onProgress: ProgressListener,
    work: (signal: AbortSignal, listen: (progress: Progress) => void) => Promise<T>,
  ): Promise<Reply<T>> {
    const abort = new AbortController();
    this.#running.set(call, abort);
    try {
      return await reply(() =>
        work(abort.signal, (progress) => {
          onProgress(progress);
        }),
      );
    } finally {
      this.#running.delete(call);
    }
  }

  #opened(): DeviceLab {
    invariant(this.#lab !== undefined, 'the engine was asked to work before it was opened');
    return this.#lab;
  }
}

const SILENT: ProgressListener = () => undefined;

async function reply<T>(work: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { kind: 'value', value: await work() };
  } catch (error) {
    if (error instanceof LabError) return { kind: 'lab-error', code: error.code, message: error.message };
    const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'error', name, message, stack };
  }
}
