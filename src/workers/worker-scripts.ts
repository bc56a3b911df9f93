import engine from './engine-worker.ts?worker&url';
import type { WorkerSource } from './make-worker.ts';
import reference from './reference-worker.ts?worker&url';
import search from './search-worker.ts?worker&url';

/** The page's engine, as Vite built it into a script of its own. */
export const engineWorker = (): WorkerSource => absolute(engine);

/** The reference worker, which the engine starts. */
export const referenceWorker = (): WorkerSource => absolute(reference);

/** The worker that a search of tiles runs in. */
export const searchWorker = (): WorkerSource => absolute(search);

/** A worker has its own base address, so relative ones are resolved in the page. */
const absolute = (url: string): WorkerSource => ({ kind: 'url', url: new URL(url, document.baseURI).href });
