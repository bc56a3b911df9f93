import { proxy, wrap } from 'comlink';
import type { SearchTiles } from '../lab/search-tiles.ts';
import { makeWorker } from './make-worker.ts';
import { searchWorker } from './worker-scripts.ts';

/**
 * Searches in a worker of its own, which ends with the search: enumerating tiles and fitting a model would hold the page.
 *
 * @throws what the port threw, itself, and WorkerError where the worker dies.
 */
export const searchInWorker: SearchTiles = async (request, port) => {
  const { worker, died } = makeWorker(searchWorker(), 'search');
  const search = wrap<SearchTiles>(worker);
  let failure: { readonly cause: unknown } | undefined;
  // An error loses its class on the way through the worker and back.
  const kept =
    <A extends unknown[], R>(call: (...of: A) => Promise<R>) =>
    async (...of: A): Promise<R> => {
      try {
        return await call(...of);
      } catch (cause) {
        failure ??= { cause };
        throw cause;
      }
    };
  const { begin, record, verify, evaluate, confirm } = port;
  const remote = proxy({
    begin,
    record,
    verify: kept(verify),
    evaluate: kept(evaluate),
    confirm: kept(confirm),
  });
  try {
    return await Promise.race([search(request, remote), died]);
  } catch (cause) {
    throw failure ? failure.cause : cause;
  } finally {
    worker.terminate();
  }
};
