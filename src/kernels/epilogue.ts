import type { ShaderPart } from './compose.ts';
import type { DeviceCaps } from './caps.ts';
import type { GemmProblem } from './problem.ts';
import { EPILOGUE_WGSL, STORE_WGSL } from './wgsl.ts';

/** Whether outputs go out four along N in one store. */
const storesVectors = (problem: Pick<GemmProblem, 'N'>, stores4: boolean): boolean =>
  stores4 && problem.N % 4 === 0;

/**
 * The part of a shader that finishes sums and stores them: `store4`, and `store1` where outputs go out one by one.
 *
 * @param stores4 whether the kernel stores four outputs along N at a time.
 */
export function epilogueParts(
  problem: GemmProblem,
  stores4: boolean,
): { readonly directives: readonly string[]; readonly parts: readonly ShaderPart[] } {
  const vectors = storesVectors(problem, stores4);
  const store = STORE_WGSL[problem.output][vectors ? 'vector' : 'scalar'];
  const directives = problem.output === 'f16' && !vectors ? ['enable f16'] : [];
  return { directives, parts: [EPILOGUE_WGSL[problem.epilogue], store] };
}

/** Why a kernel cannot store its outputs on a device. @returns undefined where it can. */
export function storeRefusal(problem: GemmProblem, stores4: boolean, caps: DeviceCaps): string | undefined {
  if (problem.output === 'f32' || caps.shaderF16 || storesVectors(problem, stores4)) return undefined;
  return stores4
    ? `f16 outputs need N to be a multiple of 4 where the adapter lacks the feature shader-f16, and N is ${problem.N}`
    : 'this kernel stores outputs one by one, and f16 outputs then need the feature shader-f16, which this adapter lacks';
}
