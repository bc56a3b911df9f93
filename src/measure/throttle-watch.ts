import type { Contender } from './sampler.ts';

/** Rounds between two looks at the canary. */
const EVERY = 8;
/** A canary that is slower than its own best by more than this ran on a GPU that had slowed down. */
const TOLERANCE = 1.05;

/**
 * Watches for a GPU that slows down, by the time of a canary: work that never changes, sampled before the first round
 * and after every eighth. A slow canary casts doubt on the rounds since the look before.
 */
export class ThrottleWatch {
  readonly #canary: Contender | undefined;
  #best = Infinity;
  #throttledRounds = 0;

  /** @param canary work and dispatches a sample; without one nothing is watched. */
  constructor(canary: Contender | undefined) {
    this.#canary = canary;
  }

  /** Rounds in doubt so far. */
  get throttledRounds(): number {
    return this.#throttledRounds;
  }

  /** Looks if it is time to. @param round rounds that are over. */
  async after(round: number): Promise<void> {
    if (!this.#canary || round % EVERY !== 0) return;
    const { sampler, dispatches } = this.#canary;
    const took = await sampler.sample(dispatches);
    if (took === undefined) return;
    this.#best = Math.min(this.#best, took);
    if (took > TOLERANCE * this.#best) this.#throttledRounds += Math.min(round, EVERY);
  }
}
