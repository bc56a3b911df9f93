import { undisturbed } from './foreground.ts';
import type { Protocol } from './protocol.ts';
import type { Sampler, Surroundings } from './sampler.ts';
import { median } from './statistics.ts';

/** Samples on either side of the test for a steady time. */
const WINDOW = 5;
/** Medians of neighbouring windows that differ by no more are steady. */
const STEADY = 0.02;

/**
 * Runs the work through the same path as the measurement until the GPU was busy for long enough and the time is
 * steady, or the cap is reached. Begins again where the page went to the background meanwhile.
 */
export const warmUp = (
  sampler: Sampler,
  dispatches: number,
  limits: Protocol['warmUp'],
  surroundings: Surroundings,
): Promise<void> => undisturbed(surroundings, () => warmUpOnce(sampler, dispatches, limits, surroundings));

async function warmUpOnce(
  sampler: Sampler,
  dispatches: number,
  { busy, cap }: Protocol['warmUp'],
  { now, signal, onProgress }: Surroundings,
): Promise<void> {
  const start = now();
  const samples: number[] = [];
  let worked = 0;
  while (now() - start < cap && (worked < busy || !isSteady(samples))) {
    signal.throwIfAborted();
    const took = await sampler.sample(dispatches);
    if (took !== undefined) samples.push(took);
    worked += took ?? 0;
    onProgress('warm-up', Math.min(1, Math.max(worked / busy, (now() - start) / cap)), '');
  }
}

/** Whether the last samples are like those before them. */
export function isSteady(samples: readonly number[]): boolean {
  if (samples.length < 2 * WINDOW) return false;
  const last = median(samples.slice(-WINDOW));
  const before = median(samples.slice(-2 * WINDOW, -WINDOW));
  return Math.abs(last / before - 1) <= STEADY;
}
