import type { DeviceCaps } from './caps.ts';
import type { GemmProblem } from './problem.ts';
import type { VariantId } from './registry.ts';

/** What `auto` stands for, and why. */
export interface KernelChoice {
  readonly id: VariantId;
  /** A clause for users that follows a colon. */
  readonly because: string;
}

/** Rows that the single-token kernels have compiled in at most. */
const FEW_ROWS = 4;

/** The variant that `auto` stands for: a choice by shape, types and the device's features that needs no measurement. */
export function chooseKernel(problem: GemmProblem, caps: DeviceCaps): KernelChoice {
  const { M, activation } = problem;
  const few = M <= FEW_ROWS;
  if (activation === 'i8') {
    return few
      ? {
          id: 'gemv-dp4a',
          because: `M is ${M} and activations are int8: the weights are read once, four to an instruction`,
        }
      : {
          id: 'dp4a',
          because: `M is ${M} and activations are int8: one instruction multiplies four of them`,
        };
  }
  if (multipliesMatrices(problem, caps)) {
    return {
      id: 'subgroup-matrix',
      because: `M is ${M}, this adapter multiplies matrices of f16, and rounding to f16 is asked for`,
    };
  }
  if (few && problem.accumulator === 'f32') {
    return { id: 'gemv', because: `M is ${M}: the weights are read once, so the memory sets the pace` };
  }
  return { id: 'tiled', because: `M is ${M}: each weight is used often enough to stage it` };
}

/** Rows from which a subgroup's matrices are full. */
const MATRIX_ROWS = 16;

/** Whether f16 operands are what the user has anyway, and a subgroup can multiply them into the sums that are wanted. */
const multipliesMatrices = ({ M, activation, accumulator }: GemmProblem, caps: DeviceCaps): boolean =>
  M >= MATRIX_ROWS &&
  activation === 'f16' &&
  caps.subgroupMatrices.some(
    ({ componentType, resultComponentType }) =>
      componentType === 'f16' && resultComponentType === accumulator,
  );
