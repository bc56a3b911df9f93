import { type Nanoseconds, nanoseconds } from '../base/units.ts';
import type { Protocol } from './protocol.ts';
import { roundOrder } from './round-order.ts';
import { pairRounds } from './round-pairs.ts';
import { countedTimes, type RoundFate, type RoundTimes } from './round-times.ts';
import type { Contender, Surroundings } from './sampler.ts';
import { type StopReason, StopRule, type StopSeries } from './stop-rule.ts';
import { type CanaryPace, ThrottleWatch } from './throttle-watch.ts';

/** What sampling in rounds gave. */
export interface Rounds {
  /** One list for each contender, a time a round, those that do not count included. */
  readonly times: readonly RoundTimes[];
  readonly fates: readonly RoundFate[];
  readonly stopped: StopReason;
  readonly throttledRounds: number;
}

/**
 * Times every contender once a round, each round in a new random order with balanced first places, so that a clock that
 * drifts or a GPU that heats up slows all of them alike; until the protocol is satisfied.
 *
 * @param canary work by which a GPU that slows down is noticed, if any.
 * @param pace the canary's best of the session.
 */
export async function sampleRounds(
  contenders: readonly Contender[],
  protocol: Protocol,
  seed: number,
  { now, signal, onProgress, foreground, pause }: Surroundings,
  canary?: Contender,
  pace?: CanaryPace,
): Promise<Rounds> {
  const times = contenders.map((): (Nanoseconds | undefined)[] => []);
  const fates: RoundFate[] = [];
  const rule = new StopRule(protocol);
  const watch = new ThrottleWatch(canary, pace, pause);
  await watch.after(0);
  let start = now();
  for (let taken = 0; ;) {
    const asked = now();
    await foreground?.wait(signal);
    const began = now();
    const lapses = foreground?.lapses;
    const took = await takeRound(contenders, roundOrder(seed, fates.length, contenders.length), signal);
    for (const [i, series] of times.entries()) series.push(took[i]);
    const hidden = foreground?.lapses !== lapses;
    fates.push(hidden ? 'hidden' : 'counted');
    // Neither waiting nor a round that is taken again is charged to the budget.
    start = nanoseconds(start + ((hidden ? now() : began) - asked));
    if (hidden) continue;
    const { doubtful, recovered } = await watch.after(++taken);
    if (recovered) throttle(fates, doubtful);
    const elapsed = nanoseconds((now() - start) / contenders.length);
    const counted = times.map((series) => countedTimes(series, fates));
    const stopped = rule.after(fates.filter(isCounted).length, seriesOf(contenders, counted), elapsed);
    const fraction = stopped ? 1 : share(taken, elapsed, protocol);
    onProgress('measure', fraction, wordRound(taken, rule.isNear, elapsed, protocol));
    if (!stopped) continue;
    await watch.last(taken);
    return { times, fates, stopped, throttledRounds: watch.throttledRounds };
  }
}

/** @returns one time of each contender [ns per dispatch], in their own order. */
async function takeRound(
  contenders: readonly Contender[],
  order: readonly number[],
  signal: AbortSignal,
): Promise<RoundTimes> {
  const times: (Nanoseconds | undefined)[] = contenders.map(() => undefined);
  for (const i of order) {
    signal.throwIfAborted();
    const { sampler, dispatches } = contenders[i]!;
    const took = await sampler.sample(dispatches);
    if (took !== undefined) times[i] = nanoseconds(took / dispatches);
  }
  return times;
}

const isCounted = (fate: RoundFate): boolean => fate === 'counted';

/** Marks the last rounds that were taken in front. */
function throttle(fates: RoundFate[], rounds: number): void {
  const inFront = fates.flatMap((fate, round) => (fate === 'hidden' ? [] : [round]));
  for (const round of inFront.slice(-rounds)) fates[round] = 'throttled';
}

/** What must be narrow: the times of each contender, and of several their ratios to the first. */
function seriesOf(contenders: readonly Contender[], times: readonly RoundTimes[]): StopSeries {
  const resolutionsNs = contenders.map(({ resolutionNs }) => resolutionNs);
  return {
    resolutionsNs,
    times: times.map((series) => series.filter((time) => time !== undefined)),
    pairs: () =>
      times
        .slice(1)
        .map((series, i) =>
          pairRounds(times[0]!, series, { a: resolutionsNs[0]!, b: resolutionsNs[i + 1]! }),
        ),
  };
}

/** A round, and what it is taken for once the budget is spent. */
const wordRound = (taken: number, isNear: boolean, elapsed: number, { budget }: Protocol): string =>
  `round ${taken}${isNear && elapsed >= budget ? ', a verdict is near' : ''}`;

/** How far a measurement has come at least: half by rounds, half by budget. */
const share = (round: number, elapsed: number, { minRounds, budget }: Protocol): number =>
  Math.min(1, round / minRounds) / 2 + Math.min(1, elapsed / budget) / 2;
