import { nanoseconds } from '../base/units.ts';
import type { Gpu } from '../device/gpu.ts';
import type { Peaks } from '../io/peaks.ts';
import type { Result, Timing } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { Foreground } from '../measure/foreground.ts';
import { measure, type Measurement } from '../measure/measure.ts';
import { type Protocol, PROTOCOLS, protocolFor } from '../measure/protocol.ts';
import { ratesOf } from '../measure/rates.ts';
import { impossibleTime, percentOfPeak, roofOf } from '../measure/roofline.ts';
import type { Surroundings } from '../measure/sampler.ts';
import type { CanaryPace } from '../measure/throttle-watch.ts';
import type { ReferencePool } from '../reference/pool.ts';
import { afterTiming, type AfterTiming } from './after-timing.ts';
import { loadCanary } from './canary.ts';
import { type CacheState, mayFitCaches, setCache } from './cold-cache.ts';
import type { Progress } from './lab.ts';
import { reporter } from './reporter.ts';
import { beyondRange } from './range.ts';
import { beyondResult, failedResult, okResult, type Outcome, type Verified, wrongResult } from './results.ts';
import { unlessLost } from './subject.ts';
import { alternate, type TwoInputs, twoInputs } from './two-sets.ts';

/** What timing works with. */
export interface TimingContext {
  readonly gpu: Gpu;
  readonly pool: ReferencePool;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Of the adapter, where they are known. */
  readonly peaks: Peaks | undefined;
  /** Of a page. */
  readonly foreground: Foreground | undefined;
  /** The canary's, over all measurements on the adapter. */
  readonly pace: CanaryPace;
}

/** One right experiment, ready for its time to be taken. */
interface Entrant {
  readonly verified: Verified;
  readonly inputs: TwoInputs;
  /** Bytes that the second of the two has of its own. */
  readonly secondBytes: number;
  readonly cache: Exclude<CacheState, { readonly kind: 'failed' }>;
}

const SOFTWARE =
  'This is a software adapter: the CPU plays the GPU. The verdict holds; the times compare with nothing outside this run.';

/**
 * Times experiments that are right in interleaved rounds, and checks what the last dispatch of each left.
 *
 * @returns an outcome for each, in the order given.
 * @throws PlanError `lost`, or the signal's reason.
 */
export async function timeAll(
  right: readonly Verified[],
  context: TimingContext,
): Promise<readonly Outcome[]> {
  const entrants: (Entrant | Outcome)[] = [];
  for (const verified of right) {
    entrants.push(await enter(verified, right.length, context));
  }
  const ready = entrants.filter((entrant) => 'verified' in entrant);
  const measurements = ready.length > 0 ? await measureAll(ready, context) : [];
  const outcomes: Outcome[] = [];
  let place = 0;
  for (const entrant of entrants) {
    outcomes.push(
      'result' in entrant
        ? entrant
        : await finish(entrant, measurements[place]!, { place: place++, count: ready.length }, context),
    );
  }
  return outcomes;
}

/** Makes two sets of operands that its dispatches take in turn, and the cache that it asks for. @param count of experiments. */
async function enter(
  verified: Verified,
  count: number,
  { gpu: { description } }: TimingContext,
): Promise<Entrant | Outcome> {
  const { subject } = verified;
  const inputs = twoInputs(subject);
  const second = await alternate(subject, inputs);
  if (second.kind === 'failed') return { result: failedResult(subject, second.reason) };
  const cache = await setCache(subject, description.software, count);
  if (cache.kind === 'failed') return { result: failedResult(subject, cache.reason) };
  return { verified, inputs, secondBytes: second.bytes, cache };
}

async function measureAll(
  entrants: readonly Entrant[],
  context: TimingContext,
): Promise<readonly Measurement[]> {
  const { gpu, pace } = context;
  const { timer, software } = gpu.description;
  const specs = entrants.map(({ verified }) => verified.subject.spec);
  const canary = await loadCanary(gpu);
  return measure(
    entrants.map(({ verified }) => verified.subject.loaded),
    {
      timer,
      protocol: strictest(specs, software),
      seed: specs[0]!.seed,
      pace,
      ...(canary ? { canary } : {}),
    },
    surroundingsOf(context),
  ).finally(() => canary?.destroy());
}

