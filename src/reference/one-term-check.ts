import { elementValues } from '../formats/element.ts';
import { floorLog2 } from '../formats/float-element.ts';
import {
  elementOf,
  groupCount,
  groupSize,
  minType,
  parentIndex,
  scaleOf,
  storesZeroCodes,
  type WeightFormat,
} from '../formats/format.ts';
import { SCALE_TYPES } from '../formats/scale-type.ts';
import { significantBits } from '../base/significant-bits.ts';
import type { ExactProblem } from './exact-range.ts';
import { OneTermBound, type Term } from './one-term-bound.ts';
import { type OneTermData, type OneTermRun, partnerOf } from './one-term-data.ts';
import type { OneTermScales } from './one-term-scales.ts';

/** An output of a single term that is wrong, and what it is made of. */
export interface WrongTerm {
  readonly run: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly got: number;
  readonly expected: number;
  /** |got − expected| ÷ what its roundings allow; Infinity where nothing is. */
  readonly ratio: number;
  readonly scale: number;
  readonly activation: number;
}

/** What all runs showed. */
export interface OneTermFindings {
  /** Outputs judged, and how many of them bit for bit. */
  readonly judged: number;
  readonly exact: number;
  /** Outputs of which a part was out of its type's range. */
  readonly outOfRange: number;
  readonly wrong: number;
  readonly worst: WrongTerm | undefined;
  /** Different codes of scales, exponents of what they stand for, and places along K, of outputs that were judged. */
  readonly scales: number;
  readonly exponents: number;
  readonly places: number;
  /** The most significant bits of an activation that was judged bit for bit, and those of any. */
  readonly exactBits: number;
  readonly activationBits: number;
}

/** Codes of scales, and exponents of numbers, are counted by marks. */
const CODES = 2 ** 16;
const EXPONENTS = 512;

/** Judges the outputs of runs of single terms. */
export class OneTermCheck {
  readonly #problem: ExactProblem;
  readonly #data: OneTermData;
  readonly #bound: OneTermBound;
  readonly #decoder: TermDecoder;
  readonly #scales = new Uint8Array(CODES);
  readonly #exponents = new Uint8Array(EXPONENTS);
  readonly #places: Uint8Array;
  #judged = 0;
  #exact = 0;
  #outOfRange = 0;
  #wrong = 0;
  #worst: WrongTerm | undefined;
  #exactBits = 0;
  #activationBits = 0;

  /** @param codes [N, K], the same in all runs. */
  constructor(problem: ExactProblem, data: OneTermData, codes: Uint8Array) {
    this.#problem = problem;
    this.#data = data;
    this.#bound = new OneTermBound(problem);
    this.#decoder = new TermDecoder(problem.format, problem.K, codes);
    this.#places = new Uint8Array(problem.K);
  }

  /**
   * Judges a part of a run, half a microsecond an output.
   *
   * @param output [M, N] of run `index`.
   * @param part the first of the grid's rows, and the one behind the last.
   */
  check(
    index: number,
    { places, scales, activations, bias }: OneTermRun,
    output: Float32Array,
    [first, end]: readonly [number, number],
  ): void {
    const { N, K } = this.#problem;
    const { across } = this.#data.grid;
    for (let i = first; i < end; i++) {
      const m = places.rows[i]!;
      const row = activations.subarray(m * K, (m + 1) * K);
      const singles = Array.from({ length: across }, (_, y) =>
        this.#singleAt(row, places.ks[i * across + y]!),
      );
      for (let n = 0; n < N; n++) {
        const single = singles[n % across]!;
        const term = this.#decoder.term(scales, n, single);
        const got = output[m * N + n]!;
        const allowed = this.#bound.allow(term, bias ? bias[n]! : 0, got);
        if (!allowed) {
          this.#outOfRange++;
          continue;
        }
        this.#count(single, this.#decoder.scaleCode(scales, n, single), term.scale, allowed.exact);
        const difference = Math.abs(got - allowed.value);
        if (difference <= allowed.error) continue;
        this.#wrong++;
        const error = Number.isNaN(difference) ? Infinity : difference;
        const ratio = allowed.error > 0 ? error / allowed.error : Infinity;
        if (this.#worst && this.#worst.ratio >= ratio) continue;
        const { k, activation } = single;
        this.#worst = {
          run: index,
          m,
          n,
          k,
          got,
          expected: allowed.value,
          ratio,
          scale: term.scale,
          activation,
        };
      }
    }
  }

