import { hash32, normal } from '../../src/base/random.ts';
import { type Nanoseconds, nanoseconds } from '../../src/base/units.ts';
import type { Sampler, Surroundings } from '../../src/measure/sampler.ts';

/** A machine whose time only its own samplers advance. */
export class FakeMachine implements Surroundings {
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;
  /** What was reported: `phase detail`. */
  readonly reports: string[] = [];
  /** The order in which samplers ran. */
  readonly calls: string[] = [];
  time = 0;

  readonly now = (): Nanoseconds => nanoseconds(this.time);
  readonly onProgress = (phase: string, fraction: number, detail: string): void => {
    if (!(fraction >= 0 && fraction <= 1)) throw new Error(`fraction ${fraction}`);
    this.reports.push(`${phase} ${detail}`);
  };

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  /**
   * A kernel of a true time a dispatch, with a fixed cost a pass, noise and a timer's step.
   *
   * @param each [ns], possibly a function of the machine's time.
   */
  kernel(
    name: string,
    each: number | ((time: number) => number),
    { step = 1, noise = 0, overhead = 0, seed = 1 } = {},
  ): Sampler {
    let calls = 0;
    return {
      sample: (dispatches) => {
        this.calls.push(name);
        const one = typeof each === 'number' ? each : each(this.time);
        const factor = Math.max(0.1, 1 + noise * normal(hash32(seed, 99), calls++));
        const took = (dispatches * one + overhead) * factor;
        const begin = Math.floor(this.time / step) * step;
        this.time += took;
        const seen = Math.floor(this.time / step) * step - begin;
        return Promise.resolve(seen > 0 ? nanoseconds(seen) : undefined);
      },
    };
  }
}
