import type { GroupSums, ValueGrid } from './value-grid.ts';

/** The scale and minimum at which a group's weights lose least, and what says how much others lose. */
export interface AffineFit {
  /** Neither is rounded to any storage type. */
  readonly scale: number;
  readonly min: number;
  /**
   * Of the values at that scale and minimum: with the same codes, a scale off by δ and a minimum off by ε lose
   * δ²Σv² + 2δεΣv + ε²n more.
   */
  readonly sums: GroupSums;
}

/** Tried for either end of the weights: so many steps beyond that end of the grid, which clips them, or within it. */
const REACHES = [0.5, 0.15, -0.2, -0.55, -0.9];
/** Alternations of best codes and best scale and minimum, each of which can only lose less. */
const REFITS = 4;
/** A gain below this part is none. */
const GAIN = 1 + 1e-9;

/**
 * Fits a scale and a minimum to `n` weights from `from` on: minimises Σ(x − scale · v − min)² over both and the values v,
 * which are 0 … top. For given values the best two solve a linear system of two equations. Values are had from both ends
 * of the weights, each clipped or stretched by up to a step; the best is then refined.
 *
 * @param signedMin whether the minimum may be above 0.
 */
export function fitAffine(
  grid: ValueGrid,
  x: Float32Array,
  from: number,
  n: number,
  signedMin: boolean,
): AffineFit {
  let [low, high, sum] = [signedMin ? Infinity : 0, -Infinity, 0];
  for (let i = from; i < from + n; i++) {
    const value = x[i]!;
    sum += value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const solve = (inverse: number, min: number): Explained => {
    const sums = grid.sums(x, from, n, inverse, min);
    return solveAffine(sums, sum, n, signedMin);
  };
  let best = solve(0, low);
  if (high <= low) return best;
  for (const below of REACHES) {
    for (const above of REACHES) {
      const scale = (high - low) / (grid.top - below - above);
      const tried = solve(1 / scale, low - below * scale);
      if (tried.explained > best.explained) best = tried;
    }
  }
  for (let i = 0; i < REFITS && best.scale > 0; i++) {
    const refit = solve(1 / best.scale, best.min);
    if (refit.explained <= best.explained * GAIN) break;
    best = refit;
  }
  return best;
}

interface Explained extends AffineFit {
  /** Σx² less what the fit loses. */
  readonly explained: number;
}

/** The best scale, at least 0, and minimum for given values. */
function solveAffine(sums: GroupSums, sum: number, n: number, signedMin: boolean): Explained {
  const { v, vv, xv } = sums;
  const determinant = n * vv - v * v;
  if (determinant > 0) {
    const scale = (n * xv - v * sum) / determinant;
    const min = (sum - scale * v) / n;
    if (scale >= 0 && (signedMin || min <= 0)) {
      return { scale, min, sums, explained: scale * xv + min * sum };
    }
  }
  // On the edge of what is allowed one of the two is 0.
  const mean = signedMin ? sum / n : Math.min(sum / n, 0);
  const flat = { scale: 0, min: mean, sums, explained: mean * sum };
  if (signedMin || vv === 0 || xv <= 0) return flat;
  const scale = xv / vv;
  return scale * xv > flat.explained ? { scale, min: 0, sums, explained: scale * xv } : flat;
}
