import type { ValueGrid } from './value-grid.ts';

/** The scale at which a group's weights lose least, and what is needed to say how much other scales lose. */
export interface ScaleFit {
  /** Not rounded to any storage type; negative where the values reach further on the other side of zero. */
  readonly scale: number;
  /** Σv² of the values at that scale: with the same codes, a scale off by δ loses δ² times this more. */
  readonly curvature: number;
}

/** Tried for the largest magnitude: the top value of the grid and so many steps of the grid's end beyond it. */
const REACH = { from: -1, to: 2, count: 16 } as const;
/** Alternations of best codes and best scale, each of which can only lose less. */
const REFITS = 4;
/** A gain below this part is none. */
const GAIN = 1 + 1e-9;

/**
 * Fits a scale to `n` weights from `from` on: minimises Σ(x − scale · v)² over the scale and the values v. For given values
 * the best scale is Σxv / Σv², which explains (Σxv)² / Σv² of Σx². Values are had from scales between one that clips the
 * largest weights and one that leaves the ends of the grid empty; the best is then refined.
 */
export function fitScale(grid: ValueGrid, x: Float32Array, from: number, n: number): ScaleFit {
  let largest = 0;
  for (let i = from; i < from + n; i++) largest = Math.max(largest, Math.abs(x[i]!));
  if (largest === 0) return { scale: 0, curvature: 0 };
  const { values, top } = grid;
  const symmetric = values[0] === -values[values.length - 1]!;
  const step = (largestGap(values) * (REACH.to - REACH.from)) / (REACH.count - 1);
  let best: Explained = NOTHING;
  for (let i = 0; i < REACH.count; i++) {
    const inverse = (top + REACH.from * largestGap(values) + i * step) / largest;
    best = better(best, explain(grid, x, from, n, inverse));
    if (!symmetric) best = better(best, explain(grid, x, from, n, -inverse));
  }
  for (let i = 0; i < REFITS && best.scale !== 0; i++) {
    const refit = explain(grid, x, from, n, 1 / best.scale);
    if (refit.explained <= best.explained * GAIN) break;
    best = refit;
  }
  return best;
}

interface Explained extends ScaleFit {
  readonly explained: number;
}

const NOTHING: Explained = { scale: 0, curvature: 0, explained: 0 };

const better = (a: Explained, b: Explained): Explained => (b.explained > a.explained ? b : a);

function explain(grid: ValueGrid, x: Float32Array, from: number, n: number, inverse: number): Explained {
  const { vv, xv } = grid.sums(x, from, n, inverse, 0);
  return vv === 0 ? NOTHING : { scale: xv / vv, curvature: vv, explained: (xv * xv) / vv };
}

/** Between the values at the end of the grid that is further from zero. */
function largestGap(values: Float64Array): number {
  const last = values.length - 1;
  return -values[0]! > values[last]! ? values[1]! - values[0]! : values[last]! - values[last - 1]!;
}
