import { parseSpec, type Spec, SpecError } from '../io/spec.ts';
import { defaultCache } from '../lab/cold-cache.ts';
import { sampleSize } from './weight-choices.ts';

/** The largest M, N or K that a spec accepts. */
const MAX_SIZE = 2 ** 20;
const MAX_SEED = 2 ** 32 - 1;

/** The fields that a user types; all others are chosen from lists. */
export type TypedField = 'm' | 'n' | 'k' | 'seed';

/** Everything that is chosen from a list: each choice is valid by itself, though not with every other. */
export type Choices = Omit<Spec, TypedField | 'params' | 'wgsl' | 'cache'>;

/** A cache by choice, or the one that the number of tokens suggests. */
export type CacheChoice = Spec['cache'] | 'by-m';

/**
 * A spec in the making: what the user typed, valid or not, and what a switch of kernel or weights would otherwise
 * forget. Nothing in it is dropped until the page is left.
 */
export interface Draft {
  /** As typed. N and K count only where the weights leave them open. */
  readonly typed: Readonly<Record<TypedField, string>>;
  readonly choices: Choices;
  readonly cache: CacheChoice;
  /** Parameters set by hand, for each kernel apart. */
  readonly params: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The user's own WGSL, edited here or brought by a link, and whether it runs in place of the kernel's own. */
  readonly custom: { readonly wgsl: string; readonly used: boolean } | undefined;
}

/** One change of a draft, as the elements send it up. */
export interface DraftEdit {
  readonly typed?: Partial<Record<TypedField, string>>;
  readonly choices?: Partial<Choices>;
  readonly cache?: CacheChoice;
  /** Parameters of the kernel then chosen. */
  readonly params?: Readonly<Record<string, number>>;
  readonly useCustom?: boolean;
  /** WGSL to run in place of the kernel's own from now on. */
  readonly customWgsl?: string;
}

/** A draft's spec where everything typed is valid, and what is wrong with each field that is not. */
export interface DraftReading {
  readonly spec: Spec | undefined;
  readonly problems: Readonly<Partial<Record<TypedField | 'format', string>>>;
}

/** The draft that reads as `spec`. */
export function draftOf(spec: Spec): Draft {
  const { m, n, k, seed, params, wgsl, cache, ...choices } = spec;
  return {
    typed: { m: String(m), n: String(n), k: String(k), seed: String(seed) },
    choices,
    cache: cache === defaultCache(m) ? 'by-m' : cache,
    params: { [spec.kernel]: params },
    custom: wgsl === undefined ? undefined : { wgsl, used: true },
  };
}

/** The draft after one change. */
export function editDraft(draft: Draft, edit: DraftEdit): Draft {
  const choices = { ...draft.choices, ...edit.choices };
  const custom = edit.customWgsl === undefined ? draft.custom : { wgsl: edit.customWgsl, used: true };
  return {
    typed: { ...draft.typed, ...edit.typed },
    choices,
    cache: edit.cache ?? draft.cache,
    params: edit.params ? { ...draft.params, [choices.kernel]: edit.params } : draft.params,
    custom: custom && edit.useCustom !== undefined ? { ...custom, used: edit.useCustom } : custom,
  };
}

/** Reads a draft: its spec, or what stands against it. */
export function readDraft({ typed, choices, cache, params, custom }: Draft): DraftReading {
  const fixed = sampleSize(choices.weights);
  const m = wholeNumber('The number of tokens (M)', typed.m, 1, MAX_SIZE);
  const n = fixed ? fixed.N : wholeNumber('The number of outputs (N)', typed.n, 1, MAX_SIZE);
  const k = fixed ? fixed.K : wholeNumber('The depth (K)', typed.k, 1, MAX_SIZE);
  const seed = wholeNumber('The seed', typed.seed, 0, MAX_SEED);
  if (typeof m === 'number' && typeof n === 'number' && typeof k === 'number' && typeof seed === 'number') {
    const own = params[choices.kernel] ?? {};
    const spec: Spec = {
      ...choices,
      m,
      n,
      k,
      seed,
      params: own,
      cache: chosenCache(cache, m),
      ...(custom?.used ? { wgsl: custom.wgsl } : {}),
    };
    return check(spec);
  }
  const problems: Partial<Record<TypedField, string>> = {};
  for (const [field, value] of [
    ['m', m],
    ['n', n],
    ['k', k],
    ['seed', seed],
  ] as const) {
    if (typeof value === 'string') problems[field] = value;
  }
  return { spec: undefined, problems };
}

const chosenCache = (choice: CacheChoice, m: number): Spec['cache'] =>
  choice === 'by-m' ? defaultCache(m) : choice;

/** Refuses choices that do not go together, and fills in what a preset determines. */
function check(spec: Spec): DraftReading {
  try {
    return { spec: parseSpec(spec), problems: {} };
  } catch (error) {
    if (error instanceof SpecError) return { spec: undefined, problems: { format: error.message } };
    throw error;
  }
}

/** @returns the number, or the sentence that says what is wrong with the text. */
function wholeNumber(what: string, text: string, least: number, most: number): number | string {
  const cleaned = text.trim().replaceAll(',', '');
  const value = /^\d+$/.test(cleaned) ? Number(cleaned) : Number.NaN;
  if (value >= least && value <= most) return value;
  const got = text.trim() === '' ? 'is empty' : `is “${text.trim()}”`;
  return `${what} ${got}; it must be a whole number from ${least} to ${most.toLocaleString('en-US')}.`;
}

/** Whether two specs name the same experiment. */
export const sameSpec = (a: Spec, b: Spec): boolean => canonical(a) === canonical(b);

const canonical = (spec: Spec): string => JSON.stringify([sorted(spec), sorted(spec.params)]);

const sorted = (fields: object): readonly (readonly [string, unknown])[] =>
  Object.entries(fields)
    .filter(([name]) => name !== 'params')
    .sort(([a], [b]) => (a < b ? -1 : 1));
