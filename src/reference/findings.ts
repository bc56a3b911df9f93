import {
  addByProportion,
  type ByProportion,
  mergeSignedSums,
  NO_SIGNED_SUMS,
  type SignedSums,
} from './signed-sums.ts';
import type { WrongElement } from './verdict.ts';

/** A wrong element with what ranks it among others. */
export interface RankedElement extends WrongElement {
  /** |got − expected|; Infinity for NaN. */
  readonly error: number;
  /** Error ÷ bound. */
  readonly ratio: number;
}

/** One row's largest projection residual ÷ the bound of that residual. */
export interface RowResidual {
  readonly row: number;
  readonly ratio: number;
}

/** What a part of a check found. Plain data; parts merge in any order to the same whole. */
export interface Findings {
  /** Elements compared one by one. */
  readonly compared: number;
  readonly unwritten: number;
  readonly nonFinite: number;
  readonly maxAbsError: number;
  readonly maxRelError: number;
  readonly maxUlp: number;
  /** Σ(got − expected)² and Σ expected² over the compared elements. */
  readonly squaredError: number;
  readonly squaredExpected: number;
  /** What declared roundings make of Σ(got − expected)²: see `PredictedError`. */
  readonly variance: number;
  readonly drift: ByProportion;
  readonly signedSums: SignedSums;
  readonly boundRatio: number;
  readonly worst: RankedElement | undefined;
  /** Rows judged by exact projection, and those of them that are wrong. */
  readonly projectedRows: number;
  readonly mismatchedRows: number;
  /** Residuals of the rows judged by projection under a bound. */
  readonly residuals: readonly RowResidual[];
  /** Smallest single error that the projections under a bound cannot miss. */
  readonly detectable: number;
}

/** Nothing looked at. */
export const NO_FINDINGS: Findings = {
  compared: 0,
  unwritten: 0,
  nonFinite: 0,
  maxAbsError: 0,
  maxRelError: 0,
  maxUlp: 0,
  squaredError: 0,
  squaredExpected: 0,
  variance: 0,
  drift: { left: 0, sum: 0, bound: 0 },
  signedSums: NO_SIGNED_SUMS,
  boundRatio: 0,
  worst: undefined,
  projectedRows: 0,
  mismatchedRows: 0,
  residuals: [],
  detectable: 0,
};

/** What two disjoint parts found together. */
export const mergeFindings = (a: Findings, b: Findings): Findings => ({
  compared: a.compared + b.compared,
  unwritten: a.unwritten + b.unwritten,
  nonFinite: a.nonFinite + b.nonFinite,
  maxAbsError: Math.max(a.maxAbsError, b.maxAbsError),
  maxRelError: Math.max(a.maxRelError, b.maxRelError),
  maxUlp: Math.max(a.maxUlp, b.maxUlp),
  squaredError: a.squaredError + b.squaredError,
  squaredExpected: a.squaredExpected + b.squaredExpected,
  variance: a.variance + b.variance,
  drift: addByProportion(a.drift, b.drift),
  signedSums: mergeSignedSums(a.signedSums, b.signedSums),
  boundRatio: Math.max(a.boundRatio, b.boundRatio),
  worst: worseOf(a.worst, b.worst),
  projectedRows: a.projectedRows + b.projectedRows,
  mismatchedRows: a.mismatchedRows + b.mismatchedRows,
  residuals: [...a.residuals, ...b.residuals],
  detectable: Math.max(a.detectable, b.detectable),
});

/** The worse element; of equals the one that comes first in the matrix, so that the order of parts does not matter. */
function worseOf(a: RankedElement | undefined, b: RankedElement | undefined): RankedElement | undefined {
  if (!a || !b) return a ?? b;
  return outranks(b, a) ? b : a;
}

/** Whether `a` is to be reported rather than `b`. */
export function outranks(a: RankedElement, b: RankedElement): boolean {
  if (a.ratio !== b.ratio) return a.ratio > b.ratio;
  if (a.error !== b.error) return a.error > b.error;
  return a.m !== b.m ? a.m < b.m : a.n < b.n;
}
