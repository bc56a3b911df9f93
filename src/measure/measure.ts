import type { Timing } from '../io/record.ts';
import { alike, calibrate, type Calibration, LEAST_STEPS } from './calibrate.ts';
import type { Protocol } from './protocol.ts';
import { countedTimes, type RoundTimes } from './round-times.ts';
import { type Rounds, sampleRounds } from './sample-rounds.ts';
import type { Contender, Sampler, Surroundings, Timer } from './sampler.ts';
import { SLOPE_STEPS, slopeSampler } from './slope-sampler.ts';
import { summarize } from './summarize.ts';
import type { CanaryPace } from './throttle-watch.ts';
import { warmUp } from './warm-up.ts';

/** Steps of the timer in a sample where variants are compared: a ratio is blurred by the half steps of both. */
const STEPS_TO_COMPARE = 4 * LEAST_STEPS;
/** Of the half width that a protocol asks for, half a step of the timer may take up this share. */
const STEP_SHARE = 0.2;

/** What became of timing one piece of work. */
export type Measurement =
  | {
      readonly kind: 'measured';
      readonly timing: Timing;
      /** By round, for comparisons with others of the same call. */
      readonly times: RoundTimes;
      /** The smallest difference that the timer shows between two times [ns per dispatch]. */
      readonly resolutionNs: number;
    }
  | { readonly kind: 'untimed'; readonly reason: string };

/** What to measure by, and in which order. */
export interface MeasureOptions {
  readonly timer: Timer;
  readonly protocol: Protocol;
  /** Of the orders of rounds. */
  readonly seed: number;
  /** Work that never changes, by which a GPU that slows down is noticed. */
  readonly canary?: Sampler;
  /** The canary's best of the session; by default of this measurement. */
  readonly pace?: CanaryPace;
}

/** Work with what calibration made of it. */
type Ready = Contender & { readonly sampling: 'mean' | 'slope' };

/**
 * Times several pieces of work against each other: calibrates and warms up each, then samples all in interleaved
 * rounds. One that cannot be timed does not keep the others from it. Samples of more than 512 dispatches are slopes.
 *
 * @returns one measurement for each, in the order given.
 */
export async function measure(
  samplers: readonly Sampler[],
  options: MeasureOptions,
  surroundings: Surroundings,
): Promise<readonly Measurement[]> {
  const { timer, protocol, seed, canary, pace } = options;
  const leastSteps = stepsFor(samplers.length, protocol);
  const found: Calibration[] = [];
  for (const sampler of samplers) {
    found.push(await calibrate(sampler, timer, surroundings, leastSteps));
  }
  const calibrations = alike(found);
  const contenders = samplers.flatMap((sampler, i) => contend(sampler, calibrations[i]!, timer));
  for (const { sampler, dispatches } of contenders) {
    await warmUp(sampler, dispatches, protocol.warmUp, surroundings);
  }
  const watched = canary && contend(canary, await calibrate(canary, timer, surroundings), timer)[0];
  const rounds =
    contenders.length > 0
      ? await sampleRounds(contenders, protocol, seed, surroundings, watched, pace)
      : { times: [], fates: [], throttledRounds: 0 };
  let place = 0;
  return calibrations.map((calibration): Measurement => {
    if (calibration.kind === 'refused') return { kind: 'untimed', reason: calibration.reason };
    return measurementOf(contenders[place]!, place++, rounds, options);
  });
}

/** Steps of the timer that a sample lasts at least. */
const stepsFor = (contenders: number, { targetHalfWidth }: Protocol): number =>
  Math.max(
    contenders > 1 ? STEPS_TO_COMPARE : LEAST_STEPS,
    Math.ceil(1 / 2 / (STEP_SHARE * targetHalfWidth)),
  );

function contend(sampler: Sampler, calibration: Calibration, { stepNs }: Timer): readonly Ready[] {
  if (calibration.kind === 'refused') return [];
  const { dispatches, sampling } = calibration;
  const resolutionNs = (stepNs * (sampling === 'slope' ? SLOPE_STEPS : 1)) / dispatches;
  return [
    {
      sampler: sampling === 'slope' ? slopeSampler(sampler) : sampler,
      ...{ dispatches, sampling, resolutionNs },
    },
  ];
}

function measurementOf(
  { dispatches, sampling, resolutionNs }: Ready,
  place: number,
  { times, fates, throttledRounds }: Omit<Rounds, 'stopped'>,
  { protocol }: MeasureOptions,
): Measurement {
  const own = times[place]!;
  const sampled = { times: own, fates, dispatchesPerSample: dispatches, resolutionNs };
  const timing = summarize(sampled, protocol);
  if (!timing)
    return { kind: 'untimed', reason: `The timer gave no positive time in ${own.length} samples.` };
  return {
    kind: 'measured',
    timing: { ...timing, throttledRounds, sampling },
    times: countedTimes(own, fates),
    resolutionNs,
  };
}
