import { proxy } from 'comlink';
import type { Peaks } from '../io/peaks.ts';
import type { Environment, RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import {
  type DecodeCheck,
  type Judged,
  type Lab,
  LabError,
  type Progress,
  type Sampled,
  type WgslListing,
} from '../lab/lab.ts';
import type { ProgressListener, Reply } from './engine-api.ts';
import { connectEngine, type EngineConnection } from './engine-connection.ts';
import { WorkerError } from './worker-error.ts';

/** How long an aborted call may take to end by itself [ms]; then its worker is ended. */
const GRACE_MS = 1000;

/** A connection and the calls that wait on it. */
interface Session {
  readonly connection: EngineConnection;
  /** Rejects once the session is over, however that came about. */
  readonly over: Promise<never>;
  /** Ends the worker and every call that waits on it. */
  end(reason: Error): void;
}

/**
 * The page's {@link Lab}: an engine worker that is started at the first call. A call that is aborted is asked to stop, and
 * rejects when it has; if it does not within a second, the worker is ended, and the next call starts another. A worker
 * that fails to load or dies rejects the calls in flight with a WorkerError, and the next call starts another as well.
 */
export class EngineClient implements Lab {
  readonly #connect: () => EngineConnection;
  readonly #graceMs: number;
  #session: Session | undefined;
  #calls = 0;
  #inFront = true;

  /**
   * @param connect starts an engine; by default the page's worker.
   * @param graceMs how long an aborted call may take to end by itself.
   */
  constructor(connect: () => EngineConnection = connectEngine, graceMs: number = GRACE_MS) {
    this.#connect = connect;
    this.#graceMs = graceMs;
  }

  environment(): Promise<Environment> {
    return this.#ask(({ api }) => api.environment());
  }

  judged(): Promise<Judged | undefined> {
    return this.#ask(({ api }) => api.judged());
  }

  caps(): Promise<DeviceCaps> {
    return this.#ask(({ api }) => api.caps());
  }

  wgsl(spec: Spec): Promise<WgslListing | { readonly rejected: string }> {
    return this.#ask(({ api }) => api.wgsl(spec));
  }

  checkDecode(spec: Spec, signal: AbortSignal): Promise<DecodeCheck> {
    return this.#askAbortable(signal, ({ api }, call) => api.checkDecode(call, spec));
  }

  run(spec: Spec, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Result> {
    const listener = proxied(onProgress, signal);
    return this.#askAbortable(signal, ({ api }, call) => api.run(call, spec, listener));
  }

  verify(spec: Spec, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Result> {
    const listener = proxied(onProgress, signal);
    return this.#askAbortable(signal, ({ api }, call) => api.verify(call, spec, listener));
  }

  peaks(
    known: Peaks | undefined,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Peaks> {
    const listener = proxied(onProgress, signal);
    return this.#askAbortable(signal, ({ api }, call) => api.peaks(call, known, listener));
  }

  compare(
    specs: readonly Spec[],
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<RecordFile> {
    const listener = proxied(onProgress, signal);
    return this.#askAbortable(signal, ({ api }, call) => api.compare(call, specs, listener));
  }

  sample(
    spec: Spec,
    count: number,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Sampled> {
    const listener = proxied(onProgress, signal);
    return this.#askAbortable(signal, ({ api }, call) => api.sample(call, spec, count, listener));
  }

  /** Tells the engine, and each that is started after it, whether the page is in front. */
  setInFront(inFront: boolean): void {
    this.#inFront = inFront;
    if (this.#session) tellInFront(this.#session.connection, inFront);
  }

  /** Loses the engine's device under whatever is running, so that a test sees what a driver's reset does. */
  async simulateDeviceLoss(): Promise<void> {
    const { connection, over } = this.#started();
    await Promise.race([connection.api.simulateDeviceLoss(), over]);
  }

  #started(): Session {
    return (this.#session ??= this.#start());
  }

  #start(): Session {
    const connection = this.#connect();
    let reject: (reason: Error) => void = () => undefined;
    const over = new Promise<never>((_, rejectOver) => {
      reject = rejectOver;
    });
    // Calls race against it; without a call in flight nobody listens, and that is no unhandled rejection.
    over.catch(() => undefined);
    const session: Session = {
      connection,
      over,
      end: (reason) => {
        connection.terminate();
        if (this.#session === session) this.#session = undefined;
        reject(reason);
      },
    };
    if (!this.#inFront) tellInFront(connection, false);
    connection.died.catch((error: unknown) => {
      session.end(error instanceof Error ? error : new Error(String(error)));
    });
    return session;
  }

  async #ask<T>(send: (connection: EngineConnection) => Promise<Reply<T>>): Promise<T> {
    const { connection, over } = this.#started();
    return valueOf(await Promise.race([send(connection), over]));
  }

  async #askAbortable<T>(
    signal: AbortSignal,
    send: (connection: EngineConnection, call: number) => Promise<Reply<T>>,
  ): Promise<T> {
    signal.throwIfAborted();
    const session = this.#started();
    const call = this.#calls++;
    let grace: ReturnType<typeof setTimeout> | undefined;
    const onAbort = (): void => {
      // Whether the worker hears it shows in whether the call ends; hence no need of an answer.
      session.connection.api.abort(call).catch(() => undefined);
      grace = setTimeout(() => {
        session.end(new WorkerError('The engine was restarted, for a cancelled call did not stop.'));
      }, this.#graceMs);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return valueOf(await Promise.race([send(session.connection, call), session.over]));
    } finally {
      clearTimeout(grace);
      signal.removeEventListener('abort', onAbort);
      // However an aborted call ended, the signal's reason is what it ends with.
      signal.throwIfAborted();
    }
  }
}

/** A worker that cannot be told has died, and whoever waits on it hears of that. */
const tellInFront = ({ api }: EngineConnection, inFront: boolean): void => {
  api.setInFront(inFront).catch(() => undefined);
};

/** A listener that the worker can call, and that hears nothing more once its call is aborted. */
const proxied = (onProgress: (progress: Progress) => void, signal: AbortSignal): ProgressListener =>
  proxy((progress: Progress) => {
    if (!signal.aborted) onProgress(progress);
  });

function valueOf<T>(reply: Reply<T>): T {
  switch (reply.kind) {
    case 'value':
      return reply.value;
    case 'lab-error':
      throw new LabError(reply.code, reply.message);
    case 'error': {
      const error = new Error(reply.message);
      error.name = reply.name;
      error.stack = reply.stack;
      throw error;
    }
  }
}