const surroundingsOf = ({ signal, onProgress, foreground }: TimingContext): Surroundings => ({
  now: () => nanoseconds(performance.now() * 1e6),
  signal,
  onProgress: reporter(onProgress),
  foreground,
});

/** Variants of one session share their rounds, and so the protocol that asks for most of them. */
function strictest(specs: readonly Spec[], software: boolean): Protocol {
  const names = specs.map(({ protocol }) => protocol);
  const [name = 'quick'] = names.sort((a, b) => PROTOCOLS[b].minRounds - PROTOCOLS[a].minRounds);
  return protocolFor(name, software);
}

/** Checks what timed dispatches gave; a time counts only where that is right and the time can be. */
async function finish(
  { verified, inputs, secondBytes, cache }: Entrant,
  measurement: Measurement,
  { place, count }: { readonly place: number; readonly count: number },
  context: TimingContext,
): Promise<Outcome> {
  const { subject, verification } = verified;
  if (measurement.kind === 'untimed') {
    return { result: { ...okResult(verified), status: 'failed', reason: measurement.reason } };
  }
  const { gpu, pool, signal, onProgress } = context;
  const checking = { pool, signal, report: reporter(onProgress, place, count) };
  const { dispatchesPerSample } = measurement.timing;
  const { timer, software } = gpu.description;
  let after: AfterTiming;
  try {
    for (const each of inputs) {
      const beyond = await beyondRange(subject.loaded.plan, each, signal);
      if (beyond) return { result: beyondResult(subject, beyond) };
    }
    after = await afterTiming(verified, inputs, {
      dispatchesPerSample,
      timer,
      ...surroundingsOf(context),
      ...checking,
    });
  } catch (cause) {
    return { result: { ...failedResult(subject, unlessLost(cause).message), verification } };
  }
  if (!after.verification.passed) return { result: wrongResult(subject, after.verification, true) };
  const timing = timingOf(measurement.timing, secondBytes, cache);
  const warnings = [
    ...(subject.facts.warnings ?? []),
    ...(software ? [SOFTWARE] : []),
    ...(cache.kind === 'cold' && cache.warning !== undefined ? [cache.warning] : []),
    ...after.warnings,
  ];
  const result = withRates(
    { ...okResult({ subject, verification: after.verification }), timing },
    verified,
    context,
  );
  return {
    result: warnings.length > 0 ? { ...result, warnings } : result,
    ...(result.status === 'ok' ? { times: measurement.times, resolutionNs: measurement.resolutionNs } : {}),
  };
}

const timingOf = (timing: Timing, secondBytes: number, cache: Entrant['cache']): Timing => ({
  ...timing,
  secondBytes,
  ...(cache.kind === 'cold' ? { cache: 'cold', coldBytes: cache.bytes } : {}),
});

/** Where the weights came from: copies that a cache may hold are no more than half cold. */
const cacheOf = ({ cache, coldBytes = Infinity }: Timing): Timing['cache'] =>
  cache === 'cold' && mayFitCaches(coldBytes, false) ? 'hot' : cache;

/** Adds rates and, where peaks are known, how near they came; a time that cannot be is refused. */
function withRates(
  result: Result & { readonly timing: Timing },
  { subject: { loaded, spec } }: Verified,
  { gpu: { description }, peaks }: TimingContext,
): Result {
  const { timing } = result;
  const { plan } = loaded;
  const { medianNs } = timing;
  const ownText = spec.wgsl !== undefined;
  const roof =
    peaks && roofOf(plan, peaks, { cache: cacheOf(timing), ownText, alongside: timing.secondBytes });
  // The peaks of a CPU are those of a moment: others use it as well.
  const impossible = roof && !description.software ? impossibleTime(roof, medianNs) : undefined;
  if (impossible !== undefined) return { ...result, status: 'failed', reason: impossible };
  const rates = ratesOf(plan, timing, description.timer);
  if (!rates) return result;
  const near = roof && percentOfPeak(roof, medianNs);
  return { ...result, derived: { ...rates, ...near } };
}
