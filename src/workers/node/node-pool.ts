import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { wrap } from 'comlink';
import type { ReferenceApi } from '../reference-api.ts';
import { type ReferenceConnection, WorkerPool } from '../reference-pool.ts';
import { WorkerError } from '../worker-error.ts';
import { nodeEndpoint } from './node-endpoint.ts';

/** More workers than this would spend their time being sent the weights. */
const MOST_WORKERS = 8;

/**
 * A pool of reference workers on Node's threads. The threads keep the process alive until the pool is closed.
 *
 * @param script the built `reference-node-worker`, as a path or a file URL.
 * @param size workers; by default one for each core, at most 8.
 */
export const nodePool = (script: string | URL, size?: number): WorkerPool =>
  new WorkerPool(() => connect(script), size ?? Math.min(MOST_WORKERS, availableParallelism()));

function connect(script: string | URL): ReferenceConnection {
  const worker = new Worker(script);
  const died = new Promise<never>((_, reject) => {
    worker.on('error', (cause) => {
      reject(new WorkerError(`A reference worker stopped: ${String(cause)}`, { cause }));
    });
    worker.on('exit', (code) => {
      reject(new WorkerError(`A reference worker exited with code ${code}.`));
    });
  });
  // Whoever checks races against it; between checks nobody listens, and that is no unhandled rejection.
  died.catch(() => undefined);
  return {
    api: wrap<ReferenceApi>(nodeEndpoint(worker)),
    died,
    terminate: () => {
      void worker.terminate();
    },
  };
}
