import type { Grid, GroupEncoder } from './group-encoder.ts';
import { scaleOf, type WeightFormat } from './format.ts';
import type { ScaleRounder } from './scale-storage.ts';

/** Scales whose neighbours are so near that trying them gains nothing. */
const FINE_BITS = 16;

/** What one group's stored scale is chosen by. */
export interface GroupSearch {
  readonly start: number;
  readonly end: number;
  /** The least weight. */
  readonly low: number;
  /** At which the largest weight reaches the element's end. */
  readonly ideal: number;
  /** What the rule asks for before storing. */
  readonly wanted: number;
  /** The minimum that goes with `wanted`; 0 where there is none. */
  readonly min: number;
  /** Which value of the second level the group has. */
  readonly parent: number;
}

/**
 * The code of the stored scale that loses least, Σ (w − ŵ)², of those that the rule tries: with `four-over-six` the scales at
 * which the largest weight becomes the element's end and two thirds of it; with `least-squares` the nearest to the wanted
 * one and its neighbours, and the ones that `amax` and `ceil` would take.
 */
export function searchScale(
  format: WeightFormat,
  encoder: GroupEncoder,
  rounder: ScaleRounder,
  values: Float32Array,
  group: GroupSearch,
): number {
  const { start, end, low, parent } = group;
  const fitsMin = format.rule === 'least-squares' && format.zeroPoint === 'min';
  const codes = candidates(format, rounder, group);
  let best = codes[0]!;
  let least = Infinity;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (codes.indexOf(code) < i) continue;
    const at = encoder.gridAt(rounder.scaleOf(code, parent), low);
    const grid: Grid = fitsMin
      ? encoder.refitMin(values, start, end, { scale: at.scale, zero: at.zero, min: group.min })
      : at;
    const error = encoder.squaredError(values, start, end, grid);
    if (error >= least) continue;
    best = code;
    least = error;
  }
  return best;
}

/** Codes to try, some more than once. */
function candidates(
  format: WeightFormat,
  rounder: ScaleRounder,
  { ideal, wanted, parent }: GroupSearch,
): number[] {
  const amax = rounder.codeOf(ideal, parent);
  if (format.rule === 'four-over-six') return [amax, rounder.codeOf(1.5 * ideal, parent)];
  const near = rounder.codeOf(wanted, parent);
  if (scaleOf(format).bits >= FINE_BITS) return [near, amax];
  return [near, rounder.neighbour(near, -1), rounder.neighbour(near, 1), amax, rounder.neighbour(amax, 1)];
}
