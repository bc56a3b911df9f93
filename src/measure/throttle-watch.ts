import { type Nanoseconds, nanoseconds } from '../base/units.ts';
import type { Contender } from './sampler.ts';

/** Rounds between two looks at the canary. */
const EVERY = 8;
/** A canary that is slower than its own best by more than this ran on a GPU that had slowed down. */
const TOLERANCE = 1.05;
/** Pauses for a GPU that slowed down [ns], each followed by a look; all of a measurement together: none is left empty. */
const PAUSES: readonly Nanoseconds[] = [50e6, 125e6, 312.5e6].map(nanoseconds);

/** What a look at the canary means for the rounds since the look before. */
export interface Look {
  /** Rounds in doubt. */
  readonly doubtful: number;
  /** Whether the GPU recovered after a pause, so that the rounds in doubt can be taken again. */
  readonly recovered: boolean;
}

/** The best pace of a canary, over all measurements of a session: a GPU may be slow before one begins. */
export class CanaryPace {
  #bestNs = Infinity;

  /** Takes in a time [ns per dispatch]. @returns whether it is that of a GPU that had slowed down. */
  isSlow(each: number): boolean {
    this.#bestNs = Math.min(this.#bestNs, each);
    return each > TOLERANCE * this.#bestNs;
  }
}

const NOTHING: Look = { doubtful: 0, recovered: false };

/**
 * Watches for a GPU that slows down, by the time of a canary: work that never changes, sampled before the first round
 * and after every eighth. A slow canary casts doubt on the rounds since the look before; then the GPU is given pauses to
 * recover in, three in a measurement.
 */
export class ThrottleWatch {
  readonly #canary: Contender | undefined;
  readonly #pace: CanaryPace;
  readonly #pause: (span: Nanoseconds) => Promise<void>;
  readonly #pauses = PAUSES.values();
  #throttledRounds = 0;

  /**
   * @param canary work and dispatches a sample; without one nothing is watched.
   * @param pace the canary's best so far.
   * @param pause waits as long as is asked.
   */
  constructor(
    canary: Contender | undefined,
    pace: CanaryPace = new CanaryPace(),
    pause: (span: Nanoseconds) => Promise<void> = sleep,
  ) {
    this.#canary = canary;
    this.#pace = pace;
    this.#pause = pause;
  }

  /** Rounds in doubt so far. */
  get throttledRounds(): number {
    return this.#throttledRounds;
  }

  /** Looks if it is time to. @param round rounds that are over. */
  async after(round: number): Promise<Look> {
    if (!this.#canary || round % EVERY !== 0 || !(await this.#isSlow(this.#canary))) return NOTHING;
    const doubtful = Math.min(round, EVERY);
    this.#throttledRounds += doubtful;
    for (let next = this.#pauses.next(); next.done !== true; next = this.#pauses.next()) {
      await this.#pause(next.value);
      if (!(await this.#isSlow(this.#canary))) return { doubtful, recovered: true };
    }
    return { doubtful, recovered: false };
  }

  /** Looks once more after the last round, where rounds are left since the look before. They are not taken again. */
  async last(round: number): Promise<void> {
    const left = round % EVERY;
    if (this.#canary && left > 0 && (await this.#isSlow(this.#canary))) this.#throttledRounds += left;
  }

  async #isSlow({ sampler, dispatches }: Contender): Promise<boolean> {
    const took = await sampler.sample(dispatches);
    return took !== undefined && this.#pace.isSlow(took / dispatches);
  }
}

const sleep = (span: Nanoseconds): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, span / 1e6);
  });
