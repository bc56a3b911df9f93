import { FLOAT16_MIN_NORMAL } from '../base/float16.ts';
import type { Rounding } from './request.ts';

/** Operands of sums that are kept in f16, or of f16. */
export interface HalfOperands {
  /** Rows of activations. */
  readonly rows: number;
  /** Σ_m a², [K] */
  readonly activationSquares: Float64Array;
  /** Weights of some columns, [columns, K]. */
  readonly panel: Float64Array;
  /** Σ_n w², [K] */
  readonly weightSquares: Float64Array;
  /** Σ (a·w)² over all rows, columns and terms. */
  readonly products: number;
}

/** The square of the smallest normal f16. */
const LOST = FLOAT16_MIN_NORMAL ** 2;

/** The share of terms that are smaller than τ is below 8·τ ÷ their root mean square, for the product of two normal numbers and τ of f16. */
const SMALL_SHARE = 8;

/**
 * The squared error that flushing subnormals of f16 to zero makes of all outputs: of weights below 2⁻¹⁴ all of Σ a²·w²; of activations
 * that is 2⁻²⁸·w² at most; of products and sums, 2·T an output, the share that is so small, each 2⁻²⁸/3 on average.
 */
export function lostInHalf(
  { terms, halfTerms = 0 }: Rounding,
  { rows, activationSquares, panel, weightSquares, products }: HalfOperands,
): number {
  const K = activationSquares.length;
  const columns = panel.length / K;
  let lost = 0;
  for (let k = 0; k < K; k++) {
    let small = 0;
    for (let at = k; at < panel.length; at += K) {
      const square = panel[at]! * panel[at]!;
      if (square < LOST) small += square;
    }
    lost += activationSquares[k]! * small + rows * LOST * weightSquares[k]!;
  }
  if (halfTerms === 0) return lost;
  const outputs = rows * columns;
  const size = Math.sqrt(products / (outputs * terms));
  return lost + (outputs * 2 * terms * LOST * Math.min(1, (SMALL_SHARE * FLOAT16_MIN_NORMAL) / size)) / 3;
}
