import { type Remote, wrap } from 'comlink';
import type { EngineApi, EngineSetup } from './engine-api.ts';
import { makeWorker } from './make-worker.ts';
import { engineWorker, referenceWorker } from './worker-scripts.ts';

/** A started engine. */
export interface EngineConnection {
  /** Held as long as the worker: Comlink tells the worker to stop listening once it is collected. */
  readonly api: Remote<EngineApi>;
  /** Rejects with a WorkerError when the worker fails to load or dies; otherwise never settles. */
  readonly died: Promise<never>;
  /** Stops the worker at once, its device and its own workers with it. */
  terminate(): void;
}

/** Starts the engine worker of this page and tells it where its parts are. */
export function connectEngine(): EngineConnection {
  const { worker, died } = makeWorker(engineWorker(), 'engine');
  const api = wrap<EngineApi>(worker);
  const opened = api.open(pageSetup());
  return {
    api,
    // A setup that fails is as bad as a worker that does not load.
    died: Promise.race([died, opened.then(() => new Promise<never>(() => undefined))]),
    terminate: () => {
      worker.terminate();
    },
  };
}

/** Addresses are resolved here, for a worker made from text has no place of its own to resolve them from. */
function pageSetup(): EngineSetup {
  const [browser = 'unknown', version = ''] =
    /(?:Chrome|Firefox|Version)\/[\d.]+/.exec(navigator.userAgent)?.[0].split('/') ?? [];
  return {
    reference: referenceWorker(),
    samples: new URL('samples/', document.baseURI).href,
    engine: browser === 'Chrome' ? 'chrome' : 'browser',
    versions: { [browser === 'Version' ? 'safari' : browser.toLowerCase()]: version },
  };
}
