import type { CheckRequest } from './request.ts';
import type { Verdict } from './verdict.ts';

/** Where products are checked: worker threads in the page, worker_threads in Node, or the calling thread in tests. */
export interface ReferencePool {
  /**
   * Checks one output; a product above the stated size is checked by projection and samples.
   *
   * @param output [M, N] from the kernel; not transferred, not changed.
   * @param onProgress told the fraction done, 0 … 1.
   * @throws the signal's reason once it aborts; work in flight is stopped, not awaited.
   */
  check(
    request: CheckRequest,
    output: Float32Array<ArrayBuffer>,
    signal: AbortSignal,
    onProgress?: (fraction: number) => void,
  ): Promise<Verdict>;
}
