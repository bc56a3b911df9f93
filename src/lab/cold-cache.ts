import type { Spec } from '../io/spec.ts';
import { type Subject, unlessLost } from './subject.ts';

/**
 * Bytes of packed weights that the dispatches of a cold experiment read in turn: at least twice the last-level cache of
 * today's GPUs, 128 MiB at most. A software adapter's is a CPU's.
 */
const COLD_BYTES = { hardware: 256 * 2 ** 20, software: 64 * 2 ** 20 } as const;
/** What several cold experiments may take of the GPU's memory together. */
const ALL_BYTES = 1024 * 2 ** 20;
/** Less than this share of them may fit caches: of weights too small to be copied often enough, or of too many experiments. */
const ENOUGH = 0.75;

/** The cache of an experiment that does not say: a token's weights never stay in a cache between two layers. */
export const defaultCache = (m: number): Spec['cache'] => (m <= 8 ? 'cold' : 'hot');

/** How the cache of an experiment was brought about. */
export type CacheState =
  | { readonly kind: 'hot' }
  | { readonly kind: 'cold'; readonly bytes: number; readonly warning?: string }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Brings about the cache that a spec asks for: for a cold one, copies of its weights that are read in turn.
 *
 * @param count of experiments that share the GPU's memory.
 * @throws PlanError `lost`.
 */
export async function setCache(
  { spec, loaded }: Pick<Subject, 'spec' | 'loaded'>,
  software: boolean,
  count: number,
): Promise<CacheState> {
  if (spec.cache === 'hot') return { kind: 'hot' };
  const wanted = Math.min(COLD_BYTES[software ? 'software' : 'hardware'], ALL_BYTES / count);
  try {
    const bytes = await loaded.rotateWeights(wanted);
    return mayFitCaches(bytes, software)
      ? { kind: 'cold', bytes, warning: tooFew(bytes) }
      : { kind: 'cold', bytes };
  } catch (cause) {
    const { message } = unlessLost(cause);
    return { kind: 'failed', reason: `${message} Take cache "hot", or a smaller product.` };
  }
}

/** Whether copies of so many bytes may stay in a cache, so that their reader's time is no cold one. */
export const mayFitCaches = (bytes: number, software: boolean): boolean =>
  bytes < ENOUGH * COLD_BYTES[software ? 'software' : 'hardware'];

const tooFew = (bytes: number): string =>
  `The copies of these weights have ${(bytes / 2 ** 20).toFixed(1)} MiB together, which a cache may hold: the time is between cold and hot.`;
