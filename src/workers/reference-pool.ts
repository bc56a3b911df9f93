import { type Remote, transfer } from 'comlink';
import { orAborted } from '../lab/or-aborted.ts';
import { FULL_CHECK_LIMIT } from '../reference/check-plan.ts';
import type { RowBlock, WeightSlice } from '../reference/job.ts';
import type { ReferencePool } from '../reference/pool.ts';
import type { CheckRequest } from '../reference/request.ts';
import type { Verdict } from '../reference/verdict.ts';
import { runCheck } from './check-run.ts';
import type { AsyncReference, ReferenceApi } from './reference-api.ts';
import { WorkerError } from './worker-error.ts';

/** One reference worker, in the page or in Node. */
export interface ReferenceConnection {
  /** Held as long as the worker: Comlink tells the worker to stop listening once it is collected. */
  readonly api: Remote<ReferenceApi>;
  /** Rejects with a WorkerError when the worker fails to load or dies; otherwise never settles. */
  readonly died: Promise<never>;
  /** Stops the worker at once, whatever it is doing. */
  terminate(): void;
}

/**
 * A {@link ReferencePool} over worker threads, started at the first check and kept for the next. Checks wait for one
 * another, each having all workers. An abort, a dead worker or any other failure ends all of them; the next check
 * starts fresh ones.
 */
export class WorkerPool implements ReferencePool {
  readonly #connect: () => ReferenceConnection;
  readonly #size: number;
  #closing = new AbortController();
  #connections: readonly ReferenceConnection[] = [];
  /** Settles once every check asked for so far has ended; never rejects. */
  #idle: Promise<unknown> = Promise.resolve();

  /**
   * @param connect starts one worker.
   * @param size workers, at least 1.
   */
  constructor(connect: () => ReferenceConnection, size: number) {
    this.#connect = connect;
    this.#size = Math.max(1, Math.floor(size));
  }

  check(
    request: CheckRequest,
    output: Float32Array<ArrayBuffer>,
    signal: AbortSignal,
    onProgress: (fraction: number) => void = () => undefined,
  ): Promise<Verdict> {
    const work = this.#idle.then(() => this.#check(request, output, signal, onProgress));
    this.#idle = work.catch(() => undefined);
    return orAborted(work, signal);
  }

  async #check(
    request: CheckRequest,
    output: Float32Array<ArrayBuffer>,
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ): Promise<Verdict> {
    signal.throwIfAborted();
    if (this.#connections.length === 0) {
      this.#connections = Array.from({ length: this.#size }, () => this.#connect());
    }
    const references = this.#connections.map(({ api }) => remoteReference(api));
    const deaths = this.#connections.map(({ died }) => died);
    const either = AbortSignal.any([signal, this.#closing.signal]);
    try {
      const verdict = runCheck(references, request, output, {
        signal: either,
        onProgress,
        fullCheckLimit: FULL_CHECK_LIMIT,
      });
      return await orAborted(Promise.race([verdict, ...deaths]), either);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Ends all workers and with a WorkerError the check in flight; a later check starts fresh ones. */
  close(): void {
    this.#closing.abort(new WorkerError('The pool of reference workers was closed.'));
    this.#closing = new AbortController();
    for (const connection of this.#connections) connection.terminate();
    this.#connections = [];
  }
}

/** The worker's API with every buffer transferred. */
function remoteReference(api: Remote<ReferenceApi>): AsyncReference {
  return {
    open: (job) => api.open(job),
    load: (slice) => api.load(transfer(slice, buffersOf(slice))),
    check: (block) => api.check(transferred(block)),
    recheck: (block) => api.recheck(transferred(block)),
    close: () => api.close(),
  };
}

const transferred = (block: RowBlock): RowBlock =>
  transfer(block, [block.rows.buffer, block.activations.buffer, block.output.buffer, block.samples.buffer]);

const buffersOf = ({ codes, scales, zeros, mins }: WeightSlice): ArrayBuffer[] => [
  codes.buffer,
  scales.buffer,
  ...(zeros ? [zeros.buffer] : []),
  ...(mins ? [mins.buffer] : []),
];
