import type { Findings } from '../reference/findings.ts';
import type { CheckJob, RowBlock, WeightSlice } from '../reference/job.ts';

/**
 * What a reference worker does. Both ends import this and nothing of each other. One check at a time: open, load every
 * slice, check and recheck blocks, close. Buffers of slices and blocks are transferred: the caller gives them away.
 */
export interface ReferenceApi {
  /** Starts a check; one that is still open is dropped. */
  open(job: CheckJob): void;
  /** Takes over some columns of the weights. */
  load(slice: WeightSlice): void;
  /** Judges a block of rows in the job's mode. */
  check(block: RowBlock): Findings;
  /** Recomputes a block element by element. */
  recheck(block: RowBlock): Findings;
  /** Frees what the check held. */
  close(): void;
}

/** A {@link ReferenceApi} somewhere else. */
export type AsyncReference = {
  readonly [Method in keyof ReferenceApi]: (
    ...args: Parameters<ReferenceApi[Method]>
  ) => Promise<ReturnType<ReferenceApi[Method]>>;
};
