import type { Timing } from '../io/record.ts';
import { calibrate, type Calibration } from './calibrate.ts';
import type { Protocol } from './protocol.ts';
import { type RoundTimes, sampleRounds } from './sample-rounds.ts';
import type { Contender, Sampler, Surroundings, Timer } from './sampler.ts';
import { summarize } from './summarize.ts';
import { warmUp } from './warm-up.ts';

/** What became of timing one piece of work. */
export type Measurement =
  | {
      readonly kind: 'measured';
      readonly timing: Timing;
      /** By round, for comparisons with others of the same call. */
      readonly times: RoundTimes;
    }
  | { readonly kind: 'untimed'; readonly reason: string };

/** What to measure by, and in which order. */
export interface MeasureOptions {
  readonly timer: Timer;
  readonly protocol: Protocol;
  /** Of the orders of rounds and of the bootstrap. */
  readonly seed: number;
  /** Work that never changes, by which a GPU that slows down is noticed. */
  readonly canary?: Sampler;
}

/**
 * Times several pieces of work against each other: calibrates and warms up each, then samples all in interleaved
 * rounds. One that cannot be timed does not keep the others from it.
 *
 * @returns one measurement for each, in the order given.
 */
export async function measure(
  samplers: readonly Sampler[],
  { timer, protocol, seed, canary }: MeasureOptions,
  surroundings: Surroundings,
): Promise<readonly Measurement[]> {
  const calibrations: Calibration[] = [];
  for (const sampler of samplers) calibrations.push(await calibrate(sampler, timer, surroundings));
  const contenders = samplers.flatMap((sampler, i) => {
    const calibration = calibrations[i]!;
    return calibration.kind === 'ready' ? [{ sampler, dispatches: calibration.dispatches }] : [];
  });
  for (const { sampler, dispatches } of contenders) {
    await warmUp(sampler, dispatches, protocol.warmUp, surroundings);
  }
  const { times: rounds, throttledRounds } =
    contenders.length > 0
      ? await sampleRounds(
          contenders,
          protocol,
          seed,
          surroundings,
          await contend(canary, timer, surroundings),
        )
      : { times: [], throttledRounds: 0 };
  const timesOfReady = rounds.values();
  return calibrations.map((calibration): Measurement => {
    if (calibration.kind === 'refused') return { kind: 'untimed', reason: calibration.reason };
    const times = timesOfReady.next().value ?? [];
    const timing = summarize(times, calibration.dispatches, protocol, timer.stepNs, seed);
    if (timing) return { kind: 'measured', timing: { ...timing, throttledRounds }, times };
    return { kind: 'untimed', reason: `The timer gave no positive time in ${times.length} samples.` };
  });
}

/** The canary with as many dispatches as make a sample; nothing where it cannot be timed. */
async function contend(
  canary: Sampler | undefined,
  timer: Timer,
  surroundings: Surroundings,
): Promise<Contender | undefined> {
  const calibration = canary && (await calibrate(canary, timer, surroundings));
  return canary && calibration?.kind === 'ready'
    ? { sampler: canary, dispatches: calibration.dispatches }
    : undefined;
}
