import { ceilDiv } from '../base/integers.ts';
import { elementOf } from '../formats/format.ts';
import type { DeviceCaps } from './caps.ts';
import { MANY_WORKGROUPS } from './occupancy.ts';
import type { GemmProblem } from './problem.ts';
import type { VariantId } from './registry.ts';
import { dequantDense } from './variants/dequant-dense.ts';

/** What `auto` stands for, and why. */
export interface KernelChoice {
  readonly id: VariantId;
  /** A clause for users that follows a colon. */
  readonly because: string;
}

/** The variant that `auto` stands for: a choice by shape, types, format and the device's features that needs no measurement. */
export function chooseKernel(problem: GemmProblem, caps: DeviceCaps): KernelChoice {
  const { M, activation, accumulator } = problem;
  if (activation === 'i8') return chooseInt8(M);
  if (multipliesMatrices(problem, caps)) {
    return {
      id: 'subgroup-matrix',
      because: `M is ${M}, this adapter multiplies matrices of f16, and rounding to f16 is asked for`,
    };
  }
  if (accumulator === 'f16') {
    return { id: 'tiled', because: `M is ${M} and sums are f16: it has the packed arithmetic for them` };
  }
  if (M <= SINGLE_ROWS) {
    return { id: 'gemv', because: `M is ${M}: the weights are read once, so the memory sets the pace` };
  }
  if (M <= SKINNY_ROWS && fewTiles(problem)) {
    return {
      id: 'skinny',
      because: `M is ${M}: larger tiles would be fewer than ${MANY_WORKGROUPS}, too few to keep a GPU busy, so K is split`,
    };
  }
  if (expansionPays(problem, caps)) {
    return {
      id: 'dequant-dense',
      because: `M is ${M}: so many rows share a weight that it pays to decode it once`,
    };
  }
  return { id: 'tiled', because: `M is ${M}: each weight is used often enough to stage it` };
}

/** Rows that the single-token kernels have compiled in at most: of floats, and of int8. */
const SINGLE_ROWS = 4;
const SINGLE_INT8_ROWS = 8;

function chooseInt8(M: number): KernelChoice {
  return M <= SINGLE_INT8_ROWS
    ? {
        id: 'gemv-dp4a',
        because: `M is ${M} and activations are int8: the weights are read once, four to an instruction`,
      }
    : {
        id: 'dp4a',
        because: `M is ${M} and activations are int8: one instruction multiplies four of them`,
      };
}

/** Rows up to which a block of them in registers issues as much as a tile. */
const SKINNY_ROWS = 64;

/** Whether the tiles of 64 × 128 that `tiled` takes would leave a large GPU idle. */
const fewTiles = ({ M, N }: GemmProblem): boolean => ceilDiv(M, 64) * ceilDiv(N, 128) < MANY_WORKGROUPS;

/** Rows from which decoding once pays, as predicted in bench/KERNELS.md, for codes that are evenly spaced and for others. */
const DENSE_ROWS = { linear: 4096, other: 1024 };

/** Whether decoding all weights first, and moving them as f32, costs less than decoding them once for each row of tiles. */
function expansionPays(problem: GemmProblem, caps: DeviceCaps): boolean {
  const { format, M } = problem;
  const simple = elementOf(format).kind === 'linear' && format.secondLevel === 'none';
  return (
    M >= (simple ? DENSE_ROWS.linear : DENSE_ROWS.other) &&
    dequantDense.plan(problem, {}, caps).kind === 'plan'
  );
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
