import type { GemmProblem } from './problem.ts';
import type { KernelVariant } from './variant.ts';
import { gemv } from './variants/gemv.ts';
import { naive } from './variants/naive.ts';
import { tiled } from './variants/tiled.ts';

/** Every kernel variant by its id. */
export const VARIANTS = { gemv, tiled, naive } as const satisfies Record<string, KernelVariant>;

/** The id of a kernel variant. */
export type VariantId = keyof typeof VARIANTS;

/** All ids of {@link VARIANTS}. */
export const VARIANT_IDS = Object.keys(VARIANTS) as [VariantId, ...VariantId[]];

/** The variant that `auto` stands for: a choice by shape alone, with the reason as a clause for users. */
export function chooseKernel({ M }: GemmProblem): { readonly id: VariantId; readonly because: string } {
  return M <= 4
    ? { id: 'gemv', because: `M is ${M}: the weights are read once, so the memory sets the pace` }
    : { id: 'tiled', because: `M is ${M}: each weight is used often enough to stage it` };
}
