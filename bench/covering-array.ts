import { hash32 } from '../src/base/random.ts';

/** What may vary: each axis with its values. */
export type Axes = Readonly<Record<string, readonly (string | number | boolean)[]>>;

/** One value of each axis. */
export type AxisValues = Readonly<Record<string, string | number | boolean>>;

/** Whether two values of different axes, as a row of those two alone, can never stand together. */
export type Excludes = (pair: AxisValues) => boolean;

const EXCLUDES_NOTHING: Excludes = () => false;

/** Which rows may be used. */
export interface Stage {
  allows(row: AxisValues): boolean;
  /** Pairs that no allowed row has; knowing them spares the search for such rows. */
  readonly excludes?: Excludes;
}

/** How many pairs of values, of any two axes, a set of rows contains, and how many there are. */
export interface PairCount {
  readonly covered: number;
  readonly total: number;
}

/** Whole rows tried for one pair by random filling before it is given up, or left to a later stage. */
const ATTEMPTS = { last: 400, earlier: 24 };
/** Rows compared for each place in the array; more make it a little shorter and slower to find. */
const CANDIDATES = 8;

/**
 * A short list of rows in which every pair of values of two axes occurs, where an allowed row has it: a pairwise covering
 * array, found greedily (as AETG does: Cohen, Dalal, Fredman, Patton, IEEE TSE 23(7), 1997).
 *
 * @param stages the strictest first: a later one is asked only for pairs that the ones before it left open. Pairs for
 *   which no allowed row was found are left out.
 * @param seed equal seeds give equal arrays.
 */
export function coverPairs(axes: Axes, stages: readonly Stage[], seed: number): AxisValues[] {
  return new Search(axes, seed).run(stages);
}

/** Counts the pairs that rows contain, as they come; values that an axis does not list and excluded pairs do not count. */
export class PairCounter {
  readonly #table: PairTable;
  readonly #total: number;

  constructor(axes: Axes, excludes: Excludes = EXCLUDES_NOTHING) {
    this.#table = new PairTable(axes);
    this.#table.exclude(excludes);
    this.#total = this.#table.open.size;
  }

  add(row: AxisValues): void {
    this.#table.close(this.#table.positions(row));
  }

  get count(): PairCount {
    return { covered: this.#total - this.#table.open.size, total: this.#total };
  }
}

/** Values by position; −1 where an axis has none yet. */
type Positions = number[];
interface Pair {
  readonly first: number;
  readonly firstValue: number;
  readonly second: number;
  readonly secondValue: number;
}

const CLOSED = 0;
const OPEN = 1;

/** All pairs of values, and which of them are still open. */
class PairTable {
  readonly names: readonly string[];
  readonly values: readonly (readonly (string | number | boolean)[])[];
  readonly open = new Map<number, Pair>();
  /** What each pair is, [count, count], both ways round. */
  readonly #states: Uint8Array;
  /** 1 where a pair stands in no row for now, as {@link #states}. */
  readonly #excluded: Uint8Array;
  /** Where each axis's values begin in a numbering of all values. */
  readonly #starts: number[] = [];
  readonly #count: number;

  constructor(axes: Axes) {
    this.names = Object.keys(axes);
    this.values = Object.values(axes);
    let count = 0;
    for (const values of this.values) {
      this.#starts.push(count);
      count += values.length;
    }
    this.#count = count;
    this.#states = new Uint8Array(count * count);
    this.#excluded = new Uint8Array(count * count);
    for (const [key, pair] of this.#pairs()) {
      this.open.set(key, pair);
      this.#set(this.#states, pair, OPEN);
    }
  }

  /** Takes pairs that can stand in no row out of those to close, and those that were out before and can, in. */
  exclude(excludes: Excludes): void {
    this.#excluded.fill(0);
    for (const [key, pair] of this.#pairs()) {
      const named = {
        [this.names[pair.first]!]: this.values[pair.first]![pair.firstValue]!,
        [this.names[pair.second]!]: this.values[pair.second]![pair.secondValue]!,
      };
      if (excludes(named)) {
        this.#set(this.#excluded, pair, 1);
        this.open.delete(key);
      } else if (this.#states[key] === OPEN) {
        this.open.set(key, pair);
      }
    }
  }

  *#pairs(): Generator<[number, Pair]> {
    for (const [first, firstValues] of this.values.entries()) {
      for (let second = first + 1; second < this.values.length; second++) {
        for (const firstValue of firstValues.keys()) {
          for (const secondValue of this.values[second]!.keys()) {
            yield [
              this.#key(first, firstValue, second, secondValue),
              { first, firstValue, second, secondValue },
            ];
          }
        }
      }
    }
  }

