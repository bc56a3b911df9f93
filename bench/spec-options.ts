import { Command, Option } from 'commander';
import { SCALE_TYPE_NAMES } from '../src/formats/scale-type.ts';
import { FieldError, readField, type SpecFields } from '../src/io/spec-fields.ts';
import { VARIANT_IDS } from '../src/kernels/registry.ts';
import { UsageError } from './usage-error.ts';

/** What the options of an experiment say, before files are read. */
export interface GivenSpec {
  /** A file or a link that the fields override. */
  readonly spec: string | undefined;
  /** A file with WGSL to run in place of the plan's own. */
  readonly wgsl: string | undefined;
  readonly fields: SpecFields;
}

interface SpecOption {
  readonly flags: string;
  readonly summary: string;
}

/** Every option of an experiment that sets fields; a later row overrides an earlier one. */
const OPTIONS: readonly SpecOption[] = [
  { flags: '--shape <name>', summary: 'a named shape: sets N and K (see: list shapes)' },
  { flags: '--m <rows>', summary: 'rows of activations (tokens)' },
  { flags: '--n <columns>', summary: 'output features' },
  { flags: '--k <depth>', summary: 'elements summed' },
  {
    flags: '--weights <which>',
    summary: 'random, sample:NAME or FILE#TENSOR; the last two fix N and K',
  },
  {
    flags: '--format <name>',
    summary: 'an element (int4, e2m1, table:…) or a preset (mxfp4, q4_k, …): list formats',
  },
  { flags: '--group <size>', summary: 'weights that share a scale: a number, or K' },
  {
    flags: '--scale <type>',
    summary: `type of the scales: ${SCALE_TYPE_NAMES.join(', ')}`,
  },
  {
    flags: '--second-level <which>',
    summary: 'what scales are multiplied by: none, tensor, super or double',
  },
  {
    flags: '--rule <which>',
    summary: 'how scales are chosen: amax, floor, ceil, least-squares, four-over-six, mean, ggml',
  },
  {
    flags: '--layout <name>',
    summary: 'interleaved, stream, … or an expression: list layouts',
  },
  {
    flags: '--act <type>',
    summary: 'activations: f32, f16, or i8 (f32 that the GPU quantizes first)',
  },
  {
    flags: '--acc <type>',
    summary: 'accumulators: f32, or f16 (partial sums, added up in f32)',
  },
  {
    flags: '--epilogue <name>',
    summary: 'what happens to a sum before it is stored: none, bias, gelu or silu',
  },
  { flags: '--output <type>', summary: 'how outputs are stored: f32 or f16' },
  { flags: '--kernel <variant>', summary: ['auto', ...VARIANT_IDS].join(', ') },
  { flags: '--set <parameters>', summary: 'parameters of the kernel: BM=64,BN=64,…' },
  {
    flags: '--seed <number>',
    summary: 'seeds random weights and activations',
  },
  {
    flags: '--protocol <name>',
    summary: 'how long to measure: quick, standard or strict',
  },
  { flags: '--cache <state>', summary: 'what the caches hold: hot or cold' },
  {
    flags: '--checks <which>',
    summary:
      'usual, or all: lanes and ends of buffers of our kernels, too (two compilations more); verify takes all',
  },
];

/** Adds the options of an experiment to a command. */
export function addSpecOptions(command: Command): Command {
  command.option('--spec <file|link>', 'a spec, a record of one experiment, or a link; options override it');
  for (const { flags, summary } of OPTIONS) {
    if (nameOf(flags) === SET) command.option(flags, summary, joinParameters);
    else command.option(flags, summary);
  }
  command.addOption(
    new Option(
      '--zero-point [kind]',
      'store a zero point for each group; minus-one: as GPTQ v1; min: a float',
    ),
  );
  command.addOption(new Option('--no-zero-point', 'store none').hideHelp());
  return command.option('--wgsl <file>', 'run this text in place of the WGSL that `wgsl` prints');
}

/** Parameters may come in several options; of one that comes twice the last counts. */
const joinParameters = (value: string, before?: string): string =>
  before === undefined ? value : `${before},${value}`;

/**
 * What the options of {@link addSpecOptions} say.
 *
 * @param options commander's values by attribute name.
 * @throws UsageError if a number, group, shape or parameter is not one.
 */
export function readSpecOptions(options: Readonly<Record<string, unknown>>): GivenSpec {
  const fields: SpecFields = {};
  for (const { flags } of OPTIONS) {
    const value = options[new Option(flags).attributeName()];
    if (typeof value === 'string') Object.assign(fields, fieldsOf(nameOf(flags), value));
  }
  if (options['zeroPoint'] !== undefined) fields.zeroPoint = options['zeroPoint'];
  return { spec: optionalText(options['spec']), wgsl: optionalText(options['wgsl']), fields };
}

/**
 * Reads option words that stand alone, as an operand of `compare` has them.
 *
 * @throws UsageError or CommanderError if they are no options of an experiment.
 */
export function readSpecWords(words: readonly string[]): GivenSpec {
  const command = addSpecOptions(new Command('compare'));
  command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  command.helpOption(false).allowExcessArguments(false);
  command.parse([...words], { from: 'user' });
  return readSpecOptions(command.opts());
}

/** The option that sets parameters, several at once. */
const SET = 'set';

/** An option's name without its dashes. */
const nameOf = (flags: string): string => /^--(\S+)/.exec(flags)![1]!;

/** @throws UsageError if the value is none of the option. */
function fieldsOf(name: string, value: string): SpecFields {
  if (name === SET) return readParameters(value);
  try {
    return readField(name, value);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    const { field, message } = error;
    throw field === undefined
      ? new UsageError(message, 'Shapes: npm run --silent bench -- list shapes')
      : new UsageError(`--${message}`, `For instance: --${field} 16`);
  }
}

const optionalText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function readParameters(value: string): SpecFields {
  const params: Record<string, number> = {};
  for (const assignment of value.split(',')) {
    const [, name, number] = /^\s*([A-Za-z_]\w*)\s*=\s*(\d+)\s*$/.exec(assignment) ?? [];
    if (name === undefined || number === undefined) {
      throw new UsageError(
        `--set has ${JSON.stringify(assignment)}: each parameter is NAME=NUMBER.`,
        'For instance: --set BM=64,BN=64. Parameters: npm run --silent bench -- list kernels',
      );
    }
    params[name] = Number(number);
  }
  return { params };
}
