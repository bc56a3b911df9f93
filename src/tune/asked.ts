import type { Space } from './space.ts';

/** What a strategy knows: the points that it has asked for, in that order, and their times. */
export class Asked {
  /** [space.size]: nanoseconds; Infinity where a point failed, NaN where it was not asked for. */
  readonly times: Float64Array;
  readonly points: number[] = [];
  #best: number | undefined;
  #firstUnknown = 0;

  constructor(space: Space) {
    this.times = new Float64Array(space.size).fill(NaN);
  }

  /** The fastest point so far, the earlier of two as fast; any where all have failed. */
  get best(): number | undefined {
    return this.#best;
  }

  /** How many points were asked for. */
  get count(): number {
    return this.points.length;
  }

  /** Whether a point was asked for. */
  isKnown(point: number): boolean {
    return !Number.isNaN(this.times[point]!);
  }

  /** Asks for a point once. @returns its time. */
  *ask(point: number): Generator<number, number, number> {
    if (this.isKnown(point)) return this.times[point]!;
    const time = yield point;
    this.times[point] = time;
    this.points.push(point);
    if (this.#best === undefined || time < this.times[this.#best]!) this.#best = point;
    return time;
  }

  /** The first point in the space's order that was not asked for. @returns undefined where there is none. */
  firstUnknown(): number | undefined {
    while (this.#firstUnknown < this.times.length && this.isKnown(this.#firstUnknown)) this.#firstUnknown++;
    return this.#firstUnknown < this.times.length ? this.#firstUnknown : undefined;
  }
}
