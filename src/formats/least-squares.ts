import type { Grid, GroupEncoder } from './group-encoder.ts';
import type { Range } from './scale-rules.ts';

/**
 * Scales tried, in parts of the one at which the largest weight reaches the element's end: 2^(1/6) apart. Larger ones than that
 * place the weights of a small float elsewhere between its powers of two; elements of few values want much smaller ones.
 */
const FACTORS = Array.from({ length: 20 }, (_, i) => 2 ** ((5 - i) / 6));
/** Refits after the best of them; each step lowers the error, and three find nearly all. */
const REFITS = 4;

/** A grid and what it loses. */
interface Fit {
  readonly grid: Grid;
  readonly error: number;
}

/**
 * The scale and minimum of a group that lose least, Σ (w − ŵ)², before they are stored: the best of a row of scales, then by
 * turns the codes for the scale and the scale for the codes as long as the error falls.
 *
 * @param ideal the scale at which the largest weight reaches the element's end.
 * @param range of the group's weights: a grid with a minimum shrinks to its middle.
 * @returns a scale of at most twice `ideal`.
 */
export function fitGroup(
  encoder: GroupEncoder,
  values: Float32Array,
  start: number,
  end: number,
  ideal: number,
  range: Range,
): Grid {
  let best = tried(encoder, values, start, end, encoder.gridAt(ideal, range.low));
  for (const factor of FACTORS) {
    best = better(best, tried(encoder, values, start, end, encoder.centredAt(ideal * factor, range)));
  }
  for (let i = 0; i < REFITS; i++) {
    const grid = encoder.refit(values, start, end, best.grid);
    if (!grid || grid.scale > 2 * ideal) break;
    const next = tried(encoder, values, start, end, { ...grid, zero: encoder.zeroAt(grid.scale, range.low) });
    if (next.error >= best.error) break;
    best = next;
  }
  return best.grid;
}

const tried = (encoder: GroupEncoder, values: Float32Array, start: number, end: number, grid: Grid): Fit => ({
  grid,
  error: encoder.squaredError(values, start, end, grid),
});

const better = (a: Fit, b: Fit): Fit => (b.error < a.error ? b : a);
