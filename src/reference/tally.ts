import type { PredictedError } from './error-prediction.ts';
import { type Findings, NO_FINDINGS, outranks, type RankedElement } from './findings.ts';
import { POISON_PATTERN } from './poison.ts';
import type { OutputType } from './request.ts';
import {
  addByProportion,
  type ByProportion,
  mergeSignedSums,
  NO_SIGNED_SUMS,
  type SignedSums,
} from './signed-sums.ts';
import { FLOAT32_MIN_NORMAL } from '../base/float32.ts';

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The distance between neighbouring f32 values at `value`; that of the smallest normal below it. */
export function ulpOf(value: number): number {
  float[0] = Math.max(Math.abs(value), FLOAT32_MIN_NORMAL);
  const exponent = Math.min((bits[0]! >>> 23) - 127, 127);
  return 2 ** (exponent - 23);
}

/** Counts and compares elements one by one, and becomes {@link Findings}. */
export class Tally {
  #compared = 0;
  #unwritten = 0;
  #nonFinite = 0;
  #maxAbsError = 0;
  #maxRelError = 0;
  #maxUlp = 0;
  #squaredError = 0;
  #squaredExpected = 0;
  #variance = 0;
  #drift: ByProportion = NO_FINDINGS.drift;
  #signed = NO_SIGNED_SUMS;
  #boundRatio = 0;
  #worst: RankedElement | undefined;

  /** Counts what was never written and what is not a number; every element of an output goes through here once. @param type how it was stored. */
  scan(output: Float32Array<ArrayBuffer>, type: OutputType = 'f32'): void {
    const poison = POISON_PATTERN[type];
    const words = new Uint32Array(output.buffer, output.byteOffset, output.length);
    for (const word of words) {
      if (word === poison) this.#unwritten++;
      if ((word & 0x7f800000) === 0x7f800000) this.#nonFinite++;
    }
  }

  /**
   * Compares one element with its recomputed value.
   *
   * @param bound the largest error that is right; 0 asks for equality (−0 equals +0).
   */
  compare(m: number, n: number, got: number, expected: number, bound: number): void {
    const difference = Math.abs(got - expected);
    // NaN must count as infinitely wrong: `NaN > bound` is false, and a broken kernel would pass.
    const error = Number.isNaN(difference) ? Infinity : difference;
    this.#compared++;
    this.#squaredError += error * error;
    this.#squaredExpected += expected * expected;
    if (error === 0) return;
    const ratio = bound > 0 && error < Infinity ? error / bound : Infinity;
    if (error > this.#maxAbsError) this.#maxAbsError = error;
    if (ratio > this.#boundRatio) this.#boundRatio = ratio;
    this.#maxRelError = Math.max(this.#maxRelError, error / Math.abs(expected));
    this.#maxUlp = Math.max(this.#maxUlp, error / ulpOf(expected));
    if (ratio > 1) this.#blame({ m, n, got, expected, error, ratio });
  }

  /** Adds what declared roundings make of compared elements, and their errors with their signs. */
  size({ variance, drift }: PredictedError, signed: SignedSums): void {
    this.#variance += variance;
    this.#drift = addByProportion(this.#drift, drift);
    this.#signed = mergeSignedSums(this.#signed, signed);
  }

  #blame(element: RankedElement): void {
    if (!this.#worst || outranks(element, this.#worst)) this.#worst = element;
  }

  /** All that was counted, with the fields that a tally does not know empty. */
  findings(): Findings {
    return {
      ...NO_FINDINGS,
      compared: this.#compared,
      unwritten: this.#unwritten,
      nonFinite: this.#nonFinite,
      maxAbsError: this.#maxAbsError,
      maxRelError: this.#maxRelError,
      maxUlp: this.#maxUlp,
      squaredError: this.#squaredError,
      squaredExpected: this.#squaredExpected,
      variance: this.#variance,
      drift: this.#drift,
      signedSums: this.#signed,
      boundRatio: this.#boundRatio,
      worst: this.#worst,
    };
  }
}
