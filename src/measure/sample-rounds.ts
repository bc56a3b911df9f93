import { type Nanoseconds, nanoseconds } from '../base/units.ts';
import type { Protocol } from './protocol.ts';
import { roundOrder } from './round-order.ts';
import type { Contender, Surroundings } from './sampler.ts';
import { type StopReason, StopRule } from './stop-rule.ts';
import { ThrottleWatch } from './throttle-watch.ts';

/** The time of one dispatch in each round; `undefined` where the timer gave no positive one. */
export type RoundTimes = readonly (Nanoseconds | undefined)[];

/**
 * Times every contender once a round, each round in a new random order with balanced first places, so that a clock that
 * drifts or a GPU that heats up slows all of them alike; until the protocol is satisfied.
 *
 * @param canary work by which a GPU that slows down is noticed, if any.
 * @returns one list for each contender, a time a round, in the order given.
 */
export async function sampleRounds(
  contenders: readonly Contender[],
  protocol: Protocol,
  seed: number,
  { now, signal, onProgress }: Surroundings,
  canary?: Contender,
): Promise<{
  readonly times: readonly RoundTimes[];
  readonly stopped: StopReason;
  readonly throttledRounds: number;
}> {
  const times = contenders.map((): (Nanoseconds | undefined)[] => []);
  const positive = contenders.map((): number[] => []);
  const rule = new StopRule(protocol, seed);
  const watch = new ThrottleWatch(canary);
  await watch.after(0);
  const start = now();
  for (let round = 1; ; round++) {
    for (const i of roundOrder(seed, round - 1, contenders.length)) {
      signal.throwIfAborted();
      const { sampler, dispatches } = contenders[i]!;
      const took = await sampler.sample(dispatches);
      times[i]!.push(took === undefined ? undefined : nanoseconds(took / dispatches));
      if (took !== undefined) positive[i]!.push(took / dispatches);
    }
    await watch.after(round);
    const elapsed = nanoseconds((now() - start) / contenders.length);
    const stopped = rule.after(round, positive, elapsed);
    onProgress('measure', stopped ? 1 : share(round, elapsed, protocol), `round ${round}`);
    if (stopped) return { times, stopped, throttledRounds: watch.throttledRounds };
  }
}

/** How far a measurement has come at least: half by rounds, half by budget. */
const share = (round: number, elapsed: number, { minRounds, budget }: Protocol): number =>
  Math.min(1, round / minRounds) / 2 + Math.min(1, elapsed / budget) / 2;
