import { type Element, elementValues } from './element.ts';
import { elementEncoder, roundToEven, splitZero } from './encode-element.ts';
import { elementOf, storesZeroCodes, type WeightFormat } from './format.ts';
import { elementEnds, minsAreNegative, type Range } from './scale-rules.ts';

/** What the weights of one group are encoded against: `w ≈ scale · (value − step · zero) + min`. */
export interface Grid {
  readonly scale: number;
  /** In codes: the stored zero point, or a linear element's own zero; 0 for other elements. */
  readonly zero: number;
  readonly min: number;
}

/** Encodes groups of one format, and says what each lost. */
export class GroupEncoder {
  readonly #codes: number;
  readonly #step: number;
  readonly #ownZero: number;
  /** Of elements that are not linear. */
  readonly #encode: ((value: number) => number) | undefined;
  /** [2^bits], before zero and scale. */
  readonly #values: Float64Array;
  readonly #ends: Range;
  readonly #format: WeightFormat;
  readonly #minAtMost: number;
  #scratch = new Uint8Array(0);

  constructor(format: WeightFormat) {
    const element = elementOf(format);
    const linear = element.kind === 'linear';
    this.#format = format;
    this.#codes = linear ? element.codes : 0;
    this.#step = linear ? element.step : 1;
    this.#ownZero = linear ? element.offset / element.step : 0;
    this.#encode = linear ? undefined : elementEncoder(saturating(element));
    this.#values = elementValues(element).map((value, code) => (linear ? element.step * code : value));
    this.#ends = elementEnds(element);
    this.#minAtMost = minsAreNegative(format) ? 0 : Infinity;
  }

  /**
   * The grid of a group for a scale, before a minimum is stored.
   *
   * @param low the least weight of the group.
   */
  gridAt(scale: number, low: number): Grid {
    const { zeroPoint } = this.#format;
    const min = zeroPoint === 'min' ? this.clampMin(low - scale * this.#ends.low) : 0;
    return { scale, zero: this.zeroAt(scale, low), min };
  }

  /** As {@link gridAt}, but a grid with a minimum has its middle in the middle of the weights' range. */
  centredAt(scale: number, { low, high }: Range): Grid {
    const middle = (this.#ends.low + this.#ends.high) / 2;
    const grid = this.gridAt(scale, low);
    if (this.#format.zeroPoint !== 'min') return grid;
    return { ...grid, min: this.clampMin((low + high) / 2 - scale * middle) };
  }

  /** A minimum as near to `min` as the format has them. */
  clampMin(min: number): number {
    return Math.min(min, this.#minAtMost);
  }

  /** The zero point of a group in codes: a stored one is chosen so that `low` or 0 gets the lowest code, any other is the element's. */
  zeroAt(scale: number, low: number): number {
    if (!storesZeroCodes(this.#format)) return this.#ownZero;
    const least = this.#format.zeroPoint === 'minus-one' ? 1 : 0;
    const most = this.#codes - 1 + least;
    const steps = scale === 0 ? 0 : -Math.min(low, 0) / (scale * this.#step);
    return Math.min(Math.max(roundToEven(Math.min(steps, most)), least), most);
  }

  /** Writes the codes of `values[start … end − 1]` to the same places of `codes`; a scale of 0 gives the codes nearest to 0. */
  encode(values: Float32Array, start: number, end: number, grid: Grid, codes: Uint8Array, at = start): void {
    const { scale, zero, min } = grid;
    if (scale === 0) {
      codes.fill(this.#encode ? this.#encode(0) : this.#nearestToZero(zero), at, at + end - start);
      return;
    }
    if (this.#encode) {
      const encode = this.#encode;
      for (let i = start, to = at; i < end; i++, to++) codes[to] = encode((values[i]! - min) / scale);
      return;
    }
    const { shift, whole } = splitZero(zero);
    const divisor = scale * this.#step;
    const lowest = -whole;
    const highest = this.#codes - 1 - whole;
    for (let i = start, to = at; i < end; i++, to++) {
      // The quotient of two f32 is never so near a tie that its rounding to f64 could make it one.
      const steps = (values[i]! - min) / divisor + shift;
      codes[to] = roundToEven(Math.min(Math.max(steps, lowest), highest)) + whole;
    }
  }

  /** Σ (w − ŵ)² of a group encoded against a grid. */
  squaredError(values: Float32Array, start: number, end: number, grid: Grid): number {
    const codes = this.#trial(values, start, end, grid);
    const zero = this.#zeroValue(grid);
    let sum = 0;
    for (let i = start, j = 0; i < end; i++, j++) {
      const lost = values[i]! - (grid.scale * (this.#values[codes[j]!]! - zero) + grid.min);
      sum += lost * lost;
    }
    return sum;
  }

  /**
   * The scale, and the minimum where the format has one, that lose least for the codes that the weights get on a grid: the
   * line of least squares through (value, weight).
   *
   * @returns undefined where the codes say nothing of a positive scale.
   */
  refit(values: Float32Array, start: number, end: number, grid: Grid): Grid | undefined {
    const codes = this.#trial(values, start, end, grid);
    const zero = this.#zeroValue(grid);
    let v1 = 0;
    let v2 = 0;
    let w1 = 0;
    let vw = 0;
    for (let i = start, j = 0; i < end; i++, j++) {
      const value = this.#values[codes[j]!]! - zero;
      const weight = values[i]!;
      v1 += value;
      v2 += value * value;
      w1 += weight;
      vw += value * weight;
    }
    if (this.#format.zeroPoint === 'min') {
      const count = end - start;
      const scale = (count * vw - v1 * w1) / (count * v2 - v1 * v1);
      const min = (w1 - scale * v1) / count;
      if (isScale(scale) && min <= this.#minAtMost) return { scale, zero: grid.zero, min };
    }
    const scale = vw / v2;
    return isScale(scale) ? { scale, zero: grid.zero, min: 0 } : undefined;
  }

  /** The grid with the minimum that loses least for the codes that the weights get on it. */
  refitMin(values: Float32Array, start: number, end: number, grid: Grid): Grid {
    const codes = this.#trial(values, start, end, grid);
    const zero = this.#zeroValue(grid);
    let sum = 0;
    for (let i = start, j = 0; i < end; i++, j++) {
      sum += values[i]! - grid.scale * (this.#values[codes[j]!]! - zero);
    }
    return { ...grid, min: this.clampMin(sum / (end - start)) };
  }

  #trial(values: Float32Array, start: number, end: number, grid: Grid): Uint8Array {
    if (this.#scratch.length < end - start) this.#scratch = new Uint8Array(end - start);
    this.encode(values, start, end, grid, this.#scratch, 0);
    return this.#scratch;
  }

  #zeroValue({ zero }: Grid): number {
    return this.#encode ? 0 : this.#step * zero;
  }

  #nearestToZero(zero: number): number {
    const { shift, whole } = splitZero(zero);
    return Math.min(roundToEven(shift) + whole, this.#codes - 1);
  }
}

const isScale = (value: number): boolean => value > 0 && value < Infinity;

/** No weight becomes infinite: what an element would send there becomes its largest value. */
const saturating = (element: Element): Element =>
  element.kind === 'float' ? { ...element, saturates: true } : element;
