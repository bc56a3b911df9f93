import type { HeadlessCall, JudgedSlice } from '../../src/headless-main.ts';
import { decodeBase64Url } from '../../src/io/base64url.ts';
import type { Peaks } from '../../src/io/peaks.ts';
import type { Environment, RecordFile, Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import type { DeviceCaps } from '../../src/kernels/caps.ts';
import {
  type AdapterChoice,
  type DecodeCheck,
  type Judged,
  type Lab,
  LabError,
  type Progress,
  type Sampled,
  type WgslListing,
} from '../../src/lab/lab.ts';
import type { Reply } from '../../src/workers/engine-api.ts';
import { PageCrash, type PageSession } from './page-session.ts';

/** What a {@link ChromeLab} is made of. */
export interface ChromeLabParts {
  /** Starts a browser. */
  readonly open: () => Promise<Pick<PageSession, 'call' | 'version' | 'close'>>;
  /** The name under which the page finds the weights that a spec names. */
  readonly served: (weights: string) => Promise<string>;
  /** The adapter that the browser was started for. */
  readonly adapter: AdapterChoice;
}

/** A lab in a browser's page. A crash of the page or its GPU process costs one fresh browser, counted in `retries`. */
export class ChromeLab implements Lab {
  readonly #parts: ChromeLabParts;
  #session: Awaited<ReturnType<ChromeLabParts['open']>> | undefined;

  constructor(parts: ChromeLabParts) {
    this.#parts = parts;
  }

  async environment(): Promise<Environment> {
    const { value } = await this.#ask({ method: 'environment' }, NEVER, () => undefined);
    const environment = value as Environment;
    checkAdapter(environment, this.#parts.adapter);
    const browser = await this.#session?.version();
    return {
      ...environment,
      versions: { ...environment.versions, ...(browser === undefined ? {} : { browser }) },
    };
  }

  run(spec: Spec, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Result> {
    return this.#experiment('run', spec, signal, onProgress);
  }

  verify(spec: Spec, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Result> {
    return this.#experiment('verify', spec, signal, onProgress);
  }

  async peaks(
    known: Peaks | undefined,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Peaks> {
    const call: HeadlessCall = { method: 'peaks', ...(known ? { known } : {}) };
    const { value } = await this.#ask(call, signal, onProgress);
    return value as Peaks;
  }

  async compare(
    specs: readonly Spec[],
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<RecordFile> {
    const call: HeadlessCall = {
      method: 'compare',
      specs: await Promise.all(specs.map((spec) => this.#servedSpec(spec))),
    };
    try {
      const { value, retries } = await this.#ask(call, signal, onProgress);
      const record = value as RecordFile;
      return { ...record, results: record.results.map((result, i) => ended(result, specs[i]!, retries)) };
    } catch (error) {
      if (!(error instanceof PageCrash)) throw error;
      const results = specs.map((spec) => crashed(spec, error));
      return { schemaVersion: 1, environments: [await this.environment()], results, comparisons: [] };
    }
  }

  async sample(
    spec: Spec,
    count: number,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Sampled> {
    try {
      const call: HeadlessCall = { method: 'sample', spec: await this.#servedSpec(spec), count };
      return (await this.#ask(call, signal, onProgress)).value as Sampled;
    } catch (error) {
      if (!(error instanceof PageCrash)) throw error;
      return { kind: 'failed', cause: 'run', reason: failedTwice(error) };
    }
  }

  async judged(): Promise<Judged | undefined> {
    const activations = await this.#judgedPart('activations');
    const output = await this.#judgedPart('output');
    return activations && output ? { activations, output } : undefined;
  }

  async caps(): Promise<DeviceCaps> {
    return (await this.#ask({ method: 'caps' }, NEVER, () => undefined)).value as DeviceCaps;
  }

  async wgsl(spec: Spec): Promise<WgslListing | { readonly rejected: string }> {
    const { value } = await this.#ask(
      { method: 'wgsl', spec: await this.#servedSpec(spec) },
      NEVER,
      () => undefined,
    );
    return value as WgslListing | { readonly rejected: string };
  }

  async checkDecode(spec: Spec, signal: AbortSignal): Promise<DecodeCheck> {
    const call: HeadlessCall = { method: 'checkDecode', spec: await this.#servedSpec(spec) };
    const { value } = await this.#ask(call, signal, () => undefined);
    return value as DecodeCheck;
  }

  /** Ends the browser. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  async #experiment(
    method: 'run' | 'verify',
    spec: Spec,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Result> {
    try {
      const { value, retries } = await this.#ask(
        { method, spec: await this.#servedSpec(spec) },
        signal,
        onProgress,
      );
      return ended(value as Result, spec, retries);
    } catch (error) {
      if (!(error instanceof PageCrash)) throw error;
      return crashed(spec, error);
    }
  }

  /** @returns undefined where nothing was judged, or the browser that knew of it is gone. */
  async #judgedPart(part: keyof Judged): Promise<Float32Array<ArrayBuffer> | undefined> {
    let whole: Float32Array<ArrayBuffer> | undefined;
    for (let from = 0; whole === undefined || from < whole.length;) {
      const { value } = await this.#ask({ method: 'judged', part, from }, NEVER, () => undefined);
      const slice = value as JudgedSlice | undefined;
      const bytes = slice && decodeBase64Url(slice.base64Url);
      if (!slice || !bytes) return undefined;
      whole ??= new Float32Array(slice.count);
      whole.set(new Float32Array(bytes.buffer), from);
      from += bytes.length / 4;
    }
    return whole;
  }

  async #servedSpec(spec: Spec): Promise<Spec> {
    return { ...spec, weights: await this.#parts.served(spec.weights) };
  }

  /** Asks the page; once more, of a fresh browser, if the first one crashed. */
  async #ask(
    call: HeadlessCall,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<{ value: unknown; retries: number }> {
    for (let retries = 0; ; retries++) {
      try {
        this.#session ??= await this.#parts.open();
        return { value: valueOf(await this.#session.call(call, signal, onProgress)), retries };
      } catch (error) {
        if (!(error instanceof PageCrash)) throw error;
        await this.close();
        if (retries === 1) throw error;
      }
    }
  }
}

const failedTwice = ({ message }: PageCrash): string => `Chrome failed twice: ${message}.`;

/** What a crash is for an experiment: every way it can end is a value. */
const crashed = (spec: Spec, error: PageCrash): Result => ({
  ...{ environment: 0, spec, status: 'failed', retries: 1 },
  reason: failedTwice(error),
});

const NEVER = new AbortController().signal;

/** A result as if the page had found the weights where the user has them. */
const ended = (result: Result, { weights }: Spec, retries: number): Result => ({
  ...result,
  spec: { ...result.spec, weights },
  retries: result.retries + retries,
});

/** @throws LabError if the browser gave another kind of adapter than it was started for. */
function checkAdapter({ adapter }: Environment, choice: AdapterChoice): void {
  if (choice === 'auto' || adapter.software === (choice === 'software')) return;
  throw new LabError(
    'no-adapter',
    `Chrome has no ${choice} adapter here: it gave ${adapter.description || adapter.vendor}. Leave --adapter out to take it.`,
  );
}

/** @throws what the page threw, as the class it was; PageCrash where the GPU process is gone. */
function valueOf(reply: Reply<unknown>): unknown {
  switch (reply.kind) {
    case 'value':
      return reply.value;
    case 'lab-error':
      throw new LabError(reply.code, reply.message);
    case 'error': {
      if (GPU_PROCESS_GONE.test(reply.message)) throw new PageCrash(reply.message);
      const error = new Error(reply.message);
      error.stack = reply.stack;
      throw error;
    }
  }
}

/** What Chrome says after its GPU process died: the page lives, but its WebGPU does not come back. */
const GPU_PROCESS_GONE = /external Instance reference|GPU (process|connection)/i;
