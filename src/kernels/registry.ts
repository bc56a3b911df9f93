import type { KernelVariant } from './variant.ts';
import { dequantDense } from './variants/dequant-dense.ts';
import { dp4a } from './variants/dp4a.ts';
import { gemv } from './variants/gemv.ts';
import { gemvDp4a } from './variants/gemv-dp4a.ts';
import { naive } from './variants/naive.ts';
import { skinny } from './variants/skinny.ts';
import { subgroupMatrix } from './variants/subgroup-matrix.ts';
import { tiled } from './variants/tiled.ts';

/** Every kernel variant by its id. */
export const VARIANTS = {
  gemv,
  skinny,
  tiled,
  naive,
  'dequant-dense': dequantDense,
  'subgroup-matrix': subgroupMatrix,
  dp4a,
  'gemv-dp4a': gemvDp4a,
} as const satisfies Record<string, KernelVariant>;

/** The id of a kernel variant. */
export type VariantId = keyof typeof VARIANTS;

/** All ids of {@link VARIANTS}. */
export const VARIANT_IDS = Object.keys(VARIANTS) as [VariantId, ...VariantId[]];
