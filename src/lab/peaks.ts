import { nanoseconds } from '../base/units.ts';
import type { Gpu } from '../device/gpu.ts';
import type { Peaks } from '../io/peaks.ts';
import { type PeakKind, type PeakProbe, peakProbes } from '../kernels/peak-plans.ts';
import type { Foreground } from '../measure/foreground.ts';
import { measure } from '../measure/measure.ts';
import type { Protocol } from '../measure/protocol.ts';
import type { Surroundings } from '../measure/sampler.ts';
import type { Progress } from './lab.ts';

/** The best of some samples is wanted, not a median with a narrow interval. */
const PROTOCOL: Protocol = {
  minRounds: 10,
  targetHalfWidth: 0.05,
  budget: nanoseconds(100e6),
  timeout: nanoseconds(1e9),
  warmUp: { busy: nanoseconds(50e6), cap: nanoseconds(200e6) },
};

const FIELDS: Readonly<Record<PeakKind, keyof Peaks>> = {
  copy: 'copyGbps',
  read: 'readGbps',
  cache: 'cacheGbps',
  workgroup: 'workgroupGbps',
  f32: 'f32Gflops',
  f16: 'f16Gflops',
  dot4: 'dot4Gops',
};

/**
 * Measures what an adapter can do at best: runs a probe of each kind on its own and keeps the best sample's rate. A kind that
 * cannot be timed has a rate of 0.
 *
 * @param foreground of a page: nothing that is measured in the background counts.
 * @throws PlanError, or the signal's reason.
 */
export async function measurePeaks(
  gpu: Gpu,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
  foreground?: Foreground,
): Promise<Peaks> {
  const peaks: Peaks = { copyGbps: 0, readGbps: 0, cacheGbps: 0, workgroupGbps: 0, f32Gflops: 0 };
  const probes = peakProbes(gpu.caps, gpu.description.software);
  for (const [i, probe] of probes.entries()) {
    signal.throwIfAborted();
    onProgress({ phase: 'peaks', fraction: i / probes.length, detail: probe.kind });
    peaks[FIELDS[probe.kind]] = await bestRate(gpu, probe, { signal, foreground });
  }
  onProgress({ phase: 'peaks', fraction: 1, detail: '' });
  return peaks;
}

/** @returns [10⁹ a second] */
async function bestRate(
  gpu: Gpu,
  { plan, amount }: PeakProbe,
  interruptions: Pick<Surroundings, 'signal' | 'foreground'>,
): Promise<number> {
  const loaded = await gpu.load(plan);
  try {
    // The first one has what the driver leaves until then: memory, the last of the compiling.
    await loaded.sample(1);
    const [measurement] = await measure(
      [loaded],
      { timer: gpu.description.timer, protocol: PROTOCOL, seed: 1 },
      { ...interruptions, now: () => nanoseconds(performance.now() * 1e6), onProgress: () => undefined },
    );
    if (measurement?.kind !== 'measured') return 0;
    return amount / Math.min(...measurement.times.filter((time) => time !== undefined));
  } finally {
    loaded.destroy();
  }
}
