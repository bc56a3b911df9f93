import type { Spec } from '../io/spec.ts';

/** Sizes up to these are kept as they are: the kernel that is checked then is the very text that is timed. */
const KEPT = { m: 64, n: 512, k: 512 } as const;

/**
 * A product like a spec's that is quick to check: as ragged, but of a few tiles. Weights of a file give way to random ones
 * where the size changes. N and K keep their remainders by 512 and so the blocks and groups of up to 512 that they are whole
 * multiples of; M keeps its remainder by 64.
 */
export function smallProduct(spec: Spec): Spec {
  const m = reduced(spec.m, KEPT.m);
  const n = reduced(spec.n, KEPT.n);
  const k = reduced(spec.k, KEPT.k);
  return n === spec.n && k === spec.k ? { ...spec, m } : { ...spec, m, n, k, weights: 'random' };
}

const reduced = (size: number, kept: number): number => (size <= kept ? size : kept + (size % kept));
