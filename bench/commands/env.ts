import { Command } from 'commander';
import type { Environment } from '../../src/io/record.ts';
import { LabError } from '../../src/lab/lab.ts';
import { formatTime } from '../../src/ui/figures.ts';
import { type CommandContext, ENGINE_NAMES, EngineError, type EngineName } from '../context.ts';
import { ensureAdapter, ensureChrome } from '../env/requirements.mjs';
import { EXIT } from '../exit-code.ts';
import { describeEnvironment } from '../report/describe.ts';
import { plainTable } from '../report/plain-table.ts';
import { addEngineOptions, givenEngine, readEngineOptions } from '../run-options.ts';
import { withEngine } from '../with-engine.ts';

/** An engine that cannot be used, and what to do about it. */
interface Missing {
  readonly engine: EngineName;
  readonly problem: string;
  readonly remedy: string;
}

/** `env`: what each engine finds on this machine, and what is missing. @param end is given the exit code. */
export function envCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('env').description(
    'adapters, limits, features, timer step, versions; what is missing',
  );
  addEngineOptions(command);
  command.option('--fix', 'install what is missing where that can be done, else say how');
  command.option('--json', 'as data').option('--quiet', 'no progress on stderr');
  return command.action(async (options: Record<string, unknown>) => {
    const named = givenEngine(options);
    const environments: Environment[] = [];
    const missing: Missing[] = [];
    for (const name of named ? [named] : ENGINE_NAMES) {
      const advice = options['fix'] === true ? await fix(name, context) : undefined;
      const found = await probe(name, options, context);
      if ('engine' in found && 'adapter' in found) environments.push(found);
      else missing.push(advice === undefined ? found : { ...found, remedy: advice });
    }
    const json = `${JSON.stringify({ environments, missing }, undefined, 2)}\n`;
    await context.print(options['json'] === true ? json : envText(environments, missing));
    end(environments.length > 0 ? EXIT.right : EXIT.noAdapter);
  });
}

async function probe(
  name: EngineName,
  options: Readonly<Record<string, unknown>>,
  context: CommandContext,
): Promise<Environment | Missing> {
  try {
    const choice = readEngineOptions(options, name);
    return await withEngine(context, choice, true, ({ environment }) => Promise.resolve(environment));
  } catch (error) {
    if (error instanceof EngineError) return { engine: name, problem: error.message, remedy: error.remedy };
    if (error instanceof LabError) return { engine: name, problem: error.message, remedy: FIX };
    throw error;
  }
}

const FIX = 'npm run --silent bench -- env --fix   installs what is missing where it can, and else says how.';

/** Installs what an engine needs. @returns how to get what could not be installed. */
async function fix(name: EngineName, { warn }: CommandContext): Promise<string | undefined> {
  const say = (line: string): void => {
    warn(`${line}\n`);
  };
  const needed = name === 'chrome' ? await ensureChrome(say) : await ensureAdapter(say);
  return 'missing' in needed ? needed.missing : undefined;
}

const envText = (environments: readonly Environment[], missing: readonly Missing[]): string =>
  [
    ...environments.map(environmentText),
    ...missing.map(({ engine, problem, remedy }) => `${engine}: not usable. ${problem}\n  ${remedy}\n`),
  ].join('\n');

function environmentText(environment: Environment): string {
  const { adapter, features, limits, timer, versions } = environment;
  const rows: [string, string][] = [
    ['  vendor', adapter.vendor],
    ['  architecture', adapter.architecture],
    ['  features', features.join(', ')],
    ['  timer', `${timer.source}, step ${formatTime(timer.stepNs)}`],
    ...Object.entries(versions).map(([name, version]): [string, string] => [`  ${name}`, version]),
    ...Object.entries(limits).map(([name, limit]): [string, string] => [`  ${name}`, String(limit)]),
  ];
  return `${describeEnvironment(environment)}\n${plainTable(rows)}`;
}
