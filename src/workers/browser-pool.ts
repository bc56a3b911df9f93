import { wrap } from 'comlink';
import { makeWorker, type WorkerSource } from './make-worker.ts';
import type { ReferenceApi } from './reference-api.ts';
import { type ReferenceConnection, WorkerPool } from './reference-pool.ts';

/** More workers than this would spend their time being sent the weights. */
const MOST_WORKERS = 8;

/**
 * A pool of reference workers in the page or inside another worker.
 *
 * @param size workers; by default one for each core, at most 8.
 */
export const browserPool = (source: WorkerSource, size?: number): WorkerPool =>
  new WorkerPool(() => connect(source), size ?? Math.min(MOST_WORKERS, navigator.hardwareConcurrency));

function connect(source: WorkerSource): ReferenceConnection {
  const { worker, died } = makeWorker(source, 'reference');
  return {
    api: wrap<ReferenceApi>(worker),
    died,
    terminate: () => {
      worker.terminate();
    },
  };
}
