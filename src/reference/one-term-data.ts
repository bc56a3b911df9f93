import { hash32, uniformInteger } from '../base/random.ts';
import { LARGEST_CODE } from './quantized-activations.ts';
import type { ExactProblem } from './exact-range.ts';
import { randomFloat } from './one-term-banks.ts';
import {
  hasZeroScale,
  kindCount,
  type OneTermGrid,
  oneTermGrid,
  type OneTermPlaces,
  oneTermPlaces,
} from './one-term-grid.ts';
import { type Exponents, type OneTermRange, oneTermRange } from './one-term-range.ts';
import { type OneTermScales, oneTermScales } from './one-term-scales.ts';
import { scaleWindows } from './one-term-windows.ts';

/** What one run of single terms multiplies; the codes are the same in all of them. */
export interface OneTermRun {
  readonly places: OneTermPlaces;
  readonly scales: OneTermScales;
  /** [M, K] */
  readonly activations: Float32Array<ArrayBuffer>;
  /** [N], where the epilogue is `bias`: 0 for every other column. */
  readonly bias: Float32Array<ArrayBuffer> | undefined;
}

/** The runs of a check on single terms, made one by one. */
export class OneTermData {
  readonly grid: OneTermGrid;
  readonly range: OneTermRange;
  readonly #problem: ExactProblem;
  readonly #seed: number;

  constructor(problem: ExactProblem, seed: number) {
    this.#problem = problem;
    this.#seed = hash32(seed, 11);
    this.range = oneTermRange(problem);
    this.grid = oneTermGrid(problem, scaleWindows(problem.format, this.range));
  }

  /**
   * Run `run` of the grid's.
   *
   * @param ordinary [M, K] activations of the real data, which the rows and cells without single terms have.
   */
  run(run: number, ordinary: Float32Array): OneTermRun {
    const seed = this.#seed;
    const places = oneTermPlaces(this.#problem, this.grid, run, hash32(seed, 1));
    const scales = oneTermScales(this.#problem, this.range, this.grid, places, run, hash32(seed, 2));
    const { N, epilogue } = this.#problem;
    return {
      places,
      scales,
      activations: this.#activations(ordinary, places, scales, run),
      bias: epilogue === 'bias' ? halfOfBiases(N, hash32(hash32(seed, 3), run)) : undefined,
    };
  }

  #activations(
    ordinary: Float32Array,
    { rows, cells, ks }: OneTermPlaces,
    scales: OneTermScales,
    run: number,
  ): Float32Array<ArrayBuffer> {
    const { K, format, activation } = this.#problem;
    const { across, down, cell } = this.grid;
    const activations = Float32Array.from(ordinary);
    // What meets no scale but 0 may be anything; else all of a row but its terms is 0.
    const live = hasZeroScale(format) && across * down < this.grid.cells ? cells : undefined;
    const stream = hash32(hash32(this.#seed, 4), run);
    const exponents = Array.from(cells, (_, position) => this.#exponents(scales.exponentsAt(position)));
    rows.forEach((m, i) => {
      if (!live) activations.fill(0, m * K, (m + 1) * K);
      live?.forEach((c) => activations.fill(0, m * K + c * cell, m * K + Math.min(K, (c + 1) * cell)));
      for (let y = 0; y < across; y++) {
        const index = i * across + y;
        const at = m * K + ks[index]!;
        const count = kindCount(this.grid, run, y) + m;
        const choice = { kind: kindOf(i + y + run + 1), count, random: hash32(stream, index) };
        const allowed = exponents[y * down + (i % down)]!;
        if (activation === 'i8')
          this.#putInt8(activations, at, ks[index]!, choice, allowed, index + run * ks.length);
        else activations[at] = this.#single(choice, allowed);
      }
    });
    return activations;
  }

  /** The exponents of activations whose products with scales of some exponents are in range; one where there are none. */
  #exponents(scales: Exponents): Exponents {
    const { activations, products, values } = this.range;
    const least = Math.max(activations.least, products.least - values.least - scales.least);
    const most = Math.min(activations.most, products.most - values.most - scales.most - 2);
    if (least <= most) return { least, most };
    const middle = Math.min(Math.max((least + most) >> 1, activations.least), activations.most);
    return { least: middle, most: middle };
  }

  #single({ kind, count, random }: Choice, allowed: Exponents): number {
    const bits = { power: 1, many: this.range.manyBits, any: this.range.allBits }[kind];
    return randomFloat(random, exponentOf(random, count, allowed), bits, true);
  }

  /** ±127 times a power of two alone, or beside any code times it; the neighbour is in the same group. */
  #putInt8(
    activations: Float32Array,
    at: number,
    k: number,
    { kind, count, random }: Choice,
    allowed: Exponents,
    turn: number,
  ): void {
    const peak = (random & 1 ? -1 : 1) * LARGEST_CODE;
    const power = 2 ** (exponentOf(random, count, allowed) - 6);
    const neighbour = partnerOf(k, this.#problem.K);
    if (kind === 'power' || neighbour === undefined) {
      activations[at] = peak * power;
      return;
    }
    activations[at] = ((((turn >> 1) * CODE_STEP) % (2 * LARGEST_CODE + 1)) - LARGEST_CODE) * power;
    activations[at + neighbour - k] = peak * power;
  }
}

/** Goes through all 255 codes, neighbours far apart. */
const CODE_STEP = 97;

/** Where the activation is that fixes the scale of an int8 activation at `k`; undefined behind the end of K. */
export const partnerOf = (k: number, K: number): number | undefined => ((k ^ 1) < K ? k ^ 1 : undefined);

interface Choice {
  /** Its row's activations, and its place's, are counted by it. */
  readonly count: number;
  readonly kind: 'power' | 'many' | 'any';
  readonly random: number;
}

/** Powers of two and many bits in turn, and now and then as many as there are. */
const kindOf = (turn: number): Choice['kind'] =>
  turn % 16 === 14 ? 'any' : turn % 2 === 0 ? 'power' : 'many';

/** Exponents that activations of real layers have. */
const ORDINARY: Exponents = { least: -6, most: 2 };

/** Powers of two from the least on, among which a place has one. */
const LOW = 3;

/** An exponent within what is allowed: by turns one of the least, an ordinary one where there is such, and any. */
function exponentOf(random: number, count: number, { least, most }: Exponents): number {
  const low = Math.max(least, ORDINARY.least);
  const high = Math.min(most, ORDINARY.most);
  const stream = hash32(random, 1);
  if (count % 3 === 0) return uniformInteger(stream, 0, least, Math.min(most, least + LOW - 1));
  return count % 3 === 1 && low <= high
    ? uniformInteger(stream, 0, low, high)
    : uniformInteger(stream, 0, least, most);
}

/** Biases of all bits for every other column. */
const halfOfBiases = (N: number, seed: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: N }, (_, n) =>
    hash32(seed, 2 * n) & 1 ? 0 : randomFloat(hash32(seed, 2 * n + 1), -(hash32(seed, n) % 6), 24, true),
  );
