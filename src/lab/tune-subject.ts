import type { Spec } from '../io/spec.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import { chooseKernel } from '../kernels/choose-kernel.ts';
import { type VariantId, VARIANT_IDS, VARIANTS } from '../kernels/registry.ts';
import type { Tile } from '../kernels/tile.ts';
import { kernelSpace } from '../tune/kernel-space.ts';
import type { Space } from '../tune/space.ts';
import { planVersion } from './kernel-version.ts';
import { problemOf } from './plan-spec.ts';

/** What a search is about. */
export interface TuneSubject {
  /** What to tune for, its kernel named; its parameters are those that stay fixed. */
  readonly spec: Spec & { readonly kernel: VariantId };
  /** What `auto` stands for where there is no store. */
  readonly auto: VariantId;
  readonly standard: Tile;
  /** A fingerprint of the default's WGSL: times of another version of a kernel are none of this one. */
  readonly wgsl: string;
  readonly space: Space;
}

/** A configuration that no search can begin with: a plan rejects the default. The message is the constraint. */
export class RejectedDefault extends Error {
  override readonly name = 'RejectedDefault';
}

/** There is nothing to search. The message is a sentence. */
export class NothingToSearch extends Error {
  override readonly name = 'NothingToSearch';
}

/**
 * Names what to search.
 *
 * @param given its kernel may be `auto`, and its parameters are fixed.
 * @throws RejectedDefault or NothingToSearch.
 */
export function tuneSubject(given: Spec, caps: DeviceCaps): TuneSubject {
  const auto = chooseKernel(problemOf(given), caps).id;
  const kernel = given.kernel === 'auto' ? auto : VARIANT_IDS.find((id) => id === given.kernel);
  if (!kernel) throw new NothingToSearch(`There is no kernel “${given.kernel}” here.`);
  const spec = { ...given, kernel };
  const variant = VARIANTS[kernel];
  const plan = variant.plan(problemOf(spec), spec.params, caps);
  if (plan.kind === 'rejected') throw new RejectedDefault(plan.constraint);
  const space = kernelSpace(variant, problemOf(spec), caps, spec.params);
  if (space.size < 2) {
    throw new NothingToSearch(
      `There is nothing to search: ${kernel} has ${space.size === 1 ? 'one legal tile' : 'no legal tile but its default'} for this product.`,
    );
  }
  return { spec, auto, standard: plan.tile, wgsl: planVersion(plan), space };
}

/** What `auto` stands for and the winner, on data that no comparison with the default has seen. */
export function againstAuto(
  { spec, auto }: Pick<TuneSubject, 'spec' | 'auto'>,
  winner: Tile,
): readonly Spec[] {
  const seed = (spec.seed + AUTO_TRIAL) >>> 0;
  return [
    { ...spec, kernel: auto, params: {}, seed },
    { ...spec, params: winner, seed },
  ];
}

/** Added to the seed. */
const AUTO_TRIAL = 16;
