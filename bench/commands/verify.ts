import { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { exitCodeOf } from '../exit-code.ts';
import { addDumpOption, addEngineOptions, addOutputOptions } from '../run-options.ts';
import { addSpecOptions, type GivenSpec, readSpecOptions } from '../spec-options.ts';
import { UsageError } from '../usage-error.ts';
import { verifyAll } from '../verify-all.ts';
import { oneExperiment } from '../one-experiment.ts';
import { addWinnersOption } from '../winners-option.ts';

/** `verify`: correctness only, of one experiment or of all kernels. @param end is given the exit code. */
export function verifyCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('verify').description('correctness only');
  addWinnersOption(addDumpOption(addOutputOptions(addEngineOptions(addSpecOptions(command)))));
  command.option(
    '--all',
    'each format × kernel, and pairs of all else: on node in full, and on Chrome (a quarter on a software adapter, ' +
      'which --seed rotates); on both engines unless one is named',
  );
  command.option(
    '--exhaustive',
    'with --all: the whole product of all axes, in an order that spreads over it, until --budget is spent',
  );
  command.option(
    '--budget <seconds>',
    'with --exhaustive: begin no case after so long; without it, run for days',
  );
  return command.action(async (options: Record<string, unknown>) => {
    const given = readSpecOptions(options);
    if (options['all'] === true) {
      if (options['dump'] !== undefined) {
        throw new UsageError(
          '--dump was given with --all.',
          'It writes the matrices of one experiment: leave --all out.',
        );
      }
      const seed = seedOf(given);
      const exhaustive = options['exhaustive'] === true ? { budgetS: budgetOf(options) } : undefined;
      end(await verifyAll(context, options, seed, exhaustive));
      return;
    }
    for (const name of ['exhaustive', 'budget']) {
      if (options[name] === undefined) continue;
      throw new UsageError(`--${name} was given without --all.`, 'Say: verify --all --exhaustive');
    }
    const thorough = { ...given, fields: { checks: 'all', ...given.fields } };
    end(exitCodeOf(await oneExperiment(context, 'verify', thorough, options), 'is-right'));
  });
}

/** @returns seconds; without end where none is given. */
function budgetOf({ budget }: Readonly<Record<string, unknown>>): number {
  if (budget === undefined) return Infinity;
  const seconds = Number(budget);
  if (seconds > 0) return seconds;
  throw new UsageError(
    `--budget is ${JSON.stringify(budget)}: it must be a number of seconds above 0.`,
    'For instance: --budget 600',
  );
}

/** The only option of an experiment that `--all` leaves open. */
function seedOf({ spec, wgsl, fields }: GivenSpec): number {
  const { seed, ...others } = fields;
  const given = [
    ...Object.keys(others),
    ...(spec === undefined ? [] : ['spec']),
    ...(wgsl === undefined ? [] : ['wgsl']),
  ];
  if (given.length > 0) {
    throw new UsageError(
      `--all chooses the experiments itself, and ${given.join(', ')} was given.`,
      'Leave --all out to verify one experiment; only --seed goes with it.',
    );
  }
  return typeof seed === 'number' ? seed : 0;
}