  findings(): OneTermFindings {
    const marks = (marked: Uint8Array): number => marked.reduce((sum, mark) => sum + mark, 0);
    return {
      judged: this.#judged,
      exact: this.#exact,
      outOfRange: this.#outOfRange,
      wrong: this.#wrong,
      worst: this.#worst,
      scales: marks(this.#scales),
      exponents: marks(this.#exponents),
      places: marks(this.#places),
      exactBits: this.#exactBits,
      activationBits: this.#activationBits,
    };
  }

  #singleAt(row: Float32Array, k: number): Single {
    const { K, activation } = this.#problem;
    const partner = activation === 'i8' ? partnerOf(k, K) : undefined;
    const other = partner === undefined ? 0 : row[partner]!;
    // Of two the first may be 0, and is none then.
    const [own, beside] = row[k] === 0 && other !== 0 ? [partner!, k] : [k, partner ?? k];
    const bits = Math.max(significantBits(row[k]!), significantBits(other));
    return { k: own, activation: row[own]!, otherK: beside, otherActivation: own === k ? other : 0, bits };
  }

  #count({ k, bits }: Single, code: number, scale: number, exact: boolean): void {
    this.#judged++;
    this.#places[k] = 1;
    // Codes of f32 differ in the upper half, but for a few of the same exponent.
    this.#scales[code < CODES ? code : (code >>> 16) ^ (code & 0x7fff)] = 1;
    if (scale !== 0) this.#exponents[floorLog2(Math.abs(scale)) + EXPONENTS / 2] = 1;
    this.#activationBits = Math.max(this.#activationBits, bits);
    if (!exact) return;
    this.#exact++;
    this.#exactBits = Math.max(this.#exactBits, bits);
  }
}

/** The activation of a cell of a row, and the other one of int8 that fixes its scale. */
interface Single {
  readonly k: number;
  readonly activation: number;
  readonly otherK: number;
  readonly otherActivation: number;
  /** The most significant bits of either. */
  readonly bits: number;
}

/** Puts terms together from what is stored, exact in f64. */
class TermDecoder {
  readonly #format: WeightFormat;
  readonly #K: number;
  /** [N, K] */
  readonly #codes: Uint8Array;
  readonly #groups: number;
  readonly #size: number;
  readonly #values: Float64Array;
  readonly #scaleOf: (code: number) => number;
  readonly #minOf: (code: number) => number;
  /** What a stored zero point takes off a value is `step · (code + shift)`. */
  readonly #step: number;
  readonly #shift: number;

  constructor(format: WeightFormat, K: number, codes: Uint8Array) {
    const element = elementOf(format);
    this.#format = format;
    this.#K = K;
    this.#codes = codes;
    this.#groups = groupCount(format, K);
    this.#size = groupSize(format, K);
    this.#step = element.kind === 'linear' ? element.step : 1;
    this.#shift = format.zeroPoint === 'minus-one' ? 1 : 0;
    this.#values = storesZeroCodes(format)
      ? elementValues(element).map((_, code) => this.#step * code)
      : elementValues(element);
    this.#scaleOf = scaleOf(format).decode;
    this.#minOf = SCALE_TYPES[minType(format)].decode;
  }

  scaleCode({ stored }: OneTermScales, n: number, { k }: Single): number {
    return stored.scales[n * this.#groups + Math.floor(k / this.#size)]!;
  }

  /** The term of column `n`; both activations are in one group. */
  term({ stored, zeros }: OneTermScales, n: number, single: Single): Term {
    const { scales, mins, parents, parentMins, offset = 0 } = stored;
    const { k, activation, otherK, otherActivation } = single;
    const g = Math.floor(k / this.#size);
    const group = n * this.#groups + g;
    const parent = parents ? parentIndex(this.#format, this.#groups, n, g) : 0;
    const zero = zeros ? this.#step * (zeros[group]! + this.#shift) : 0;
    const own = this.#scaleOf(scales[group]!);
    const min = mins ? this.#minOf(mins[group]!) : 0;
    return {
      scale: (parents ? own * parents[parent]! : own) + offset,
      offset,
      min: parentMins ? -min * parentMins[parent]! : min,
      value: this.#values[this.#codes[n * this.#K + k]!]! - zero,
      activation,
      otherValue: this.#values[this.#codes[n * this.#K + otherK]!]! - zero,
      otherActivation,
    };
  }
}
