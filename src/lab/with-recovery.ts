import type { Environment, RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { type Lab, LabError, LostError, type Sampled } from './lab.ts';
import { invokeOn, type LabCall, labOf } from './lab-call.ts';

/** How often a call begins again. */
const RETRIES = 1;

/**
 * A lab whose calls begin again, once, where what they ran on is lost: the device, its worker, its browser, each of which is started
 * anew by the next call. What is lost again, or cannot be started again, ends an experiment as failed. Put around a lab once, where it
 * is asked, so that no two policies add up.
 */
export function withRecovery(lab: Lab): Lab {
  const invoke = invokeOn(lab);
  const recovered = labOf(async (call, signal, onProgress) => {
    // First, for a device that is lost for good can no longer be asked.
    const environment = call.method === 'compare' ? await unlessLost(lab.environment()) : undefined;
    for (let retries = 0; ; retries++) {
      signal.throwIfAborted();
      try {
        return retried(call, await invoke(call, signal, onProgress), retries);
      } catch (error) {
        const isLost = error instanceof LostError || (error instanceof LabError && retries > 0);
        if (!isLost) throw error;
        if (retries < RETRIES) continue;
        if (call.method === 'compare') {
          return failedRecord(call, error.message, retries, environment ?? (await recovered.environment()));
        }
        const ended = endOf(call, error.message, retries);
        if (ended === undefined) throw error;
        return ended;
      }
    }
  });
  return recovered;
}

/** What a call gave, the retries that it took noted in its results. */
function retried({ method }: LabCall, value: unknown, retries: number): unknown {
  const noted = (result: Result): Result => ({ ...result, retries: result.retries + retries });
  if (method === 'run' || method === 'verify') return noted(value as Result);
  if (method !== 'compare') return value;
  const record = value as RecordFile;
  return { ...record, results: record.results.map(noted) };
}

/** @returns `undefined` where it is lost. */
const unlessLost = (environment: Promise<Environment>): Promise<Environment | undefined> =>
  environment.catch((error: unknown) => {
    if (error instanceof LostError) return undefined;
    throw error;
  });

const failed = (spec: Spec, reason: string, retries: number): Result => ({
  environment: 0,
  spec,
  status: 'failed',
  reason,
  retries,
});

const failedRecord = (
  { args }: LabCall,
  reason: string,
  retries: number,
  environment: Environment,
): RecordFile => ({
  schemaVersion: 1,
  environments: [environment],
  results: (args[0] as readonly Spec[]).map((spec) => failed(spec, reason, retries)),
  comparisons: [],
});

/** What an experiment ends with that could not be run; `undefined` for a call that is none. */
function endOf({ method, args }: LabCall, reason: string, retries: number): Result | Sampled | undefined {
  if (method === 'run' || method === 'verify') return failed(args[0] as Spec, reason, retries);
  return method === 'sample' ? { kind: 'failed', cause: 'run', reason } : undefined;
}
