import * as v from 'valibot';
import { FormatError, parseElement } from '../formats/element-names.ts';
import { checkFormat, type WeightFormat } from '../formats/format.ts';
import { isPreset, PRESET_NAMES, PRESETS } from '../formats/presets.ts';
import { SCALE_TYPE_NAMES } from '../formats/scale-type.ts';
import { LayoutError } from '../layouts/algebra/layout-error.ts';
import { parseLayout } from '../layouts/registry.ts';
import { describeIssues, isUnknownField, oneOf, text, wholeNumber } from './schema.ts';

/** The largest M, N or K accepted: beyond it indices would not fit a u32. */
const MAX_SIZE = 1 << 20;

/** A table of 256 values fits. */
const MAX_NAME = 8192;
const NAME = `text of at most ${String(MAX_NAME)} characters`;

const size = wholeNumber(1, MAX_SIZE);
const name = v.pipe(v.string(NAME), v.maxLength(MAX_NAME, NAME));
const groupSize = wholeNumber(1, MAX_SIZE, ' or "K"');
const KERNEL = 'the name of a kernel or auto';
const ZERO_POINT = 'true, false, "minus-one" or "min"';
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
  /** An element codec, or a preset, which determines the fields from here to `rule`. */
  format: name,
  group: v.union([groupSize, v.literal('K')], groupSize.pipe[0].message),
  scale: oneOf(SCALE_TYPE_NAMES),
  zeroPoint: v.union([v.boolean(), v.picklist(['minus-one', 'min'])], ZERO_POINT),
  secondLevel: v.optional(oneOf(['none', 'tensor', 'super', 'double']), 'none'),
  /** How scales are chosen when weights are quantized. */
  rule: v.optional(
    oneOf(['amax', 'floor', 'ceil', 'least-squares', 'four-over-six', 'mean', 'ggml']),
    'amax',
  ),
  /** A layout's name, or an expression for one. */
  layout: name,
  activation: oneOf(['f32', 'f16', 'i8']),
  accumulator: oneOf(['f32', 'f16']),
  epilogue: oneOf(['none', 'bias', 'gelu', 'silu']),
  output: v.optional(oneOf(['f32', 'f16']), 'f32'),
  /** A variant's id, or `auto`. */
  kernel: v.pipe(v.string(KERNEL), v.minLength(1, KERNEL)),
  /** Parameters of the variant that differ from its defaults. */
  params: v.record(v.string(), wholeNumber(0, 1 << 16)),
  protocol: oneOf(['quick', 'standard', 'strict']),
  cache: oneOf(['hot', 'cold']),
  seed: wholeNumber(0, 0xffffffff),
  /** `all`: those checks of this project's own kernels, too, that take compilations of their own; a user's text has them anyway. */
  checks: v.optional(oneOf(['usual', 'all'])),
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
  secondLevel: 'none',
  rule: 'amax',
  layout: 'interleaved',
  activation: 'f32',
  accumulator: 'f32',
  epilogue: 'none',
  output: 'f32',
  kernel: 'auto',
  params: {},
  protocol: 'quick',
  cache: 'hot',
  seed: 1,
};

/** The fields of a spec that a preset determines. */
export type FormatFields = Pick<Spec, 'format' | 'group' | 'scale' | 'zeroPoint' | 'secondLevel' | 'rule'>;

/** The weight format that a spec names. */
export const formatOf = ({
  format,
  group,
  scale,
  zeroPoint,
  secondLevel,
  rule,
}: FormatFields): WeightFormat =>
  isPreset(format)
    ? PRESETS[format]!.format
    : { element: format, group, scale, zeroPoint, secondLevel, rule, block: 1 };

/** How a spec names a weight format: the inverse of {@link formatOf}. */
export const formatFields = ({ preset, element, ...rest }: WeightFormat): FormatFields => {
  const { group, scale, zeroPoint, secondLevel, rule } = rest;
  return { format: preset ?? element, group, scale, zeroPoint, secondLevel, rule };
};

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
  if (result.success) return checkChoices(result.output);
  const message = describeIssues('The spec', result.issues);
  if (!result.issues.some(isUnknownField)) throw new SpecError(message);
  throw new SpecError(`${message} The fields of a spec are ${Object.keys(SpecSchema.entries).join(', ')}.`);
}

/** @throws FormatError that names the presets as well, for the name may be meant for one. */
function checkName(format: string): void {
  try {
    if (!isPreset(format)) parseElement(format);
  } catch (error) {
    if (!(error instanceof FormatError) || !error.message.startsWith('There is no element')) throw error;
    throw new FormatError(`${error.message} Presets are ${PRESET_NAMES.join(', ')}.`);
  }
}

/** Fills in what a preset determines, and refuses a format or layout that there cannot be. */
function checkChoices(spec: Spec): Spec {
  try {
    checkName(spec.format);
    const format = formatOf(spec);
    checkFormat(format);
    parseLayout(spec.layout);
    return isPreset(spec.format) ? { ...spec, ...formatFields(format) } : spec;
  } catch (error) {
    if (error instanceof FormatError || error instanceof LayoutError) throw new SpecError(error.message);
    throw error;
  }
}
