import { proxy } from 'comlink';
import type { LabCall } from '../lab/lab-call.ts';
import { LAB_METHODS, LostError, type Progress, type ProgressListener } from '../lab/lab.ts';
import type { Reply } from '../lab/remote-lab.ts';
import { connectEngine, type EngineConnection } from './engine-connection.ts';

/** How long an aborted call may take to end by itself [ms]; then its worker is ended. */
const GRACE_MS = 1000;

/** A connection and the calls that wait on it. */
interface Session {
  readonly connection: EngineConnection;
  /** Rejects once the session is over, however that came about. */
  readonly over: Promise<never>;
  /** Ends the worker and every call that waits on it. */
  readonly end: (reason: string) => void;
}

/**
 * Carries calls to an engine worker, which is started at the first. A call that is aborted is asked to stop, and
 * rejects when it has; if it does not within a second, the worker is ended, and the next call starts another. A worker
 * that fails to load or dies rejects the calls in flight with a LostError, and the next call starts another as well.
 */
export class EngineClient {
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

  /** @throws LostError where the worker is gone; the signal's reason once it aborts. */
  async send(call: LabCall, signal: AbortSignal, onProgress: ProgressListener): Promise<Reply> {
    signal.throwIfAborted();
    const { connection, over, end } = this.#started();
    const id = this.#calls++;
    let grace: ReturnType<typeof setTimeout> | undefined;
    const onAbort = (): void => {
      // Whether the worker hears it shows in whether the call ends; hence no need of an answer.
      connection.api.abort(id).catch(() => undefined);
      grace = setTimeout(() => {
        end('The engine was restarted, for a cancelled call did not stop.');
      }, this.#graceMs);
    };
    const listener =
      LAB_METHODS[call.method].hears === 'signal, progress' ? proxied(onProgress, signal) : undefined;
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([connection.api.call(id, call, listener), over]);
    } finally {
      clearTimeout(grace);
      signal.removeEventListener('abort', onAbort);
      // However an aborted call ended, the signal's reason is what it ends with.
      signal.throwIfAborted();
    }
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
        reject(new LostError(reason));
      },
    };
    if (!this.#inFront) tellInFront(connection, false);
    connection.died.catch((error: unknown) => {
      session.end(error instanceof Error ? error.message : String(error));
    });
    return session;
  }
}

/** A listener that the worker can call, and that hears nothing more once its call is aborted. */
const proxied = (onProgress: ProgressListener, signal: AbortSignal): ProgressListener =>
  proxy((progress: Progress) => {
    if (!signal.aborted) onProgress(progress);
  });

/** A worker that cannot be told has died, and whoever waits on it hears of that. */
const tellInFront = ({ api }: EngineConnection, inFront: boolean): void => {
  api.setInFront(inFront).catch(() => undefined);
};
