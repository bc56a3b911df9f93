import { Command, Option } from 'commander';
import { SCALE_TYPE_NAMES } from '../src/formats/scale-type.ts';
import { SHAPES } from '../src/io/shapes.ts';
import type { Spec } from '../src/io/spec.ts';
import { VARIANT_IDS } from '../src/kernels/registry.ts';
import { UsageError } from './usage-error.ts';

/** Fields of a spec as a user gave them: not validated yet. */
export type SpecFields = Partial<Record<keyof Spec, unknown>>;

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
  /** The fields that a value sets. */
  readonly read: (value: string) => SpecFields;
}

const text =
  (field: keyof Spec) =>
  (value: string): SpecFields => ({ [field]: value });

const whole = (flag: string, field: keyof Spec) => (value: string) => ({ [field]: readWhole(flag, value) });

/** Every option of an experiment that sets fields; a later row overrides an earlier one. */
const OPTIONS: readonly SpecOption[] = [
  { flags: '--shape <name>', summary: 'a named shape: sets N and K (see: list shapes)', read: readShape },
  { flags: '--m <rows>', summary: 'rows of activations (tokens)', read: whole('--m', 'm') },
  { flags: '--n <columns>', summary: 'output features', read: whole('--n', 'n') },
  { flags: '--k <depth>', summary: 'elements summed', read: whole('--k', 'k') },
  {
    flags: '--weights <which>',
    summary: 'random, sample:NAME or FILE#TENSOR; the last two fix N and K',
    read: text('weights'),
  },
  {
    flags: '--format <name>',
    summary: 'an element (int4, e2m1, table:…) or a preset (mxfp4, q4_k, …): list formats',
    read: text('format'),
  },
  { flags: '--group <size>', summary: 'weights that share a scale: a number, or K', read: readGroup },
  {
    flags: '--scale <type>',
    summary: `type of the scales: ${SCALE_TYPE_NAMES.join(', ')}`,
    read: text('scale'),
  },
  {
    flags: '--second-level <which>',
    summary: 'what scales are multiplied by: none, tensor, super or double',
    read: text('secondLevel'),
  },
  {
    flags: '--rule <which>',
    summary: 'how scales are chosen: amax, floor, ceil, least-squares, four-over-six, mean, ggml',
    read: text('rule'),
  },
  {
    flags: '--layout <name>',
    summary: 'interleaved, stream, … or an expression: list layouts',
    read: text('layout'),
  },
  {
    flags: '--act <type>',
    summary: 'activations: f32, f16, or i8 (f32 that the GPU quantizes first)',
    read: text('activation'),
  },
  {
    flags: '--acc <type>',
    summary: 'accumulators: f32, or f16 (partial sums, added up in f32)',
    read: text('accumulator'),
  },
  {
    flags: '--epilogue <name>',
    summary: 'what happens to a sum before it is stored: none, bias, gelu or silu',
    read: text('epilogue'),
  },
  { flags: '--output <type>', summary: 'how outputs are stored: f32 or f16', read: text('output') },
  { flags: '--kernel <variant>', summary: ['auto', ...VARIANT_IDS].join(', '), read: text('kernel') },
  { flags: '--set <parameters>', summary: 'parameters of the kernel: BM=64,BN=64,…', read: readParameters },
  {
    flags: '--seed <number>',
    summary: 'seeds random weights and activations',
    read: whole('--seed', 'seed'),
  },
  {
    flags: '--protocol <name>',
    summary: 'how long to measure: quick, standard or strict',
    read: text('protocol'),
  },
  { flags: '--cache <state>', summary: 'what the caches hold: hot or cold', read: text('cache') },
];

/** Adds the options of an experiment to a command. */
export function addSpecOptions(command: Command): Command {
  command.option('--spec <file|link>', 'a spec, a record of one experiment, or a link; options override it');
  for (const { flags, summary, read } of OPTIONS) {
    if (read === readParameters) command.option(flags, summary, joinParameters);
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
  for (const { flags, read } of OPTIONS) {
    const value = options[new Option(flags).attributeName()];
    if (typeof value === 'string') Object.assign(fields, read(value));
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

/**
 * The fields that one option sets, as a sweep over its values has it.
 *
 * @param name without its dashes.
 * @throws UsageError if the value is none.
 * @returns `undefined` where there is no option of that name.
 */
export function readSpecOption(name: string, value: string): SpecFields | undefined {
  if (name === 'zero-point') return { zeroPoint: ZERO_POINTS.get(value) ?? value };
  return OPTIONS.find((option) => hasName(option, name))?.read(value);
}

/** Whether an option of an experiment sets fields by this name, without its dashes. */
export const isSpecOption = (name: string): boolean =>
  name === 'zero-point' || OPTIONS.some((option) => hasName(option, name));

const hasName = ({ flags }: SpecOption, name: string): boolean => flags.startsWith(`--${name} `);

/** Zero points that a spec does not have as words. */
const ZERO_POINTS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

const optionalText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function readWhole(flag: string, value: string): number {
  if (/^\d+$/.test(value)) return Number(value);
  throw new UsageError(
    `${flag} is ${JSON.stringify(value)}: it must be a whole number.`,
    `For instance: ${flag} 16`,
  );
}

function readGroup(value: string): SpecFields {
  return { group: value.toUpperCase() === 'K' ? 'K' : readWhole('--group', value) };
}

function readShape(value: string): SpecFields {
  const shape = SHAPES.find(({ name }) => name === value);
  if (shape) return { n: shape.N, k: shape.K };
  throw new UsageError(
    `There is no shape ${JSON.stringify(value)}.`,
    'Shapes: npm run --silent bench -- list shapes',
  );
}

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
