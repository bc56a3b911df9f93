import type { Asked } from '../asked.ts';
import { Forest } from '../forest.ts';
import { LocalSearch } from '../local-search.ts';
import { RandomStream } from '../random-stream.ts';
import type { Strategy } from '../search.ts';
import type { Space } from '../space.ts';

/** Points a parameter that are known before there is a model. */
const FIRST_POINTS = 2;
/**
 * The model is told no time above this multiple of the best: it need not tell slow from very slow, and a forest that must
 * spends its splits on that.
 */
const CUT = 2;
/** Trees of the forest: their mean is steady enough to rank by, and cheap enough to fit between two measurements. */
const TREES = 12;
/** Samples below which a node of a tree is a leaf. */
const LEAST_SPLIT = 6;
/** Standard deviations by which a point may be better than predicted: about the lower end of a 95 % interval. */
const OPTIMISM = 2;
/** Makes of a seed another one, so that the forest and the search draw different numbers. */
const FOREST_SEED = 0x5bd1e995;
/** A model is fitted anew when it knows less than this share of what there is to know. */
const UP_TO_DATE = 15 / 16;

/**
 * Model-guided search (Hutter, Hoos and Leyton-Brown, "Sequential Model-Based Optimization for General Algorithm
 * Configuration", 2011): a random forest of the logarithm of the times says which neighbours to try first and where a
 * kick should lead, by the lower bound of what it expects. Where the forest is wrong, this is still a local search.
 */
export const model: Strategy = modelBeginningWith([]);

/** {@link model} whose first sample has points that are believed to be good beside random ones. */
export function modelBeginningWith(likely: readonly number[]): Strategy {
  return {
    id: 'model',
    summary: 'fits a random forest to what it has seen, and changes parameters where that expects the most',
    start(space, seed, starts) {
      const guide = new Guide(space, new RandomStream(seed ^ FOREST_SEED));
      const search = new LocalSearch(space, new RandomStream(seed), (points, asked) =>
        guide.prefer(points, asked),
      );
      return search.run(starts, likely);
    },
  };
}

/** A model that is fitted anew as more becomes known. */
class Guide {
  readonly #space: Space;
  readonly #random: RandomStream;
  #forest: Forest | undefined;
  #fitted = 0;

  constructor(space: Space, random: RandomStream) {
    this.#space = space;
    this.#random = random;
  }

  /** The most promising points first; as they are where too little is known. */
  prefer(points: readonly number[], asked: Asked): readonly number[] {
    if (asked.count < FIRST_POINTS * this.#space.dimensions.length) return points;
    const { levels } = this.#space;
    const forest = this.#upToDate(asked);
    const bounds = points.map((point) => {
      const { mean, deviation } = forest.predict(levels, point);
      return { point, bound: mean - OPTIMISM * deviation };
    });
    return bounds.sort((a, b) => a.bound - b.bound).map(({ point }) => point);
  }

  #upToDate(asked: Asked): Forest {
    if (this.#forest && this.#fitted > UP_TO_DATE * asked.count) return this.#forest;
    this.#fitted = asked.count;
    this.#forest = this.#fit(asked);
    return this.#forest;
  }

  /** A forest of the known points; one that failed counts as too slow to tell how slow. */
  #fit({ times, points, best }: Asked): Forest {
    const count = this.#space.dimensions.length;
    const levels = new Uint8Array(points.length * count);
    const values = new Float64Array(points.length);
    const fastest = times[best!]!;
    for (const [row, point] of points.entries()) {
      levels.set(this.#space.levels.subarray(point * count, (point + 1) * count), row * count);
      values[row] = fastest < Infinity ? Math.log(Math.min(times[point]! / fastest, CUT)) : 0;
    }
    return new Forest(levels, values, count, { trees: TREES, leastSplit: LEAST_SPLIT }, this.#random);
  }
}
