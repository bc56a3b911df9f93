import { readFile } from 'node:fs/promises';
import { isPreset, PRESETS } from '../src/formats/presets.ts';
import { FORMAT_OPTIONS, optionsOf } from '../src/io/format-options.ts';
import { decodeLink, LinkError } from '../src/io/permalink.ts';
import { fixSizes } from '../src/io/samples.ts';
import { WeightSourceError } from '../src/io/source.ts';
import { DEFAULT_SPEC, formatFields, parseSpec, type Spec, SpecError } from '../src/io/spec.ts';
import type { SpecFields } from '../src/io/spec-fields.ts';
import { VARIANT_IDS } from '../src/kernels/registry.ts';
import { defaultCache } from '../src/lab/cold-cache.ts';
import { describeWeights } from './engines/weight-files.ts';
import { type GivenSpec, readSpecWords } from './spec-options.ts';
import { splitWords } from './split-words.ts';
import { UsageError } from './usage-error.ts';

/** What an experiment is where nothing else is said: the page's first card on random weights. */
const DEFAULTS: Spec = { ...DEFAULT_SPEC, weights: 'random' };

/**
 * The spec that options name: the defaults, overridden by `--spec`, overridden by single options. Weights from a sample or
 * a file fix N and K.
 *
 * @throws UsageError if a file, a link or a value is wrong.
 */
export async function resolveSpec(given: GivenSpec): Promise<Spec> {
  return complete(await readFields(given));
}

/**
 * The specs of the operands of `compare`, each a spec file, a link or an option string; they override the common options.
 *
 * @throws UsageError if one of them is wrong, saying which.
 */
export async function resolveOperands(operands: readonly string[], common: GivenSpec): Promise<Spec[]> {
  const shared = await readFields(common);
  const specs: Spec[] = [];
  for (const operand of operands) {
    const isOptions = operand.trim() === '' || operand.trimStart().startsWith('-');
    const own = isOptions
      ? await readFields(readSpecWords(splitWords(operand)))
      : await readSpecFile(operand);
    specs.push(await complete(override(shared, own)));
  }
  return specs;
}

/** Fields that a point of a sweep sets; `bits` is applied to the format that it has then. */
export interface Variation {
  readonly fields: SpecFields;
  readonly changeFormat: (format: string) => string;
}

/**
 * The specs of points that each vary the same options; parameters are added to those of the options.
 *
 * @returns a spec, or what is wrong with a point, for each.
 * @throws UsageError if the common options are wrong.
 */
export async function resolveVariations(
  common: GivenSpec,
  variations: readonly Variation[],
): Promise<(Spec | UsageError)[]> {
  const shared = await readFields(common);
  const points: (Spec | UsageError)[] = [];
  for (const { fields, changeFormat } of variations) {
    try {
      const varied = override(shared, {
        ...fields,
        params: { ...objectOf(shared.params), ...objectOf(fields.params) },
      });
      const format = changeFormat(typeof varied.format === 'string' ? varied.format : DEFAULTS.format);
      const given =
        format === DEFAULTS.format && varied.format === undefined ? varied : { ...varied, format };
      points.push(await complete(given));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      points.push(error);
    }
  }
  return points;
}

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

async function readFields({ spec, wgsl, fields }: GivenSpec): Promise<SpecFields> {
  const base = spec === undefined ? {} : await readSpecFile(spec);
  const edited = wgsl === undefined ? {} : { wgsl: await readText('--wgsl', wgsl) };
  return override(base, { ...fields, ...edited });
}

/** Other weights bring sizes of their own: those that came with the weights replaced are dropped. */
function override(base: SpecFields, fields: SpecFields): SpecFields {
  const kept = { ...base };
  if (fields.weights !== undefined && fields.weights !== 'random' && fields.weights !== base.weights) {
    delete kept.n;
    delete kept.k;
  }
  return { ...kept, ...fields };
}

async function complete(fields: SpecFields): Promise<Spec> {
  try {
    // Checked before the weights are looked at, whose sizes stand in for those left open.
    const draft = parseSpec({ ...DEFAULTS, cache: cacheFor(fields), ...fields });
    checkKernel(draft.kernel);
    checkPreset(fields);
    if (draft.weights === 'random') return draft;
    const given = {
      n: fields.n === undefined ? undefined : draft.n,
      k: fields.k === undefined ? undefined : draft.k,
    };
    const { format, ...size } = await describeWeights(draft.weights);
    const sized = { ...draft, ...fixSizes(draft.weights, size, given) };
    // A quantized tensor brings its own format, unless another was asked for.
    return format && fields.format === undefined ? parseSpec({ ...sized, ...formatFields(format) }) : sized;
  } catch (error) {
    if (error instanceof SpecError || error instanceof WeightSourceError) {
      throw new UsageError(
        error.message,
        'What there is: npm run --silent bench -- list formats|layouts|kernels|shapes',
      );
    }
    throw error;
  }
}

/** The cache where nothing is said of it. */
const cacheFor = ({ m }: SpecFields): Spec['cache'] => defaultCache(typeof m === 'number' ? m : DEFAULTS.m);

/** A preset determines its parts: a part that was asked for must be the preset's. */
function checkPreset(fields: SpecFields): void {
  if (typeof fields.format !== 'string' || !isPreset(fields.format)) return;
  const { format } = PRESETS[fields.format]!;
  for (const [field, flag] of Object.entries(FORMAT_OPTIONS) as [keyof typeof FORMAT_OPTIONS, string][]) {
    const asked = fields[field];
    if (asked === undefined || asked === format[field]) continue;
    const wanted = typeof asked === 'string' ? asked : JSON.stringify(asked);
    throw new UsageError(
      `${fields.format} has ${flag.slice(2)} ${String(format[field])}, and ${wanted} was asked for.`,
      `Leave ${flag} out, or name the parts: ${optionsOf({ ...format, [field]: asked })}`,
    );
  }
}

function checkKernel(kernel: string): void {
  const known: readonly string[] = ['auto', ...VARIANT_IDS];
  if (known.includes(kernel)) return;
  throw new UsageError(
    `There is no kernel ${JSON.stringify(kernel)}: there are ${known.join(', ')}.`,
    'What they do: npm run --silent bench -- list kernels',
  );
}

/** The fields in a spec file, in the only result of a record file, or in a link. */
async function readSpecFile(name: string): Promise<SpecFields> {
  if (/^https?:|^file:|^#/.test(name)) return readLink(name);
  const content = await readText('the spec', name);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new UsageError(
      `${name} is not JSON: ${(error as Error).message}.`,
      'A spec file holds what a record has in "spec".',
    );
  }
  const spec = specIn(value);
  if (spec) return spec;
  throw new UsageError(
    `${name} holds neither a spec nor a record of exactly one experiment.`,
    'A spec file holds what a record has in "spec".',
  );
}

function specIn(value: unknown): SpecFields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (!('results' in value)) return value;
  const results: unknown = value.results;
  if (!Array.isArray(results) || results.length !== 1) return undefined;
  const only: unknown = results[0];
  return typeof only === 'object' && only !== null && 'spec' in only ? specIn(only.spec) : undefined;
}

async function readLink(link: string): Promise<SpecFields> {
  try {
    return await decodeLink(link);
  } catch (error) {
    if (error instanceof LinkError)
      throw new UsageError(error.message, 'Copy the link once more from the page.');
    throw error;
  }
}

async function readText(what: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `${what} cannot be read: ${(error as Error).message}.`,
      `Give the path of a file that exists.`,
    );
  }
}
