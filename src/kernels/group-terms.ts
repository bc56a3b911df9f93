import type { WeightFormat } from '../formats/format.ts';
import type { ScaleType } from '../formats/scale-type.ts';
import { magicOf, multiplesOf, type RawCode, stepOf } from './decode.ts';
import { float } from './prelude.ts';
import type { GemmProblem } from './problem.ts';

/** A group's scale, zero point and minimum as the weights of a run need them, by the multiple of their raw codes. */
export interface GroupTerms {
  readonly statements: readonly string[];
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

/** f32 expressions of one group, scalars or vectors alike. */
export interface GroupReads {
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
      ...scaleStatements(problem, reads.scale, prefix),
      ...(zero ? [`let ${prefix}_z = ${zero};`, ...offsetStatements(problem, folds, prefix)] : []),
      ...(min ? [`let ${prefix}_m = ${min};`] : []),
    ],
    weight: ({ raw, multiple }) => {
      const s = `${prefix}_s${tiny ? 1 : multiple}`;
      const b = `${prefix}_b${multiple}`;
      if (folds) return `fma(${raw}, ${s}, ${b})`;
      const difference = zero ? `(${raw} - ${b})` : raw;
      const factor = tiny ? stepOf(format) / multiple : 1;
      const value = factor === 1 ? difference : `(${difference} * ${float(factor)})`;
      return min ? `fma(${value}, ${s}, ${prefix}_m)` : `${value} * ${s}`;
    },
  };
}

/** The scale by which values, and raw codes of each multiple, are multiplied. */
function scaleStatements(problem: GemmProblem, scale: string, prefix: string): string[] {
  const step = stepOf(problem.format);
  if (mayBeTiny(problem.format)) return [`let ${prefix}_s1 = ${scale};`];
  return [
    `let ${prefix}_s1 = ${scale}${step === 1 ? '' : ` * ${float(step)}`};`,
    ...multiplesOf(problem)
      .filter((multiple) => multiple > 1)
      .map((multiple) => `let ${prefix}_s${multiple} = ${prefix}_s1 * ${1 / multiple}f;`),
  ];
}

/** What raw codes of each multiple have on them besides the value, scaled and negated where it is folded. */
function offsetStatements(problem: GemmProblem, folds: boolean, prefix: string): string[] {
  const magic = magicOf(problem);
  return multiplesOf(problem).map((multiple) =>
    folds
      ? `let ${prefix}_b${multiple} = -(${magic / multiple}.0f + ${prefix}_z) * ${prefix}_s1;`
      : `let ${prefix}_b${multiple} = ${magic}.0f + ${multiple}.0f * ${prefix}_z;`,
  );
}
