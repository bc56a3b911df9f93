import { LostError } from '../lab/lab.ts';

/** A worker that could not be loaded or that died. The message is for users. */
export class WorkerError extends LostError {
  override readonly name = 'WorkerError';
}
