import { invariant } from '../base/invariant.ts';

/**
 * Largest relative error of one f32 operation in WGSL [1]: "correctly rounded" there means either neighbour of the
 * exact value, so it is 2⁻²³ and not IEEE's 2⁻²⁴.
 *
 * [1] https://www.w3.org/TR/WGSL/#floating-point-accuracy
 */
export const UNIT_ROUNDOFF = 2 ** -23;

/** The same of f16: 2⁻¹⁰. */
export const HALF_ROUNDOFF = 2 ** -10;

/**
 * γ(n) = n·u / (1 − n·u): the product of n factors (1 + δ), |δ| ≤ u, differs from 1 by at most this.
 * Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., lemma 3.1.
 *
 * @param u the largest relative error of one operation; that of f32 if left out.
 */
export function gamma(n: number, u: number = UNIT_ROUNDOFF): number {
  const nu = n * u;
  invariant(nu < 1, `a chain of ${n} roundings of ${u} has no bound`);
  return nu / (1 - nu);
}
