import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { SpecError } from '../../src/io/spec.ts';
import type { CommandContext } from '../context.ts';
import { ensurePeersPage } from '../env/build.mjs';
import { ROOT } from '../env/root.mjs';
import { peersExitCode } from '../peers/exit-code.ts';
import { runInChrome, servePage } from '../peers/in-chrome.ts';
import { runInNode } from '../peers/in-node.ts';
import type { PeersOptions, PeersRecord } from '../peers/peers-record.ts';
import { createProgressLine } from '../progress-line.ts';
import { deliver } from '../report/files.ts';
import { peersMarkdown, peersText } from '../report/peers-text.ts';
import { addEngineOptions, readEngineOptions } from '../run-options.ts';
import { EXIT } from '../exit-code.ts';
import { UsageError } from '../usage-error.ts';

const LIBRARIES = ['onnxruntime-web', '@tensorflow/tfjs-backend-webgpu', '@jax-js/jax'];
/** Enough for an interval of a median. */
const FEWEST_ROUNDS = 6;

/** `peers`: the same product by other libraries and by ours, on one device. @param end is given the exit code. */
export function peersCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('peers')
    .description('the same product by other libraries, on the same device')
    .option('--m <rows>', 'rows of activations; several with commas', '1,16,128')
    .option('--n <columns>', 'output features', '1024')
    .option('--k <depth>', 'elements summed', '1024')
    .option('--format <name>', 'an element or a preset: list formats', 'int4')
    .option('--group <sizes>', 'weights that share a scale; several with commas', '32,128')
    .option('--act <types>', 'type of the activations: f32, f16 or both with a comma', 'f32')
    .option('--rounds <number>', 'times that each contender is timed', '21')
    .option('--seed <number>', 'seeds weights, activations and the order in rounds', '1')
    .option('--serve', 'serve the page for a browser of your own until interrupted')
    .option('--json <file>', 'write the record; - writes it to stdout and nothing else')
    .option('--markdown <file>', 'write a Markdown table')
    .option('--quiet', 'no progress on stderr');
  addEngineOptions(command);
  command.addHelpText('after', '\nExample:\n  peers --engine chrome --m 1,128 --group 32');
  return command.action(async (options: Readonly<Record<string, string | boolean>>) => {
    const quiet = options['quiet'] === true;
    const say = (line: string): void => {
      if (!quiet) context.warn(`${line}\n`);
    };
    if (options['serve'] === true) {
      await serveUntilInterrupted(context, say);
      end(EXIT.right);
      return;
    }
    const record = await runPeersCommand(options, context, quiet, say);
    await writeRecord(record, options, context);
    end(peersExitCode(record.rows));
  });
}

async function runPeersCommand(
  options: Readonly<Record<string, string | boolean>>,
  context: CommandContext,
  quiet: boolean,
  say: (line: string) => void,
): Promise<PeersRecord> {
  const choice = readEngineOptions(options, 'chrome');
  const asked: PeersOptions = { ...readOptions(options), adapter: choice.adapter };
  const progress = createProgressLine(context, quiet);
  const run = {
    versions: Object.fromEntries(LIBRARIES.map((name) => [name, versionOf(name)])),
    signal: context.signal,
    tell: (step: string) => {
      progress.step(step);
    },
  };
  try {
    if (choice.name === 'node') return await runInNode(asked, run);
    return await runInChrome(asked, { ...run, choice, folder: await ensurePeersPage(say) });
  } catch (cause) {
    context.signal.throwIfAborted();
    if (cause instanceof SpecError)
      throw new UsageError(cause.message, 'Formats: npm run --silent bench -- list formats');
    throw cause;
  } finally {
    progress.clear();
  }
}

async function serveUntilInterrupted(
  { print, signal }: CommandContext,
  say: (line: string) => void,
): Promise<void> {
  const server = await servePage(await ensurePeersPage(say));
  await print(`The page is at ${server.url}index.html  (Ctrl+C stops it)\n`);
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  await server.close();
}

async function writeRecord(
  record: PeersRecord,
  { json, markdown }: Readonly<Record<string, string | boolean>>,
  context: CommandContext,
): Promise<void> {
  const text = `${JSON.stringify(record, undefined, 2)}\n`;
  const files = [
    ...(typeof json === 'string' && json !== '-' ? [{ path: json, content: text }] : []),
    ...(typeof markdown === 'string' ? [{ path: markdown, content: peersMarkdown(record) }] : []),
  ];
  await deliver(files, json === '-' ? text : peersText(record), context);
}

/** @throws UsageError naming the option that is wrong. */
function readOptions(options: Readonly<Record<string, string | boolean>>): Omit<PeersOptions, 'adapter'> {
  const numbers = (name: string, least = 1): number[] =>
    String(options[name])
      .split(',')
      .map((word) => {
        if (/^\d+$/.test(word) && Number(word) >= least) return Number(word);
        throw new UsageError(
          `--${name} has ${JSON.stringify(word)}: it must be a whole number from ${least} on.`,
          'For instance: peers --m 1,16 --n 1024 --k 1024 --group 32 --rounds 21',
        );
      });
  return {
    m: numbers('m'),
    n: numbers('n')[0]!,
    k: numbers('k')[0]!,
    format: String(options['format']),
    groups: numbers('group'),
    activations: String(options['act']).split(',').map(activationOf),
    rounds: numbers('rounds', FEWEST_ROUNDS)[0]!,
    seed: numbers('seed', 0)[0]!,
  };
}

function activationOf(word: string): 'f32' | 'f16' {
  if (word === 'f32' || word === 'f16') return word;
  throw new UsageError(`--act has ${JSON.stringify(word)}.`, 'It takes f32, f16, or f32,f16.');
}

function versionOf(library: string): string {
  const file = join(ROOT, 'node_modules', library, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
