import { codesByValue, type Element } from '../element.ts';

/** Sums over a group of weights x, each with the value v of its code. */
export interface GroupSums {
  readonly v: number;
  readonly vv: number;
  readonly xv: number;
}

/** The values that the codes of an element have, without scale, for finding the nearest one fast. */
export class ValueGrid {
  /** Ascending, each once. */
  readonly values: Float64Array;
  /** The code of each value; the lower one where two codes have it. */
  readonly codes: Uint8Array;
  /** The largest magnitude of a value. */
  readonly top: number;
  /** Between neighbouring values; 0 where they are not evenly spaced. */
  readonly #step: number;
  /** Half way between neighbours, and Infinity. */
  readonly #middles: Float64Array;
  /** For each piece of the range, of which none holds two middles: how many middles are below it. */
  readonly #below: Uint8Array;
  readonly #piecesPerUnit: number;

  constructor(element: Element) {
    const distinct = codesByValue(element).filter(({ value }, i, all) => value !== all[i - 1]?.value);
    this.values = Float64Array.from(distinct, ({ value }) => value);
    this.codes = Uint8Array.from(distinct, ({ code }) => code);
    this.top = Math.max(...this.values.map(Math.abs));
    this.#step = element.kind === 'linear' ? element.step : 0;
    const middles = distinct.slice(1).map(({ value }, i) => (value + this.values[i]!) / 2);
    this.#middles = Float64Array.of(...middles, Infinity);
    this.#piecesPerUnit = 2 / Math.min(...middles.slice(1).map((middle, i) => middle - middles[i]!), 2);
    const [least, most] = [distinct[0]!.value, distinct[distinct.length - 1]!.value];
    this.#below = Uint8Array.from(
      { length: Math.ceil((most - least) * this.#piecesPerUnit) },
      (_, piece) => middles.filter((middle) => middle < least + piece / this.#piecesPerUnit).length,
    );
  }

  /** The index of the value that is nearest to `y`. */
  nearest(y: number): number {
    if (this.#step > 0) return this.#nearestOfEven(y);
    const piece = (y - this.values[0]!) * this.#piecesPerUnit;
    const last = this.#below.length - 1;
    const below = this.#below[piece > 0 ? (piece < last ? Math.floor(piece) : last) : 0]!;
    return y > this.#middles[below]! ? below + 1 : below;
  }

  #nearestOfEven(y: number): number {
    const i = Math.floor((y - this.values[0]!) / this.#step + 0.5);
    const last = this.values.length - 1;
    return i > 0 ? (i < last ? i : last) : 0;
  }

  /** The sums of `n` weights from `from` on if each gets the value nearest to (x − min) · inverse. */
  sums(x: Float32Array, from: number, n: number, inverse: number, min: number): GroupSums {
    const { values } = this;
    let v = 0;
    let vv = 0;
    let xv = 0;
    for (let i = from; i < from + n; i++) {
      const value = values[this.nearest((x[i]! - min) * inverse)]!;
      v += value;
      vv += value * value;
      xv += value * x[i]!;
    }
    return { v, vv, xv };
  }

  /** Σ(x − x̂)² if each weight gets the code that is best for this scale and minimum. */
  error(x: Float32Array, from: number, n: number, scale: number, min: number): number {
    const { values } = this;
    const inverse = scale === 0 ? 0 : 1 / scale;
    let error = 0;
    for (let i = from; i < from + n; i++) {
      const rest = x[i]! - min;
      error += (rest - scale * values[this.nearest(rest * inverse)]!) ** 2;
    }
    return error;
  }

  /** Writes the codes that are best for this scale and minimum. */
  encode(x: Float32Array, from: number, n: number, scale: number, min: number, codes: Uint8Array): void {
    const inverse = scale === 0 ? 0 : 1 / scale;
    for (let i = from; i < from + n; i++) codes[i] = this.codes[this.nearest((x[i]! - min) * inverse)]!;
  }
}
