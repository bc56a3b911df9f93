import { type Nanoseconds, nanoseconds } from '../base/units.ts';
import { pairLogRatios } from './pair-log-ratios.ts';
import type { Protocol } from './protocol.ts';
import { roundOrder } from './round-order.ts';
import type { RoundTimes } from './round-times.ts';
import type { Contender, Surroundings } from './sampler.ts';
import { type StopReason, StopRule } from './stop-rule.ts';
import { ThrottleWatch } from './throttle-watch.ts';

/** What sampling in rounds gave. */
export interface Rounds {
  /** One list for each contender, a time a round, those that do not count included. */
  readonly times: readonly RoundTimes[];
  /** Whether each round counts: it does not where the GPU had slowed down and recovered after a pause. */
  readonly counts: readonly boolean[];
  readonly stopped: StopReason;
  readonly throttledRounds: number;
}

/**
 * Times every contender once a round, each round in a new random order with balanced first places, so that a clock that
 * drifts or a GPU that heats up slows all of them alike; until the protocol is satisfied.
 *
 * @param canary work by which a GPU that slows down is noticed, if any.
 */
export async function sampleRounds(
  contenders: readonly Contender[],
  protocol: Protocol,
  seed: number,
  { now, signal, onProgress, pause }: Surroundings,
  canary?: Contender,
): Promise<Rounds> {
  const times = contenders.map((): (Nanoseconds | undefined)[] => []);
  const counts: boolean[] = [];
  const rule = new StopRule(protocol, seed);
  const watch = new ThrottleWatch(canary, pause);
  await watch.after(0);
  const start = now();
  for (let round = 1; ; round++) {
    for (const i of roundOrder(seed, round - 1, contenders.length)) {
      signal.throwIfAborted();
      const { sampler, dispatches } = contenders[i]!;
      const took = await sampler.sample(dispatches);
      times[i]!.push(took === undefined ? undefined : nanoseconds(took / dispatches));
    }
    counts.push(true);
    const { doubtful, recovered } = await watch.after(round);
    if (recovered) counts.fill(false, round - doubtful);
    const elapsed = nanoseconds((now() - start) / contenders.length);
    const counted = times.map((series) => series.map((time, i) => (counts[i] ? time : undefined)));
    const stopped = rule.after(counts.filter(Boolean).length, seriesOf(counted), elapsed);
    onProgress('measure', stopped ? 1 : share(round, elapsed, protocol), `round ${round}`);
    if (stopped) return { times, counts, stopped, throttledRounds: watch.throttledRounds };
  }
}

/** What must be narrow: the times of each contender, and of several their ratios to the first. */
const seriesOf = (times: readonly RoundTimes[]): Parameters<StopRule['after']>[1] => ({
  times: times.map((series) => series.filter((time) => time !== undefined)),
  logRatios: times.slice(1).map((series) => pairLogRatios(times[0]!, series)),
});

/** How far a measurement has come at least: half by rounds, half by budget. */
const share = (round: number, elapsed: number, { minRounds, budget }: Protocol): number =>
  Math.min(1, round / minRounds) / 2 + Math.min(1, elapsed / budget) / 2;
