import { DEFAULT_SPEC, type Spec } from '../io/spec.ts';
import { defaultCache } from '../lab/cold-cache.ts';

/** The experiment that the page opens with; an address that names none stands for it. */
export const FIRST_SPEC: Spec = { ...DEFAULT_SPEC, cache: defaultCache(DEFAULT_SPEC.m) };
