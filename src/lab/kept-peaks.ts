import * as v from 'valibot';
import { type Peaks, PeaksSchema } from '../io/peaks.ts';
import type { Environment } from '../io/record.ts';
import type { Kept } from './kept.ts';
import { machineKey } from './machine-key.ts';

const nameOf = (environment: Environment): string => `peaks/${machineKey(environment)}`;

/** The peaks that a browser keeps of an adapter; `undefined` where it keeps none. */
export function keptPeaks(kept: Kept, environment: Environment): Peaks | undefined {
  const parsed = v.safeParse(PeaksSchema, kept.read(nameOf(environment)));
  return parsed.success ? parsed.output : undefined;
}

/** Keeps the peaks of an adapter. Where that cannot be done, they are measured again next time. */
export function keepPeaks(kept: Kept, environment: Environment, peaks: Peaks): void {
  kept.write(nameOf(environment), peaks);
}
