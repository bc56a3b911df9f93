import { decodeRoundings } from '../formats/format.ts';
import type { DesignPass } from './assemble.ts';
import { WEIGHT_ROLES } from './bindings.ts';
import type { Constraint, TypesTaken } from './constraint.ts';
import { QUANTIZED_SHARE, quantizePass } from './int8-activations.ts';
import { int8Groups } from './int8-groups.ts';
import { int8Refusal } from './int8-weights.ts';
import type { PlanNumerics } from './plan.ts';
import type { GemmProblem } from './problem.ts';

/** What kernels of int8 dot products take; sums are stored four along N. */
export const INT8_TYPES: TypesTaken = { activations: ['i8'], accumulators: ['f32'], stores4: true };

/** What their modules begin with. */
export const INT8_DIRECTIVES = ['requires packed_4x8_integer_dot_product'] as const;

/** What all of them ask of the device and of the weights. */
export const INT8_CONSTRAINTS = [
  {
    says: () =>
      'dot products of int8 need the WGSL language feature packed_4x8_integer_dot_product, which is missing here; ' +
      'take another kernel (--act f32)',
    holds: (_, __, { packedDot }) => packedDot,
  },
  {
    says: (_, problem) => int8Refusal(problem)!,
    holds: (_, problem) => int8Refusal(problem) === undefined,
  },
] as const satisfies readonly Constraint[];

/** The quantizing pass and the one that multiplies. */
export const int8Passes = (
  paddedM: number,
  paddedK: number,
  main: Pick<DesignPass, 'workgroupSize' | 'dispatch'>,
): readonly DesignPass[] => [
  quantizePass(paddedM, paddedK),
  {
    entryPoint: 'main',
    ...main,
    reads: ['quantized', 'blocks', ...WEIGHT_ROLES, 'bias'],
    writes: ['output'],
  },
];

/** How often f32 activations are loaded, counted by bytes, where their quantized form is loaded `times` times, first included. */
export const activationReuse = (times: number): number => 1 + (times - 1) * QUANTIZED_SHARE;

/**
 * The rounding of a sum over products of int8. Of a span of codes with one scale the sum is exact, and so is the zero point
 * that is taken off it; it meets one rounding when it is multiplied by the row's scale, those of the weight's own scale,
 * and then is a term like any other. A minimum is added times the sum of the activations, which is exact.
 */
export const int8Numerics = (problem: GemmProblem, terms: number): PlanNumerics => ({
  terms,
  decodeRoundings: 1 + decodeRoundings(problem.format),
  offset: 0,
  span: int8Groups(problem).hasMin ? int8Groups(problem).span : 0,
  halfTerms: 0,
  halfRoundings: 0,
});
