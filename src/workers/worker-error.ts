/** A worker that could not be loaded or that died. The message is for users. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
}
