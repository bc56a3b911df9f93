import * as v from 'valibot';
import { ELEMENT_NAMES } from '../formats/element.ts';
import type { WeightFormat } from '../formats/format.ts';
import { LAYOUT_IDS } from '../layouts/registry.ts';
import { boolean, describeIssues, isUnknownField, oneOf, text, wholeNumber } from './schema.ts';

/** The largest M, N or K accepted: beyond it indices would not fit a u32. */
const MAX_SIZE = 1 << 20;

const size = wholeNumber(1, MAX_SIZE);
const groupSize = wholeNumber(1, MAX_SIZE, ' or "K"');
const KERNEL = 'the name of a kernel or auto';
const WEIGHTS = 'random, sample:NAME or FILE#TENSOR';

/**
 * Names everything about one experiment. The page, the command line, a link and a saved record hold the same spec;
 * running it again gives the same result. There is no other way to say what to run.
 */
export const SpecSchema = v.strictObject({
  m: size,
  n: size,
  k: size,
  /** `random`, `sample:NAME`, or `FILE#TENSOR` (command line). A sample or a file fixes n and k. */
  weights: v.pipe(v.string(WEIGHTS), v.regex(/^random$|^sample:.|.#./su, WEIGHTS)),
  format: oneOf(ELEMENT_NAMES),
  group: v.union([groupSize, v.literal('K')], groupSize.pipe[0].message),
  scale: oneOf(['f16', 'f32']),
  zeroPoint: boolean,
  layout: oneOf(LAYOUT_IDS),
  activation: oneOf(['f32', 'f16']),
  accumulator: oneOf(['f32']),
  epilogue: oneOf(['none']),
  /** A variant's id, or `auto`. */
  kernel: v.pipe(v.string(KERNEL), v.minLength(1, KERNEL)),
  /** Parameters of the variant that differ from its defaults. */
  params: v.record(v.string(), wholeNumber(0, 1 << 16)),
  protocol: oneOf(['quick', 'standard', 'strict']),
  cache: oneOf(['hot', 'cold']),
  seed: wholeNumber(0, 0xffffffff),
  /** A user's own WGSL, run with the plan's bindings and dispatch in place of the plan's own text. */
  wgsl: v.optional(text),
});

/** One experiment, validated. */
export type Spec = v.InferOutput<typeof SpecSchema>;

/** The spec of the page's first card: one token by a real layer's matrix, 4-bit. */
export const DEFAULT_SPEC: Spec = {
  m: 1,
  n: 1536,
  k: 512,
  weights: 'sample:use-ffn1',
  format: 'int4',
  group: 32,
  scale: 'f16',
  zeroPoint: false,
  layout: 'interleaved',
  activation: 'f32',
  accumulator: 'f32',
  epilogue: 'none',
  kernel: 'auto',
  params: {},
  protocol: 'quick',
  cache: 'hot',
  seed: 1,
};

/** The weight format that a spec names. */
export const formatOf = (spec: Spec): WeightFormat => ({
  element: spec.format,
  group: spec.group,
  scale: spec.scale,
  zeroPoint: spec.zeroPoint,
});

/** A spec that says nothing that could be run. The message is for users. */
export class SpecError extends Error {
  override readonly name = 'SpecError';
}

/**
 * Validates a spec from a file, a link or another program.
 *
 * @throws SpecError naming each field that is wrong, what it holds and what is allowed.
 */
export function parseSpec(value: unknown): Spec {
  const result = v.safeParse(SpecSchema, value, { abortPipeEarly: true });
  if (result.success) return result.output;
  const message = describeIssues('The spec', result.issues);
  if (!result.issues.some(isUnknownField)) throw new SpecError(message);
  throw new SpecError(`${message} The fields of a spec are ${Object.keys(SpecSchema.entries).join(', ')}.`);
}
