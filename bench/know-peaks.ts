import type { Environment } from '../src/io/record.ts';
import type { CommandContext } from './context.ts';
import { loadPeaks, savePeaks } from './peaks-file.ts';
import type { Session } from './with-engine.ts';

/**
 * Lets a session's lab know the peaks of its adapter: those kept from before, else newly measured, and kept. On a software
 * adapter, where they take seconds and tell little, they are measured only where that is asked for.
 *
 * @param wanted `again` measures even what is kept.
 * @returns the environment with its peaks, if they are known.
 */
export async function knowPeaks(
  { engine, environment, progress }: Session,
  wanted: 'if-hardware' | 'always' | 'again',
  { signal, peaksPath }: CommandContext,
): Promise<Environment> {
  const known = wanted === 'again' ? undefined : await loadPeaks(peaksPath, environment);
  if (!known && wanted === 'if-hardware' && environment.adapter.software) return environment;
  const peaks = await engine.lab.peaks(known, signal, progress.report);
  if (!known) await savePeaks(peaksPath, environment, peaks);
  return { ...environment, peaks };
}
