import type { HeadlessCall, HeadlessReply } from '../../src/headless-main.ts';
import type { Environment, RecordFile, Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { type Lab, LabError, type Progress, type WgslListing } from '../../src/lab/lab.ts';
import { PageCrash, type PageSession } from './page-session.ts';

/** A lab in a browser's page. A crash of the page or its GPU process costs one fresh browser, counted in `retries`. */
export class ChromeLab implements Lab {
  readonly #open: () => Promise<PageSession>;
  #session: PageSession | undefined;

  /** @param open starts a browser. */
  constructor(open: () => Promise<PageSession>) {
    this.#open = open;
  }

  async environment(): Promise<Environment> {
    const { value } = await this.#ask({ method: 'environment' }, NEVER, () => undefined);
    const environment = value as Environment;
    const browser = await this.#session?.version();
    return browser === undefined
      ? environment
      : { ...environment, versions: { ...environment.versions, browser } };
  }

  run(spec: Spec, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Result> {
    return this.#experiment({ method: 'run', spec }, spec, signal, onProgress);
  }

  verify(spec: Spec, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Result> {
    return this.#experiment({ method: 'verify', spec }, spec, signal, onProgress);
  }

  async compare(
    specs: readonly Spec[],
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<RecordFile> {
    const { value, retries } = await this.#ask({ method: 'compare', specs }, signal, onProgress);
    const record = value as RecordFile;
    return {
      ...record,
      results: record.results.map((result) => ({ ...result, retries: result.retries + retries })),
    };
  }

  async wgsl(spec: Spec): Promise<WgslListing | { readonly rejected: string }> {
    const { value } = await this.#ask({ method: 'wgsl', spec }, NEVER, () => undefined);
    return value as WgslListing | { readonly rejected: string };
  }

  /** Ends the browser. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  async #experiment(
    call: HeadlessCall,
    spec: Spec,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Result> {
    try {
      const { value, retries } = await this.#ask(call, signal, onProgress);
      const result = value as Result;
      return { ...result, retries: result.retries + retries };
    } catch (error) {
      if (!(error instanceof PageCrash)) throw error;
      // Every way an experiment can end is a value.
      return {
        environment: 0,
        spec,
        status: 'failed',
        reason: `Chrome failed twice: ${error.message}.`,
        retries: 1,
      };
    }
  }

  /** Asks the page; once more, of a fresh browser, if the first one crashed. */
  async #ask(
    call: HeadlessCall,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<{ value: unknown; retries: number }> {
    for (let retries = 0; ; retries++) {
      try {
        this.#session ??= await this.#open();
        return { value: valueOf(await this.#session.call(call, signal, onProgress)), retries };
      } catch (error) {
        if (!(error instanceof PageCrash)) throw error;
        await this.close();
        if (retries === 1) throw error;
      }
    }
  }
}

const NEVER = new AbortController().signal;

/** @throws what the page threw, as the class it was; PageCrash where the GPU process is gone. */
function valueOf(reply: HeadlessReply): unknown {
  if (reply.kind === 'value') return reply.value;
  if (reply.kind === 'lab-error') throw new LabError(reply.code, reply.message);
  if (GPU_PROCESS_GONE.test(reply.message)) throw new PageCrash(reply.message);
  throw new Error(reply.message);
}

/** What Chrome says after its GPU process died: the page lives, but its WebGPU does not come back. */
const GPU_PROCESS_GONE = /external Instance reference|GPU (process|connection)/i;
