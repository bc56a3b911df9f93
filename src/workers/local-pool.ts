import { otherTasks } from '../lab/other-tasks.ts';
import { FULL_CHECK_LIMIT } from '../reference/check-plan.ts';
import type { ReferencePool } from '../reference/pool.ts';
import type { CheckRequest } from '../reference/request.ts';
import type { Verdict } from '../reference/verdict.ts';
import { runCheck } from './check-run.ts';
import type { AsyncReference } from './reference-api.ts';
import { ReferenceService } from './reference-service.ts';

/** How long calls may hold the thread before other tasks have their turn. [ms] */
const SLICE_MS = 10;

/**
 * A {@link ReferencePool} on the calling thread, for tests and where workers cannot be had. It lets other tasks run
 * between blocks, so an abort is heard there, but a block itself holds the thread.
 */
export class LocalPool implements ReferencePool {
  readonly #fullCheckLimit: number;

  /** @param fullCheckLimit multiply-accumulates above which a check samples. */
  constructor(fullCheckLimit: number = FULL_CHECK_LIMIT) {
    this.#fullCheckLimit = fullCheckLimit;
  }

  async check(
    request: CheckRequest,
    output: Float32Array<ArrayBuffer>,
    signal: AbortSignal,
    onProgress: (fraction: number) => void = () => undefined,
  ): Promise<Verdict> {
    signal.throwIfAborted();
    return runCheck([localReference()], request, output, {
      signal,
      onProgress,
      fullCheckLimit: this.#fullCheckLimit,
    });
  }
}

/** A service that lets other tasks run before a call, once its calls have held the thread for long enough. */
function localReference(): AsyncReference {
  const service = new ReferenceService();
  let begun = performance.now();
  const later = async <T>(work: () => T): Promise<T> => {
    if (performance.now() - begun > SLICE_MS) {
      await otherTasks();
      begun = performance.now();
    }
    return work();
  };
  return {
    open: (job) =>
      later(() => {
        service.open(job);
      }),
    load: (slice) =>
      later(() => {
        service.load(slice);
      }),
    check: (block) => later(() => service.check(block)),
    recheck: (block) => later(() => service.recheck(block)),
    close: () =>
      later(() => {
        service.close();
      }),
  };
}
