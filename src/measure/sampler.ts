import type { Nanoseconds } from '../base/units.ts';
import type { Foreground } from './foreground.ts';

/** Something whose time can be taken; a loaded plan is one. */
export interface Sampler {
  /** Runs the work `dispatches` times. @returns the time of all, or `undefined` where the timer gave no positive one. */
  sample(dispatches: number): Promise<Nanoseconds | undefined>;
}

/** Work to time and the dispatches of it that make a sample. */
export interface Contender {
  readonly sampler: Sampler;
  readonly dispatches: number;
  /** The smallest difference that the timer shows between two of its times [ns per dispatch]. */
  readonly resolutionNs: number;
}

/** Where times come from and the smallest step between two of them. */
export interface Timer {
  readonly source: 'timestamp-query' | 'wall-clock';
  readonly stepNs: number;
}

/** What measuring needs from around it; tests bring a clock of their own. */
export interface Surroundings {
  /** A monotonic clock for budgets, from any origin. */
  readonly now: () => Nanoseconds;
  readonly signal: AbortSignal;
  readonly onProgress: (phase: 'calibrate' | 'warm-up' | 'measure', fraction: number, detail: string) => void;
  /** Of a page: what it takes in the background does not count. Without one, all counts. */
  readonly foreground?: Foreground | undefined;
  /** Lets the GPU rest; by default as long as is asked. */
  readonly pause?: (span: Nanoseconds) => Promise<void>;
}
