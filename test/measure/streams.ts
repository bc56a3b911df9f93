import { hash32, normal, uniform } from '../../src/base/random.ts';
import { type Nanoseconds, nanoseconds } from '../../src/base/units.ts';

/** Times of two variants in the same rounds. */
export interface Pair {
  readonly a: readonly Nanoseconds[];
  readonly b: readonly Nanoseconds[];
  /** The timer's step as it shows in a time [ns]. */
  readonly resolutionNs: number;
}

/** Draws a pair whose second takes `ratio` times as long as its first. */
export type Stream = (ratio: number, seed: number, rounds?: number) => Pair;

/** A true time of one dispatch [ns]. */
const TRUTH = 37_000;
const ROUNDS = 40;

/** @param factor of the time of variant 0 or 1 in a round, in which variant 0 was first or second. */
const stream =
  (factor: (seed: number, round: number, variant: number) => number): Stream =>
  (ratio, seed, rounds = ROUNDS) => {
    const times = (variant: number): Nanoseconds[] =>
      Array.from({ length: rounds }, (_, round) =>
        nanoseconds(TRUTH * (variant === 0 ? 1 : ratio) * factor(seed, round, variant)),
      );
    return { a: times(0), b: times(1), resolutionNs: 0 };
  };

const own = (seed: number, variant: number): number => hash32(seed, variant);

/** 1 % of independent noise. */
const noise = (seed: number, round: number, variant: number, size = 0.01): number =>
  1 + size * normal(own(seed, variant), round);

/** A clock of 65.536 µs, read at the begin and the end of 240 dispatches that begin anywhere between two of its steps. */
const STEP = 65_536;
const DISPATCHES = 240;

const quantised: Stream = (ratio, seed, rounds = ROUNDS) => {
  const exact = STREAMS.normal(ratio, seed, rounds);
  const read = (times: readonly Nanoseconds[], variant: number): Nanoseconds[] =>
    times.map((time, round) => {
      const begin = uniform(own(seed, 10 + variant), round) * STEP;
      const steps = Math.floor((begin + time * DISPATCHES) / STEP);
      return nanoseconds((steps * STEP) / DISPATCHES);
    });
  return { a: read(exact.a, 0), b: read(exact.b, 1), resolutionNs: STEP / DISPATCHES };
};

/** Kinds of noise that GPUs and machines have. */
export const STREAMS = {
  normal: stream(noise),
  /** Slows down by half over the rounds, as a GPU that heats up does. */
  drift: stream((seed, round, variant) => noise(seed, round, variant) * (1 + round / 80)),
  /** One sample in ten takes half as long again, or several times as long. */
  spikes: stream((seed, round, variant) => {
    const dice = uniform(own(seed, 20 + variant), round);
    return noise(seed, round, variant) * (dice < 0.1 ? 1.5 + 40 * dice : 1);
  }),
  /** Two clock rates, the faster in two rounds of three. */
  bimodal: stream(
    (seed, round, variant) =>
      noise(seed, round, variant) * (uniform(own(seed, 30), round) < 1 / 3 ? 1.15 : 1),
  ),
  /** Cauchy's distribution, which has no variance, in the logarithm. */
  heavyTails: stream((seed, round, variant) =>
    Math.exp(0.006 * Math.tan(Math.PI * (uniform(own(seed, 40 + variant), round) - 0.5))),
  ),
  /** What was first in a round ran on a GPU that had rested: 1 % faster; first places are balanced. */
  order: stream(
    (seed, round, variant) => noise(seed, round, variant) * ((round + variant) % 2 === 0 ? 0.99 : 1),
  ),
  noisy: stream((seed, round, variant) => noise(seed, round, variant, 0.12)),
  quantised,
} satisfies Record<string, Stream>;