  #set(states: Uint8Array, { first, firstValue, second, secondValue }: Pair, state: number): void {
    states[this.#key(first, firstValue, second, secondValue)] = state;
    states[this.#key(second, secondValue, first, firstValue)] = state;
  }

  #key(a: number, aValue: number, b: number, bValue: number): number {
    return (this.#starts[a]! + aValue) * this.#count + this.#starts[b]! + bValue;
  }

  /** Whether a value can stand beside the values set so far. */
  fits(row: Positions, axis: number, value: number): boolean {
    const from = this.#key(axis, value, 0, 0);
    for (let other = 0; other < row.length; other++) {
      if (other === axis || row[other]! < 0) continue;
      if (this.#excluded[from + this.#starts[other]! + row[other]!] === 1) return false;
    }
    return true;
  }

  /** Open pairs of one value with the values set so far. */
  gainOf(row: Positions, axis: number, value: number): number {
    const from = this.#key(axis, value, 0, 0);
    let gain = 0;
    for (let other = 0; other < row.length; other++) {
      if (other === axis || row[other]! < 0) continue;
      if (this.#states[from + this.#starts[other]! + row[other]!] === OPEN) gain++;
    }
    return gain;
  }

  /** Closes all pairs of a row. */
  close(row: Positions): void {
    for (let first = 0; first < row.length; first++) {
      for (let second = first + 1; second < row.length; second++) {
        const key = this.#key(first, row[first]!, second, row[second]!);
        const pair = row[first]! >= 0 && row[second]! >= 0 ? this.open.get(key) : undefined;
        if (!pair) continue;
        this.open.delete(key);
        this.#set(this.#states, pair, CLOSED);
      }
    }
  }

  positions(row: AxisValues): Positions {
    return this.names.map((name, axis) => this.values[axis]!.indexOf(row[name]!));
  }

  rowOf(positions: Positions): AxisValues {
    return Object.fromEntries(this.names.map((name, axis) => [name, this.values[axis]![positions[axis]!]!]));
  }
}

class Search {
  readonly #table: PairTable;
  readonly #rows: Positions[] = [];
  readonly #seed: number;
  #allowed: (row: AxisValues) => boolean = () => true;
  #attempts = ATTEMPTS.last;
  #drawn = 0;

  constructor(axes: Axes, seed: number) {
    this.#table = new PairTable(axes);
    this.#seed = seed;
  }

  run(stages: readonly Stage[]): AxisValues[] {
    for (const stage of stages) {
      const { excludes = EXCLUDES_NOTHING } = stage;
      this.#allowed = (row) => stage.allows(row);
      this.#attempts = stage === stages.at(-1) ? ATTEMPTS.last : ATTEMPTS.earlier;
      this.#table.exclude(excludes);
      this.#cover();
    }
    return this.#rows.map((row) => this.#table.rowOf(row));
  }

  /** Adds rows until no pair is open that an allowed row is found for. */
  #cover(): void {
    for (const [key, pair] of [...this.#table.open]) {
      if (!this.#table.open.has(key)) continue;
      const found = this.#bestWith(pair);
      if (!found) continue;
      const row = this.#improve(found, pair);
      this.#table.close(row);
      this.#rows.push(row);
    }
  }

  /** An allowed row that has the pair and closes many others. */
  #bestWith(pair: Pair): Positions | undefined {
    let best: Positions | undefined;
    let bestGain = -1;
    for (let i = 0; i < CANDIDATES; i++) {
      const row = this.#fill(pair, true);
      const gain = row.reduce((sum, value, axis) => sum + this.#table.gainOf(row, axis, value), 0);
      if (gain > bestGain && this.#isAllowed(row)) {
        best = row;
        bestGain = gain;
      }
    }
    return best ?? this.#anyWith(pair);
  }

  /** Changes values other than the pair's while that closes more pairs and is allowed. */
  #improve(row: Positions, pair: Pair): Positions {
    let best = row;
    for (const axis of this.#shuffled(row.length)) {
      if (axis === pair.first || axis === pair.second) continue;
      const gains = this.#table.values[axis]!.map((_, value) => this.#table.gainOf(best, axis, value));
      const better = [...gains.keys()]
        .filter((value) => gains[value]! > gains[best[axis]!]!)
        .sort((a, b) => gains[b]! - gains[a]!)
        .map((value) => best.with(axis, value))
        .find((candidate) => this.#isAllowed(candidate));
      best = better ?? best;
    }
    return best;
  }

  /** An allowed row that has the pair, however few others. */
  #anyWith(pair: Pair): Positions | undefined {
    for (const known of this.#rows) {
      const row = [...known];
      row[pair.first] = pair.firstValue;
      row[pair.second] = pair.secondValue;
      if (this.#isAllowed(row)) return row;
    }
    for (let i = 0; i < this.#attempts; i++) {
      const row = this.#fill(pair, false);
      if (this.#isAllowed(row)) return row;
    }
    return undefined;
  }

  /** Completes a pair, axis by axis in random order: by most open pairs, or at random. */
  #fill({ first, firstValue, second, secondValue }: Pair, greedy: boolean): Positions {
    const { names, values } = this.#table;
    const row: Positions = names.map(() => -1);
    row[first] = firstValue;
    row[second] = secondValue;
    for (const axis of this.#shuffled(names.length)) {
      if (row[axis]! >= 0) continue;
      const order = this.#shuffled(values[axis]!.length);
      row[axis] = greedy
        ? this.#mostGain(row, axis, order)
        : (order.find((value) => this.#table.fits(row, axis, value)) ?? order[0]!);
    }
    return row;
  }

  #mostGain(row: Positions, axis: number, order: readonly number[]): number {
    let best = order[0]!;
    let bestGain = -1;
    for (const value of order) {
      if (!this.#table.fits(row, axis, value)) continue;
      const gain = this.#table.gainOf(row, axis, value);
      if (gain > bestGain) [best, bestGain] = [value, gain];
    }
    return best;
  }

  #isAllowed(row: Positions): boolean {
    return (
      row.every((value, axis) => this.#table.fits(row, axis, value)) && this.#allowed(this.#table.rowOf(row))
    );
  }

  /** 0 … count − 1 in random order (Fisher and Yates). */
  #shuffled(count: number): number[] {
    const order: number[] = [];
    for (let i = 0; i < count; i++) order.push(i);
    for (let i = count - 1; i > 0; i--) {
      const j = hash32(this.#seed, this.#drawn++) % (i + 1);
      const last = order[i]!;
      order[i] = order[j]!;
      order[j] = last;
    }
    return order;
  }
}
