import * as v from 'valibot';
import { ELEMENT_NAMES } from '../formats/element.ts';
import type { WeightFormat } from '../formats/format.ts';
import { LAYOUT_IDS } from '../layouts/registry.ts';

/** The largest M, N or K accepted: beyond it indices would not fit a u32. */
const MAX_SIZE = 1 << 20;

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_SIZE));
const seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));

/**
 * Names everything about one experiment. The page, the command line, a link and a saved record hold the same spec;
 * running it again gives the same result. There is no other way to say what to run.
 */
export const SpecSchema = v.strictObject({
  m: size,
  n: size,
  k: size,
  /** `random`, `sample:NAME`, or `FILE#TENSOR` (command line). A sample or a file fixes n and k. */
  weights: v.pipe(v.string(), v.minLength(1)),
  format: v.picklist(ELEMENT_NAMES),
  group: v.union([v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_SIZE)), v.literal('K')]),
  scale: v.picklist(['f16', 'f32']),
  zeroPoint: v.boolean(),
  layout: v.picklist(LAYOUT_IDS),
  activation: v.picklist(['f32', 'f16']),
  accumulator: v.picklist(['f32']),
  epilogue: v.picklist(['none']),
  /** A variant's id, or `auto`. */
  kernel: v.pipe(v.string(), v.minLength(1)),
  /** Parameters of the variant that differ from its defaults. */
  params: v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1 << 16))),
  protocol: v.picklist(['quick', 'standard', 'strict']),
  cache: v.picklist(['hot', 'cold']),
  seed,
  /** A user's own WGSL, run with the plan's bindings and dispatch in place of the plan's own text. */
  wgsl: v.optional(v.string()),
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
