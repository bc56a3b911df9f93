import { WorkerError } from './worker-error.ts';

/**
 * Where a worker's classic script is: its address, or its text. From a file opened on disk only a classic worker made
 * from text has both WebGPU and IndexedDB.
 */
export type WorkerSource =
  { readonly kind: 'url'; readonly url: string } | { readonly kind: 'text'; readonly text: string };

/** A started worker and how its end is heard of. */
export interface StartedWorker {
  readonly worker: Worker;
  /** Rejects with a {@link WorkerError} when the script fails to load or throws unheard; otherwise never settles. */
  readonly died: Promise<never>;
}

/** Addresses of texts already turned into blobs: a blob must live as long as a worker may be started from it. */
const blobs = new Map<string, string>();

/**
 * Starts a classic worker; every worker of the page is made here.
 *
 * @param name shown by developer tools and in error messages.
 */
export function makeWorker(source: WorkerSource, name: string): StartedWorker {
  const worker = new Worker(source.kind === 'url' ? source.url : blobUrl(source.text), { name });
  const died = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message, filename, lineno }: Partial<ErrorEvent>) => {
      // A script that cannot be loaded gives a plain event without a message.
      const why = message
        ? `${message} (${filename ?? ''}:${lineno ?? 0})`
        : 'its script could not be loaded';
      reject(new WorkerError(`The ${name} worker stopped: ${why}. Reload the page.`));
    });
    worker.addEventListener('messageerror', () => {
      reject(new WorkerError(`The ${name} worker sent a message that could not be read. Reload the page.`));
    });
  });
  // Whoever calls races against it; without a call in flight nobody listens, and that is no unhandled rejection.
  died.catch(() => undefined);
  return { worker, died };
}

function blobUrl(text: string): string {
  const known = blobs.get(text);
  if (known !== undefined) return known;
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  blobs.set(text, url);
  return url;
}
