import type { Environment, RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import { type Lab, LAB_METHODS, LabError, LostError, type Sampled } from './lab.ts';
import { invokeOn, type LabCall, labOf, mapResults } from './lab-call.ts';
import { orAborted } from './or-aborted.ts';

/** How often a call begins again. */
const RETRIES = 1;

/**
 * A lab whose calls begin again, once, where what they ran on is lost: the device, its worker, its browser, each of which is started
 * anew by the next call. What is lost again, or cannot be started again, ends an experiment as failed. Put around a lab once, where it
 * is asked, so that no two policies add up.
 */
export function withRecovery(lab: Lab): Lab {
  const invoke = invokeOn(lab);
  return labOf(async (call, signal, onProgress) => {
    let environment: Environment | undefined;
    for (let retries = 0; ; retries++) {
      signal.throwIfAborted();
      try {
        // First, for a device that is lost for good can no longer be asked.
        if (isComparison(call)) environment ??= await orAborted(lab.environment(), signal);
        const value = await invoke(call, signal, onProgress);
        return mapResults(call, value, (result) => ({ ...result, retries: result.retries + retries }));
      } catch (error) {
        const isLost = error instanceof LostError || (error instanceof LabError && retries > 0);
        if (!isLost) throw error;
        if (retries < RETRIES) continue;
        const ended = endOf(call, error.message, retries, environment);
        if (ended === undefined) throw error;
        return ended;
      }
    }
  });
}

const isComparison = ({ method }: LabCall): boolean => LAB_METHODS[method].gives === 'record';

/** What an experiment ends with that could not be run; `undefined` for a call that is none, or has no machine to tell of. */
function endOf(
  { method, args }: LabCall,
  reason: string,
  retries: number,
  environment: Environment | undefined,
): Result | RecordFile | Sampled | undefined {
  const failed = (spec: Spec): Result => ({ environment: 0, spec, status: 'failed', reason, retries });
  switch (LAB_METHODS[method].gives) {
    case 'result':
      return failed(args[0] as Spec);
    case 'record':
      return (
        environment && {
          schemaVersion: 1,
          environments: [environment],
          results: (args[0] as readonly Spec[]).map(failed),
          comparisons: [],
        }
      );
    case 'samples':
      return { kind: 'failed', cause: 'run', reason };
    case 'answer':
      return undefined;
  }
}
