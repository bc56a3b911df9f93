import { type Nanoseconds, nanoseconds } from '../../src/base/units.ts';
import { calibrate } from '../../src/measure/calibrate.ts';
import { roundOrder } from '../../src/measure/round-order.ts';
import type { RoundTimes } from '../../src/measure/round-times.ts';
import type { Sampler, Timer } from '../../src/measure/sampler.ts';
import { medianInterval } from '../../src/measure/median-interval.ts';
import { median } from '../../src/measure/statistics.ts';

/** The time of one product by one contender. */
export interface ProductTiming {
  /** By round [ns]; null where the timer gave no positive one. */
  readonly samplesNs: readonly (number | null)[];
  readonly productsPerSample: number;
  readonly medianNs: number;
  /** The 95 % interval of the median [ns]. */
  readonly ciLowNs: number;
  readonly ciHighNs: number;
}

/** What became of timing one contender. */
export type Timed =
  | { readonly kind: 'timed'; readonly timing: ProductTiming; readonly times: RoundTimes }
  | { readonly kind: 'untimed'; readonly reason: string };

/** What timing needs from around it. */
export interface TimingContext {
  readonly timer: Timer;
  /** Of the order in rounds. */
  readonly seed: number;
  readonly rounds: number;
  /** Whether the adapter runs on the CPU: then no driver resets a GPU that a product keeps busy for seconds. */
  readonly software: boolean;
  readonly signal: AbortSignal;
  readonly tell: (step: string) => void;
}

/** Samples before the first round, which are thrown away. */
const WARM_UP = 2;

/**
 * Times several contenders against each other: finds how many products make a sample of each, then takes one sample of
 * each a round, every round in another order, as many rounds as are asked for.
 *
 * @returns one outcome for each, in the order given.
 * @throws the signal's reason once it aborts.
 */
export async function timeContenders(
  samplers: readonly Sampler[],
  { timer, seed, rounds, software, signal, tell }: TimingContext,
): Promise<readonly Timed[]> {
  const products: (number | string)[] = [];
  for (const [i, sampler] of samplers.entries()) {
    tell(`calibrating ${i + 1} of ${samplers.length}`);
    const calibration = await calibrate(sampler, timer, {
      now: () => nanoseconds(performance.now() * 1e6),
      signal,
      onProgress: () => undefined,
    });
    const { kind } = calibration;
    products.push(kind === 'ready' ? calibration.dispatches : software ? 1 : calibration.reason);
  }
  const times = samplers.map((): (Nanoseconds | undefined)[] => []);
  for (let round = -WARM_UP; round < rounds; round++) {
    tell(round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`);
    for (const i of roundOrder(seed, Math.max(0, round), samplers.length)) {
      signal.throwIfAborted();
      const count = products[i]!;
      if (typeof count === 'string') continue;
      const took = await samplers[i]!.sample(count);
      if (round >= 0) times[i]!.push(took === undefined ? undefined : nanoseconds(took / count));
    }
  }
  return products.map((count, i) =>
    typeof count === 'string' ? { kind: 'untimed', reason: count } : summary(times[i]!, count),
  );
}

function summary(times: RoundTimes, productsPerSample: number): Timed {
  const positive = times.filter((time) => time !== undefined);
  if (positive.length === 0) return { kind: 'untimed', reason: 'The timer gave no positive time.' };
  const interval = medianInterval(positive);
  const timing = {
    samplesNs: times.map((time) => time ?? null),
    productsPerSample,
    medianNs: median(positive),
    ciLowNs: interval.low,
    ciHighNs: interval.high,
  };
  return { kind: 'timed', timing, times };
}
