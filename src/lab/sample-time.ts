import { nanoseconds } from '../base/units.ts';
import type { Spec } from '../io/spec.ts';
import { calibrate } from '../measure/calibrate.ts';
import { undisturbed } from '../measure/foreground.ts';
import { slopeSampler } from '../measure/slope-sampler.ts';
import { POISON_BITS } from '../reference/poison.ts';
import { setCache } from './cold-cache.ts';
import type { Sampled } from './lab.ts';
import { uploadInputs } from './operands.ts';
import { reporter } from './reporter.ts';
import type { SessionContext } from './session.ts';
import { prepare, type Subject, unlessLost } from './subject.ts';
import { alternate, twoInputs } from './two-sets.ts';

/** Samples without a positive time after which a tile is given up. */
const MOST_UNTIMED = 3;

/**
 * Takes a few samples of a spec's time, its kernel unchecked, and tells each as it is taken. Two inputs alternate, as where results
 * count: a search must not find a kernel that keeps its results.
 *
 * @param count of samples.
 * @throws PlanError `lost`, or the signal's reason.
 */
export async function sampleTime(spec: Spec, count: number, context: SessionContext): Promise<Sampled> {
  const { gpu, source, signal, onProgress } = context;
  signal.throwIfAborted();
  const subject = await prepare(spec, gpu, source, signal, reporter(onProgress));
  if (subject.kind === 'ended') return { kind: 'failed', cause: 'compile', reason: subject.reason };
  try {
    return await sampleLoaded(subject, count, context);
  } catch (cause) {
    return { kind: 'failed', cause: 'run', reason: unlessLost(cause).message };
  } finally {
    subject.loaded.destroy();
  }
}

async function sampleLoaded(
  subject: Subject,
  count: number,
  { gpu, signal, onProgress, foreground }: SessionContext,
): Promise<Sampled> {
  const { loaded } = subject;
  const { timer, software } = gpu.description;
  const inputs = twoInputs(subject);
  uploadInputs(loaded, inputs[0]);
  // What a driver leaves until the first dispatch must not be taken for the kernel's time.
  await loaded.run(POISON_BITS);
  const second = await alternate(subject, inputs);
  if (second.kind === 'failed') return { kind: 'failed', cause: 'run', reason: second.reason };
  const cache = await setCache(subject, software, 1);
  if (cache.kind === 'failed') return { kind: 'failed', cause: 'run', reason: cache.reason };
  const now = () => nanoseconds(performance.now() * 1e6);
  const surroundings = { now, signal, onProgress: reporter(onProgress), foreground };
  const calibration = await calibrate(loaded, timer, surroundings);
  if (calibration.kind === 'refused') {
    return { kind: 'failed', cause: 'timeout', reason: calibration.reason };
  }
  const { dispatches, sampling } = calibration;
  const sampler = sampling === 'slope' ? slopeSampler(loaded) : loaded;
  const samplesNs: number[] = [];
  for (let untimed = 0; samplesNs.length < count;) {
    signal.throwIfAborted();
    const took = await undisturbed(surroundings, () => sampler.sample(dispatches));
    if (took !== undefined) {
      const sampleNs = took / dispatches;
      samplesNs.push(sampleNs);
      onProgress({ phase: 'measure', fraction: samplesNs.length / count, detail: '', sampleNs });
    } else if (++untimed === MOST_UNTIMED) {
      return { kind: 'failed', cause: 'run', reason: 'The timer gives no positive time.' };
    }
  }
  return { kind: 'timed', samplesNs };
}
