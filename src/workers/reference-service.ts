import { invariant } from '../base/invariant.ts';
import { Checker } from '../reference/checker.ts';
import type { Findings } from '../reference/findings.ts';
import type { CheckJob, RowBlock, WeightSlice } from '../reference/job.ts';
import type { ReferenceApi } from './reference-api.ts';

/** The {@link ReferenceApi} on this thread. */
export class ReferenceService implements ReferenceApi {
  #checker: Checker | undefined;

  open(job: CheckJob): void {
    this.#checker = new Checker(job);
  }

  load(slice: WeightSlice): void {
    this.#opened().load(slice);
  }

  check(block: RowBlock): Findings {
    return this.#opened().check(block);
  }

  recheck(block: RowBlock): Findings {
    return this.#opened().recheck(block);
  }

  close(): void {
    this.#checker = undefined;
  }

  #opened(): Checker {
    invariant(this.#checker !== undefined, 'a reference worker was asked to check before a check was opened');
    return this.#checker;
  }
}
