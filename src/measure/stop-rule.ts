import type { Nanoseconds } from '../base/units.ts';
import { judgeRatio, type RatioJudgement } from './judge-ratio.ts';
import { LEAST_MARGIN } from './margin.ts';
import { medianInterval } from './median-interval.ts';
import type { Protocol } from './protocol.ts';
import type { RoundPairs } from './round-pairs.ts';
import { median, relativeHalfWidth, relativeSpread } from './statistics.ts';

/**
 * Why a measurement ended. Only `converged` met the protocol's precision; `noise-stable` knows that the rest of the budget
 * would not meet it either.
 */
export type StopReason = 'converged' | 'noise-stable' | 'budget' | 'timeout';

/** Rounds that even a timeout waits for: a median of fewer is none. */
const FEWEST_ROUNDS = 3;
/** Between two looks at the intervals the rounds grow by this share: a look costs time that grows with them. */
const LOOKS = 1 / 16;
/** Estimates of the spread that must agree for the noise to be stable (as nvbench has it). */
const ESTIMATES = 64;
/** They agree where their standard deviation is at most this share of their mean. */
const AGREEMENT = 0.05;
/** A ratio whose verdict is open is about as large as the margin, if it is known this well. */
const WELL_KNOWN = LEAST_MARGIN / 4;
/** However many variants there are, those whose verdict is near take no longer together than so many would. */
const PATIENT_VARIANTS = 2;

/** The precision of one variant's median so far, the half step that the timer may be off by included. */
function halfWidth(samples: readonly number[], resolutionNs: number): number {
  if (samples.length === 0) return Infinity;
  const centre = median(samples);
  return relativeHalfWidth(medianInterval(samples), centre) + resolutionNs / 2 / centre;
}

/** What a measurement wants to be narrow. */
export interface StopSeries {
  /** The samples of each variant so far [ns]. */
  readonly times: readonly (readonly number[])[];
  /** The smallest difference that the timer shows between two times of each [ns per dispatch]. */
  readonly resolutionsNs: readonly number[];
  /** Each other variant with the first; pairing takes time that grows with the rounds, and only a look at the intervals needs it. */
  readonly pairs: () => readonly RoundPairs[];
}

/**
 * Decides after each round whether to go on. Verdicts are looked at again and again, which they are made for
 * (see RatioEvidence): one that is open but would be clear before the timeout is worth more rounds than the budget has.
 */
export class StopRule {
  readonly #protocol: Protocol;
  readonly #spreads: number[] = [];
  #nextLook: number;
  #isNear = false;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
    this.#nextLook = protocol.minRounds;
  }

  /** Whether a verdict was open when it was last looked at, but near. */
  get isNear(): boolean {
    return this.#isNear;
  }

  /**
   * @param rounds how many were run that count.
   * @param elapsed time since the first round, divided by the number of variants.
   */
  after(rounds: number, series: StopSeries, elapsed: Nanoseconds): StopReason | undefined {
    const { minRounds, budget, timeout, targetHalfWidth } = this.#protocol;
    const patience = Math.max(
      budget,
      (timeout * PATIENT_VARIANTS) / Math.max(PATIENT_VARIANTS, series.times.length),
    );
    this.#spreads.push(
      Math.max(...series.times.map((samples) => (samples.length > 0 ? relativeSpread(samples) : 0))),
    );
    if (rounds >= this.#nextLook) {
      this.#nextLook = rounds + Math.ceil(LOOKS * rounds);
      const judgements = series
        .pairs()
        .map((pairs) => (pairs.logRatios.length > 0 ? judgeRatio(pairs) : undefined));
      this.#isNear = judgements.some(
        (judged) => judged?.verdict === 'UNCLEAR' && judged.growth * elapsed <= patience,
      );
      const excess = Math.max(
        widestOf(series) / targetHalfWidth,
        ...judgements.map((judged) => ratioExcess(judged, targetHalfWidth)),
      );
      if (!this.#isNear) {
        if (excess <= 1) return 'converged';
        // An interval narrows with the square root of the samples, as long as the noise stays what it is.
        if (elapsed * excess ** 2 > budget && isStable(this.#spreads)) return 'noise-stable';
      }
    }
    if (rounds >= minRounds && elapsed >= (this.#isNear ? patience : budget)) return 'budget';
    return rounds >= FEWEST_ROUNDS && elapsed >= timeout ? 'timeout' : undefined;
  }
}

/** The widest interval of a time: half its width as a share of the median. */
const widestOf = ({ times, resolutionsNs }: StopSeries): number =>
  Math.max(...times.map((samples, i) => halfWidth(samples, resolutionsNs[i]!)));

/** By how many times a ratio is noisier than is asked: as precise as a time, or so that a verdict could be told. */
const ratioExcess = (judged: RatioJudgement | undefined, targetHalfWidth: number): number =>
  judged ? judged.noise / (judged.verdict === 'UNCLEAR' ? WELL_KNOWN : targetHalfWidth) : Infinity;

/** Whether the last 64 estimates of the spread agree. */
function isStable(spreads: readonly number[]): boolean {
  if (spreads.length < ESTIMATES) return false;
  const last = spreads.slice(-ESTIMATES);
  const mean = last.reduce((sum, spread) => sum + spread, 0) / ESTIMATES;
  const variance = last.reduce((sum, spread) => sum + (spread - mean) ** 2, 0) / ESTIMATES;
  return Math.sqrt(variance) <= AGREEMENT * mean;
}
