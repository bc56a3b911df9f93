import type { WeightFormat } from '../formats/format.ts';
import type { ScaleType } from '../formats/scale-type.ts';
import { magicOf, multiplesOf, type RawCode, stepOf } from './decode.ts';
import { halvesWithSign, halving, hasLeastScale, heldScale } from './least-scale.ts';
import { float } from './prelude.ts';
import type { GemmProblem } from './problem.ts';

/** A group's scale, zero point and minimum as the weights of a run need them, by the multiple of their raw codes. */
export interface GroupTerms {
  readonly statements: readonly string[];
  /** The name of what its values are halved by, where the format has a least scale. */
  readonly half: string;
  /** The weight of a raw code. */
  weight(code: RawCode): string;
}

/** Scales of so few significant bits, and so far from the ends of f32's range, that folding in a zero point is exact. */
const FOLDING: readonly ScaleType[] = ['f16', 'ue4m3', 'ue5m3'];

/**
 * Whether a scale may be so near to the smallest normal f32 that a part of it is a subnormal, which has fewer bits or none:
 * then what is to be divided is the value.
 */
const mayBeTiny = ({ scale, secondLevel }: WeightFormat): boolean =>
  secondLevel === 'tensor' || secondLevel === 'double' || ['f32', 'bf16', 'e8m0'].includes(scale);

/** f32 expressions of one group, or vectors of those of four columns. */
export interface GroupReads {
  readonly four: boolean;
  readonly scale: string;
  readonly zero: string | undefined;
  readonly min: string | undefined;
}

/**
 * Scale, zero point and minimum of one group, folded so that a weight costs one operation where that is exact: a scale of
 * 11 bits times 1024 + 255 (11 bits, 12 with a half) fits f32's 24, so `fma(raw, s, −(1024 + zero) · s)` does not round,
 * fused or not. Any other scale is multiplied last, with at most one rounding, and a minimum added with another.
 *
 * @param prefix makes the names of the statements unique.
 */
export function groupTerms(problem: GemmProblem, reads: GroupReads, prefix: string): GroupTerms {
  const { format } = problem;
  const { zero, min } = reads;
  const tiny = mayBeTiny(format);
  const folds = zero !== undefined && !min && format.secondLevel === 'none' && FOLDING.includes(format.scale);
  return {
    statements: [
      ...scaleStatements(format, reads, prefix),
      ...(tiny ? [] : multipleStatements(problem, prefix)),
      ...(zero ? [`let ${prefix}_z = ${zero};`, ...offsetStatements(problem, folds, reads, prefix)] : []),
      ...(min ? [`let ${prefix}_m = ${min};`] : []),
    ],
    half: `${prefix}_half`,
    weight: ({ raw, multiple }) => {
      const s = `${prefix}_s${tiny ? 1 : multiple}`;
      const b = `${prefix}_b${multiple}`;
      if (folds) return `fma(${raw}, ${s}, ${b})`;
      const factors = factorsBefore(format, multiple, prefix);
      const whole = zero ? `(${raw} - ${b})` : raw;
      const scaled = zero ? `fma(${raw}, ${prefix}_f${multiple}, ${b})` : `(${times(raw, factors)})`;
      const value = factors.length === 0 ? whole : scaled;
      return min ? `fma(${value}, ${s}, ${prefix}_m)` : `${value} * ${s}`;
    },
  };
}

/** The scale of a group where sums of its raw codes, and not each of them, are multiplied by it. */
export interface SumTerms extends Pick<GroupTerms, 'statements' | 'half'> {
  /** Two factors whose product is a sum's. @param sum an expression that binds as tightly as a product. */
  factors(sum: string): readonly [scale: string, sum: string];
}

/** As {@link groupTerms}, for sums of the raw codes of a group, each of the same multiple. */
export function sumTerms(
  { format }: GemmProblem,
  reads: Pick<GroupReads, 'scale' | 'four'>,
  prefix: string,
): SumTerms {
  return {
    statements: scaleStatements(format, reads, prefix),
    half: `${prefix}_half`,
    factors: (sum) => [`${prefix}_s1`, times(sum, factorsBefore(format, 1, prefix))],
  };
}

/** The scale by which values, or raw codes that count as they are, are multiplied, and what values are halved by first. */
function scaleStatements(
  format: WeightFormat,
  { scale, four }: Pick<GroupReads, 'scale' | 'four'>,
  prefix: string,
): string[] {
  const step = stepOf(format);
  if (hasLeastScale(format)) {
    const own = `${prefix}_own`;
    return [
      `let ${own} = ${scale};`,
      `let ${prefix}_s1 = ${heldScale(own, four)};`,
      `let ${prefix}_half = ${halving(own, four)};`,
    ];
  }
  return [`let ${prefix}_s1 = ${scale}${mayBeTiny(format) || step === 1 ? '' : ` * ${float(step)}`};`];
}

/** The scale for raw codes of each multiple above 1. */
const multipleStatements = (problem: GemmProblem, prefix: string): string[] =>
  multiplesOf(problem)
    .filter((multiple) => multiple > 1)
    .map((multiple) => `let ${prefix}_s${multiple} = ${prefix}_s1 * ${1 / multiple}f;`);

/** A product whose factors are multiplied with one another first, which is done once a group. */
const times = (first: string, factors: readonly string[]): string =>
  factors.length === 0
    ? first
    : `${first} * ${factors.length === 1 ? factors[0]! : `(${factors.join(' * ')})`}`;

/** What raw codes of a multiple are multiplied by before a scale that may be tiny: powers of two, often none. */
function factorsBefore(format: WeightFormat, multiple: number, prefix: string): string[] {
  const constant = mayBeTiny(format) ? stepOf(format) / multiple : 1;
  return [
    ...(hasLeastScale(format) && !halvesWithSign(format) ? [`${prefix}_half`] : []),
    ...(constant === 1 ? [] : [float(constant)]),
  ];
}

/**
 * What raw codes of each multiple have on them besides the value: negated and multiplied by the scale where it is folded, and by what
 * comes before the scale where something does, as `f…`, so that one operation takes both.
 */
function offsetStatements(
  problem: GemmProblem,
  folds: boolean,
  { four }: Pick<GroupReads, 'four'>,
  prefix: string,
): string[] {
  const magic = magicOf(problem);
  return multiplesOf(problem).flatMap((multiple) => {
    const name = `${prefix}_b${multiple}`;
    const whole = `${magic}.0f + ${multiple}.0f * ${prefix}_z`;
    if (folds) return [`let ${name} = -(${magic / multiple}.0f + ${prefix}_z) * ${prefix}_s1;`];
    const factors = factorsBefore(problem.format, multiple, prefix);
    if (factors.length === 0) return [`let ${name} = ${whole};`];
    const factor = `${prefix}_f${multiple}`;
    const product = four ? `vec4<f32>(${factors.join(' * ')})` : factors.join(' * ');
    return [`let ${factor} = ${product};`, `let ${name} = -(${whole}) * ${factor};`];
  });
}
