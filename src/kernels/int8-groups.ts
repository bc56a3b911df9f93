import { elementOf, storesZeroCodes } from '../formats/format.ts';
import { CHUNK } from '../layouts/layout.ts';
import { codesPerScale, groupOffsets, stepOf } from './decode.ts';
import { unitOf } from './int8-weights.ts';
import { halving, hasLeastScale, heldScale } from './least-scale.ts';
import { float } from './prelude.ts';
import type { GemmProblem } from './problem.ts';

/**
 * How zero points are taken off sums of codes times int8 activations, Σ(code − z)·q = Σcode·q − z·Σq, always in integers
 * below 2^24 and so exactly: a sum starts at −z·Σq (`start`); or, where z differs between columns or is a half, −z·Σq is
 * added in f32 (`sum`); or there is nothing to take off (`none`).
 */
export type ZeroBy = 'none' | 'start' | 'sum';

/** What becomes of the sums of a span of codes that share a scale. */
export interface Int8Groups {
  /** Codes along K of a block that share a scale. */
  readonly span: number;
  readonly zeroBy: ZeroBy;
  /** Whether columns have zero points of their own. */
  readonly ownZeros: boolean;
  readonly hasMin: boolean;
  /** Whether Σq is needed for each row, besides its scale. */
  readonly needsSums: boolean;
}

/** What is taken off codes as dot products see them: those of 8 bits are 128 less there. */
const shiftOf = ({ format }: GemmProblem): number => (elementOf(format).bits === 8 ? 128 : 0);

/** How a problem's groups are worked into sums of products of int8. */
export function int8Groups(problem: GemmProblem): Int8Groups {
  const { format } = problem;
  const { zero, min } = groupOffsets(problem);
  const ownZeros = storesZeroCodes(format);
  const fixed = fixedZero(problem);
  const hasMin = min !== undefined;
  let zeroBy: ZeroBy = 'none';
  if (ownZeros || !Number.isInteger(fixed) || (hasMin && fixed !== 0)) zeroBy = 'sum';
  else if (!hasMin && (zero !== undefined || fixed !== 0)) zeroBy = 'start';
  return {
    span: codesPerScale(problem, CHUNK),
    zeroBy,
    ownZeros,
    hasMin,
    needsSums: zeroBy === 'sum' || hasMin,
  };
}

/** The zero point of evenly spaced values that no group stores, as dot products see codes; 0 for all others. */
function fixedZero(problem: GemmProblem): number {
  const element = elementOf(problem.format);
  return element.kind === 'linear' ? element.offset / stepOf(problem.format) - shiftOf(problem) : 0;
}

/** The zero point of the group at an index, an f32 expression. */
function zeroOf(problem: GemmProblem, index: string): string {
  const shift = shiftOf(problem);
  if (groupOffsets(problem).zero === undefined) return float(-shift);
  return shift === 0 ? `zero_at(${index})` : `(zero_at(${index}) - ${float(shift)})`;
}

/** What a sum starts at in a row whose codes add up to `sum`, an i32 expression. */
export const startOf = (problem: GemmProblem, sum: string): string =>
  int8Groups(problem).zeroBy === 'start' ? `-i32(${zeroOf(problem, '0u')}) * ${sum}` : '0';

/** The factor by which a row's scale is multiplied so that products of int8 count units: exact, a power of two. */
export const scaleFactor = (problem: GemmProblem): string => {
  const unit = unitOf(problem);
  return unit === 1 ? '' : ` * ${float(unit)}`;
};

/** Σq of a row in f32, an i32 expression, over the unit, so that times the row's scale it is a sum of activations. */
export const sumOf = (problem: GemmProblem, sum: string): string => {
  const unit = unitOf(problem);
  return unit === 1 ? `f32(${sum})` : `f32(${sum}) * ${float(1 / unit)}`;
};

/** The zero point of the group at an index times the unit, for a product with {@link sumOf}. */
export const columnZero = (problem: GemmProblem, index: string): string =>
  `${zeroOf(problem, index)}${scaleFactor(problem)}`;

/**
 * The minimum of the group at an index. A zero point that is 0 in every group, as dot products see codes, is taken off here,
 * where it costs nothing and nothing is rounded.
 */
export function columnMin(problem: GemmProblem, index: string, scale: string): string {
  const { zero } = groupOffsets(problem);
  const folds = zero !== undefined && int8Groups(problem).zeroBy === 'none';
  if (!folds) return `min_at(${index})`;
  const taken = zeroOf(problem, index);
  return hasLeastScale(problem.format)
    ? `fma(-${taken} * ${halving(scale, false)}, ${heldScale(scale, false)}, min_at(${index}))`
    : `fma(-${taken}, ${scale}, min_at(${index}))`;
}

/** Names of what {@link flush} works with: four columns of a row. */
export interface FlushNames {
  /** vec4<f32> */
  readonly sum: string;
  /** vec4<i32>: Σcode·q of the span */
  readonly products: string;
  /** f32: of the row, times the unit */
  readonly rowScale: string;
  /** f32: {@link sumOf} */
  readonly rowSum: string;
  /** vec4<f32> each */
  readonly scale: string;
  readonly zero: string;
  readonly min: string;
}

/**
 * Adds a span's sums of products to four f32 sums; what is multiplied by the row's scale is an exact integer.
 *
 * @param least whether a scale may be the least one of E8M0, which is 0 here.
 */
export function flush(problem: GemmProblem, names: FlushNames, least: boolean): string[] {
  const { zeroBy, hasMin } = int8Groups(problem);
  const { sum, products, rowScale, rowSum, scale, zero, min } = names;
  const integers = `vec4<f32>(${products})`;
  const exact = zeroBy === 'sum' ? `fma(-${zero}, vec4<f32>(${rowSum}), ${integers})` : integers;
  const [halved, held] = least ? [` * ${halving(scale, true)}`, heldScale(scale, true)] : ['', scale];
  return [
    `${sum} = fma(${exact} * ${rowScale}${halved}, ${held}, ${sum});`,
    ...(hasMin ? [`${sum} = fma(${min}, vec4<f32>(${rowSum} * ${rowScale}), ${sum});`] : []),
  ];
}

/** The vector of zero points where all columns have the same. */
export const sharedZero = (problem: GemmProblem): string => `vec4<f32>(${columnZero(problem, '0u')})`;
