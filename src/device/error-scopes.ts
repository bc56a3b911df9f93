import { PlanError } from './plan-error.ts';

/**
 * Runs device calls and waits for what the device has to say about them.
 *
 * @param what the subject of the message, such as `buffers`.
 * @throws PlanError `validation` or `out-of-memory`.
 */
export async function withErrorScopes<T>(device: GPUDevice, what: string, calls: () => T): Promise<T> {
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  let value: T;
  let said: readonly [Promise<GPUError | null>, Promise<GPUError | null>];
  try {
    value = calls();
  } finally {
    // Even where a call throws: a scope left open would swallow every later error.
    said = [device.popErrorScope(), device.popErrorScope()];
  }
  const [validation, memory] = await Promise.all(said);
  if (memory)
    throw new PlanError('out-of-memory', [memory.message], `The GPU has no memory for the ${what}.`);
  if (validation) throw new PlanError('validation', [validation.message], `The GPU refused the ${what}.`);
  return value;
}
