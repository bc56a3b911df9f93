import { invariant } from '../base/invariant.ts';
import type { Parameter, Tile } from '../kernels/tile.ts';
import type { RandomStream } from './random-stream.ts';

/** One dimension of a space: its name and the values that it may take, in order of size. */
export type Dimension = Pick<Parameter, 'name' | 'values'>;

/** Grids larger than this are not enumerated. */
const LARGEST_GRID = 2 ** 22;

/**
 * The points that a search may ask for: the legal ones of a grid of named parameters, numbered from 0 in the order of
 * the grid (the last parameter changes fastest). A search deals in these numbers; a journal in the tiles behind them.
 */
export class Space {
  readonly dimensions: readonly Dimension[];
  /** How many points are legal. */
  readonly size: number;
  /** [size, dimensions]: which of its parameter's values each point takes. */
  readonly levels: Uint8Array;
  /** Place in the grid of each point, and the point of each place; −1 where none is legal. */
  readonly #places: Int32Array;
  readonly #points: Int32Array;
  readonly #strides: readonly number[];
  /** [size, dimensions], each found when it is first asked for. */
  readonly #along: (Int32Array | undefined)[] = [];

  /**
   * @param dimensions at most 255 distinct values each, and 2²² combinations in all.
   * @param isLegal whether a combination may be run.
   */
  constructor(dimensions: readonly Dimension[], isLegal: (tile: Tile) => boolean) {
    const sizes = dimensions.map(({ values }) => values.length);
    const grid = sizes.reduce((product, size) => product * size, 1);
    invariant(
      grid <= LARGEST_GRID && sizes.every((size) => size < 256),
      `a grid of ${grid} points is too large`,
    );
    this.dimensions = dimensions;
    this.#strides = sizes.map((_, d) => sizes.slice(d + 1).reduce((product, size) => product * size, 1));
    this.#points = new Int32Array(grid).fill(-1);
    const places: number[] = [];
    for (let place = 0; place < grid; place++) {
      if (!isLegal(this.#tileAt(place))) continue;
      this.#points[place] = places.length;
      places.push(place);
    }
    this.#places = Int32Array.from(places);
    this.size = places.length;
    this.levels = Uint8Array.from(places.flatMap((place) => sizes.map((_, d) => this.#levelAt(place, d))));
  }

  /** The parameters of a point. */
  tile(point: number): Tile {
    return this.#tileAt(this.#places[point]!);
  }

  /** The point with these parameters; `undefined` where they are no legal point of this space. */
  pointOf(tile: Tile): number | undefined {
    let place = 0;
    for (const [d, { name, values }] of this.dimensions.entries()) {
      const level = values.indexOf(tile[name] ?? NaN);
      if (level < 0) return undefined;
      place += level * this.#strides[d]!;
    }
    const point = this.#points[place]!;
    return point < 0 ? undefined : point;
  }

  /** The legal points that differ from a point in the parameter `d` alone, in order of its values. */
  neighboursAlong(point: number, d: number): Int32Array {
    return (this.#along[point * this.dimensions.length + d] ??= this.#findAlong(this.#places[point]!, d));
  }

  /** A legal point, each as likely as any other. The space must have one. */
  random(random: RandomStream): number {
    return random.below(this.size);
  }

  #findAlong(place: number, d: number): Int32Array {
    const level = this.#levelAt(place, d);
    const found: number[] = [];
    for (let other = 0; other < this.dimensions[d]!.values.length; other++) {
      const point = this.#points[place + (other - level) * this.#strides[d]!]!;
      if (other !== level && point >= 0) found.push(point);
    }
    return Int32Array.from(found);
  }

  #levelAt(place: number, d: number): number {
    return Math.floor(place / this.#strides[d]!) % this.dimensions[d]!.values.length;
  }

  #tileAt(place: number): Tile {
    return Object.fromEntries(
      this.dimensions.map(({ name, values }, d) => [name, values[this.#levelAt(place, d)]!]),
    );
  }
}
