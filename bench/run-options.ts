import { type Command, Option } from 'commander';
import type { AdapterChoice } from '../src/lab/lab.ts';
import { ENGINE_NAMES, type EngineChoice, type EngineName } from './context.ts';
import type { OutputChoice } from './report/files.ts';

const ADAPTERS: readonly AdapterChoice[] = ['auto', 'hardware', 'software'];

/** Adds the options that say where experiments run. */
export function addEngineOptions(command: Command): Command {
  return command
    .addOption(new Option('--engine <name>', 'where it runs').choices(ENGINE_NAMES))
    .addOption(new Option('--adapter <kind>', 'which adapter').choices(ADAPTERS).default('auto'))
    .option('--browser <path>', 'the Chrome or Chromium to use; else one is looked for');
}

/** Adds the options that say what comes out. */
export function addOutputOptions(command: Command): Command {
  return command
    .option('--json <file>', 'write the record; - writes it to stdout and nothing else')
    .option('--markdown <file>', 'write a Markdown table')
    .option('--csv <file>', 'write comma-separated values')
    .option('--quiet', 'no progress on stderr');
}

/** Adds the option that asks for the matrices of one experiment. */
export const addDumpOption = (command: Command): Command =>
  command.option(
    '--dump <folder>',
    'write activations, weights, output and reference there, each as an .npy file',
  );

type Options = Readonly<Record<string, unknown>>;

/** The engine that was asked for, if one was. */
export const givenEngine = (options: Options): EngineName | undefined =>
  ENGINE_NAMES.find((name) => name === options['engine']);

/** Where experiments run. @param name taken where no engine was asked for. */
export function readEngineOptions(options: Options, name: EngineName = 'node'): EngineChoice {
  return {
    name: givenEngine(options) ?? name,
    adapter: ADAPTERS.find((adapter) => adapter === options['adapter']) ?? 'auto',
    browser: textOf(options['browser']),
  };
}

/** What comes out. */
export const readOutputOptions = (options: Options): OutputChoice => ({
  json: textOf(options['json']),
  markdown: textOf(options['markdown']),
  csv: textOf(options['csv']),
});

/** The value of an option that takes one. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
