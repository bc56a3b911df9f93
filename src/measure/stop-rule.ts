import type { Nanoseconds } from '../base/units.ts';
import type { Protocol } from './protocol.ts';
import { median, medianInterval, relativeHalfWidth, relativeSpread } from './statistics.ts';

/**
 * Why a measurement ended. Only `converged` met the protocol's precision; `noise-stable` knows that the rest of the budget
 * would not meet it either.
 */
export type StopReason = 'converged' | 'noise-stable' | 'budget' | 'timeout';

/** Rounds that even a timeout waits for: a median of fewer is none. */
const FEWEST_ROUNDS = 3;
/** Estimates of the spread that must agree for the noise to be stable (as nvbench has it). */
const ESTIMATES = 64;
/** They agree where their standard deviation is at most this share of their mean. */
const AGREEMENT = 0.05;

/** The precision of one variant's median so far, the half step that the timer may be off by included. */
function halfWidth(samples: readonly number[], resolutionNs: number, seed: number): number {
  if (samples.length === 0) return Infinity;
  const centre = median(samples);
  return relativeHalfWidth(medianInterval(samples, seed), centre) + resolutionNs / 2 / centre;
}

/** The precision of the median of ratios, from their logarithms. */
function ratioHalfWidth(logRatios: readonly number[], seed: number): number {
  if (logRatios.length === 0) return Infinity;
  const { low, high } = medianInterval(logRatios, seed);
  return (high - low) / 2;
}

/** What a measurement wants to be narrow. */
export interface StopSeries {
  /** The samples of each variant so far [ns]. */
  readonly times: readonly (readonly number[])[];
  /** The smallest difference that the timer shows between two times of each [ns per dispatch]. */
  readonly resolutionsNs: readonly number[];
  /** Logarithms of the ratios of each other variant to the first. */
  readonly logRatios: readonly (readonly number[])[];
}

/** Of a ratio's interval, this share of the half width that a time's may have is asked: a margin has two ends. */
const RATIO_SHARE = 0.5;

/** Decides after each round whether to go on. */
export class StopRule {
  readonly #protocol: Protocol;
  readonly #seed: number;
  readonly #spreads: number[] = [];
  #nextCheck: number;

  constructor(protocol: Protocol, seed: number) {
    this.#protocol = protocol;
    this.#seed = seed;
    this.#nextCheck = protocol.minRounds;
  }

  /**
   * @param rounds how many were run that count.
   * @param elapsed time since the first round, divided by the number of variants.
   */
  after(rounds: number, series: StopSeries, elapsed: Nanoseconds): StopReason | undefined {
    const { minRounds, budget, timeout, targetHalfWidth } = this.#protocol;
    this.#spreads.push(
      Math.max(...series.times.map((samples) => (samples.length > 0 ? relativeSpread(samples) : 0))),
    );
    if (rounds >= this.#nextCheck) {
      // Intervals cost time that grows with the samples: they are taken at growing distances.
      this.#nextCheck = rounds + Math.ceil(rounds / 8);
      const widest = this.#widest(series);
      if (widest <= targetHalfWidth) return 'converged';
      // An interval narrows with the square root of the samples, as long as the noise stays what it is.
      const needed = elapsed * (widest / targetHalfWidth) ** 2;
      if (needed > budget && isStable(this.#spreads)) return 'noise-stable';
    }
    if (rounds >= minRounds && elapsed >= budget) return 'budget';
    return rounds >= FEWEST_ROUNDS && elapsed >= timeout ? 'timeout' : undefined;
  }

  /** The widest of all intervals: half its width as a share of the median. */
  #widest({ times, resolutionsNs, logRatios }: StopSeries): number {
    const ofTimes = times.map((samples, i) => halfWidth(samples, resolutionsNs[i]!, this.#seed));
    const ofRatios = logRatios.map((ratios) => ratioHalfWidth(ratios, this.#seed) / RATIO_SHARE);
    return Math.max(...ofTimes, ...ofRatios);
  }
}

/** Whether the last 64 estimates of the spread agree. */
function isStable(spreads: readonly number[]): boolean {
  if (spreads.length < ESTIMATES) return false;
  const last = spreads.slice(-ESTIMATES);
  const mean = last.reduce((sum, spread) => sum + spread, 0) / ESTIMATES;
  const variance = last.reduce((sum, spread) => sum + (spread - mean) ** 2, 0) / ESTIMATES;
  return Math.sqrt(variance) <= AGREEMENT * mean;
}
