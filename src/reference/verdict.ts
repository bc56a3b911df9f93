/** One wrong output element. */
export interface WrongElement {
  readonly m: number;
  readonly n: number;
  readonly got: number;
  readonly expected: number;
}

/** What a check of one output found. */
export interface Verdict {
  readonly passed: boolean;
  /** `full`: every element against its own expected value. `sampled`: projections, samples and suspicious rows. */
  readonly mode: 'full' | 'sampled';
  /** Elements compared one by one with a recomputed value. */
  readonly checkedElements: number;
  readonly maxAbsError: number;
  readonly maxRelError: number;
  readonly maxUlp: number;
  /** Normalised mean squared error: Σ(got − expected)² / Σ expected². */
  readonly nmse: number;
  /** The largest {@link nmse} that the declared roundings explain; Infinity where nothing is judged by it. */
  readonly nmseExpected: number;
  /** Whether the squared error of all compared elements together is what the declared roundings explain. */
  readonly precise: boolean;
  /** Share of the squared error that goes one way: as a part of all outputs, or of one sign. */
  readonly oneWay: number;
  /** Largest error ÷ its bound over the compared elements; > 1 is wrong. 0 for an exact judge that passed, else Infinity. */
  readonly boundRatio: number;
  /** Chance that a wrong element is missed: 0 for a full check. */
  readonly missProbability: number;
  /** Smallest single error that cannot be missed; 0 for a full check. */
  readonly smallestDetectable: number;
  /** Elements that still hold the poison pattern. */
  readonly unwritten: number;
  /** Elements that are NaN or infinite. */
  readonly nonFinite: number;
  /** The worst element that is out of its bound. */
  readonly firstWrong: WrongElement | undefined;
}
