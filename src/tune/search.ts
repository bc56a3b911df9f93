import { invariant } from '../base/invariant.ts';
import type { Nanoseconds } from '../base/units.ts';
import type { Space } from './space.ts';

/** What became of one point of a space. */
export type Evaluation =
  | { readonly kind: 'timed'; readonly time: Nanoseconds }
  /** It did not run, or ran wrong. A search goes on without it. */
  | { readonly kind: 'failed'; readonly reason: string };

/** A point and what became of it. */
export interface Evaluated {
  readonly point: number;
  readonly evaluation: Evaluation;
}

/**
 * A search as a coroutine: yields the point that it wants to know of, is answered with the point's time in nanoseconds,
 * Infinity where the point failed, and ends where it has nothing left to ask. It may ask for the same point again, which
 * costs nothing. All its chance comes from its seed, and it knows only what it has asked for: that is why an interrupted
 * search can be resumed from a list of evaluations.
 */
export type Questions = Generator<number, void, number>;

/** A way to search. */
export interface Strategy {
  readonly id: string;
  /** One line for users: how it chooses. */
  readonly summary: string;
  /**
   * @param starts points known to be good, such as a kernel's defaults; they are asked for first.
   */
  start(space: Space, seed: number, starts: readonly number[]): Questions;
}

/** How a search begins. */
export interface SearchOptions {
  readonly seed: number;
  /** Points known to be good. */
  readonly starts?: readonly number[];
  /** Evaluations of an earlier run; nothing of it is asked for again. */
  readonly past?: readonly Evaluated[];
}

/** A strategy at work, as ask and tell. */
export class Search {
  readonly #questions: Questions;
  readonly #answers: Float64Array;
  #asked: number | undefined;
  #next: IteratorResult<number, void>;

  constructor(strategy: Strategy, space: Space, { seed, starts = [], past = [] }: SearchOptions) {
    this.#answers = new Float64Array(space.size).fill(NaN);
    for (const { point, evaluation } of past) this.#answers[point] = answerOf(evaluation);
    this.#questions = strategy.start(space, seed, starts);
    this.#next = this.#questions.next();
  }

  /**
   * The next point to evaluate, never one that is known; the same until it was told.
   *
   * @returns undefined where the search is over.
   */
  ask(): number | undefined {
    while (this.#asked === undefined && this.#next.done !== true) {
      const point = this.#next.value;
      const answer = this.#answers[point]!;
      if (Number.isNaN(answer)) this.#asked = point;
      else this.#next = this.#questions.next(answer);
    }
    return this.#asked;
  }

  /** Answers the question of {@link ask}. */
  tell(point: number, evaluation: Evaluation): void {
    invariant(point === this.#asked, `point ${point} was told, ${String(this.#asked)} was asked for`);
    this.#answers[point] = answerOf(evaluation);
    this.#asked = undefined;
  }
}

const answerOf = (evaluation: Evaluation): number =>
  evaluation.kind === 'timed' ? evaluation.time : Infinity;
