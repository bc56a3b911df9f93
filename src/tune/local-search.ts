import { Asked } from './asked.ts';
import type { RandomStream } from './random-stream.ts';
import type { Questions } from './search.ts';
import type { Space } from './space.ts';

/** Random points of which the best is where a descent begins, so that none begins in a hopeless corner. */
const SAMPLE = 16;
/** Points that are believed to be good make up no more of the first sample: belief may be wrong. */
export const MOST_LIKELY = SAMPLE / 2;
/**
 * A gain below this is taken for noise, which three samples do not see through: such a neighbour ends a descent and does
 * not begin a new neighbourhood, so that a plateau is not walked point by point.
 */
const MARGIN = 0.05;
/** Parameters that a kick changes: two, the fewest that a neighbourhood does not reach. */
const KICK = 2;
/** Kicked points that are asked for, of which the best is descended from. */
const TRIES = 4;
/** Kicked points among which those are chosen. */
const KICKED = 64;
/** Kicks without a gain after which a search begins somewhere else. */
const PATIENCE = 10;

/** In which order points are tried. */
export type Preference = (points: readonly number[], asked: Asked) => readonly number[];

/**
 * Iterated local search (Lourenço, Martin and Stützle, "Iterated Local Search", 2003), which with its like does best on
 * kernels (Schoonhoven and others, "Benchmarking Optimization Algorithms for Auto-Tuning GPU Kernels", 2022): moves to
 * the first neighbour that is clearly better, kicks what has none, goes on from the better of the two, and begins again
 * where that leads no further.
 */
export class LocalSearch {
  readonly #space: Space;
  readonly #random: RandomStream;
  readonly #prefer: Preference;
  readonly #asked: Asked;

  /** @param prefer the order in which the points of a neighbourhood, and kicked ones, are tried. */
  constructor(space: Space, random: RandomStream, prefer: Preference) {
    this.#space = space;
    this.#random = random;
    this.#prefer = prefer;
    this.#asked = new Asked(space);
  }

  /**
   * Asks until all of the space is known.
   *
   * @param likely points that are believed to be good, {@link MOST_LIKELY} at most: they take the place of random ones in the
   *   first sample.
   */
  *run(starts: readonly number[], likely: readonly number[] = []): Questions {
    for (const point of starts) yield* this.#asked.ask(point);
    // A good start is no reason to look beside it only: what is best may be several parameters away.
    if (this.#asked.count > 0 || likely.length > 0) yield* this.#sample(likely);
    let from = this.#asked.best;
    while (this.#asked.count < this.#space.size) {
      const before = this.#asked.count;
      yield* this.#climb(from ?? (yield* this.#sample()));
      from = undefined;
      // Few unknown points are left where neither a sample nor a climb found one.
      if (this.#asked.count === before) yield* this.#asked.ask(this.#asked.firstUnknown()!);
    }
  }

  /** The best of a few points, random but for those that are given. */
  *#sample(likely: readonly number[] = []): Generator<number, number, number> {
    const next = (i: number): number => likely[i] ?? this.#space.random(this.#random);
    let best = next(0);
    yield* this.#asked.ask(best);
    for (let i = 1; i < SAMPLE; i++) {
      const point = next(i);
      if ((yield* this.#asked.ask(point)) < this.#time(best)) best = point;
    }
    return best;
  }

  /** Descends from a point, and kicks until kicks no longer help. */
  *#climb(from: number): Questions {
    let current = yield* this.#descend(from);
    for (let stale = 0; stale < PATIENCE; stale++) {
      const kicked = yield* this.#kick(current);
      if (kicked === undefined) return;
      const reached = yield* this.#descend(kicked);
      if (this.#time(reached) >= this.#time(current)) continue;
      current = reached;
      stale = -1;
    }
  }

  /** Moves to neighbours that are clearly better; ends at the best neighbour of a point that has none. */
  *#descend(from: number): Generator<number, number, number> {
    let current = from;
    for (;;) {
      const target = this.#time(current) * (1 - MARGIN);
      let best = current;
      for (const neighbour of this.#prefer(this.#byDimension(current), this.#asked)) {
        const time = yield* this.#asked.ask(neighbour);
        if (time < this.#time(best)) best = neighbour;
        if (time < target) break;
      }
      current = best;
      if (!(this.#time(best) < target)) return current;
    }
  }

  /** Asks for a few unknown points that differ in two parameters. @returns the best; `undefined` where there is none. */
  *#kick(current: number): Generator<number, number | undefined, number> {
    const kicked = new Set<number>();
    for (let i = 0; i < KICKED; i++) {
      const point = this.#changed(current);
      if (!this.#asked.isKnown(point)) kicked.add(point);
    }
    let best: number | undefined;
    for (const point of this.#prefer([...kicked], this.#asked).slice(0, TRIES)) {
      const time = yield* this.#asked.ask(point);
      if (best === undefined || time < this.#time(best)) best = point;
    }
    return best;
  }

  /** A point with two random parameters changed, as far as the space is legal there. */
  #changed(point: number): number {
    let changed = point;
    let left = KICK;
    for (const d of this.#random.shuffled(this.#space.dimensions.keys())) {
      const choices = this.#space.neighboursAlong(changed, d);
      if (choices.length === 0) continue;
      changed = choices[this.#random.below(choices.length)]!;
      if (--left === 0) break;
    }
    return changed;
  }

  /** The neighbours in random order, one of each parameter in turn: a parameter of many values does not crowd out others. */
  #byDimension(point: number): number[] {
    const random = this.#random;
    const order = random.shuffled(this.#space.dimensions.keys());
    const groups = Array.from(order, (d) => random.shuffled(this.#space.neighboursAlong(point, d)));
    const longest = Math.max(0, ...groups.map(({ length }) => length));
    const neighbours: number[] = [];
    for (let i = 0; i < longest; i++) {
      for (const group of groups) if (i < group.length) neighbours.push(group[i]!);
    }
    return neighbours;
  }

  #time(point: number): number {
    return this.#asked.times[point]!;
  }
}
