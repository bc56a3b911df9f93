import { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { exitCodeOf } from '../exit-code.ts';
import { addDumpOption, addEngineOptions, addOutputOptions } from '../run-options.ts';
import { addSpecOptions, readSpecOptions } from '../spec-options.ts';
import { oneExperiment } from '../one-experiment.ts';
import { addWinnersOption } from '../winners-option.ts';

/** `run`: one experiment, verified, then measured. @param end is given the exit code. */
export function runCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('run').description('one experiment: verify, then measure');
  addWinnersOption(addDumpOption(addOutputOptions(addEngineOptions(addSpecOptions(command)))));
  return command.action(async (options: Record<string, unknown>) => {
    const result = await oneExperiment(context, 'run', readSpecOptions(options), options);
    end(exitCodeOf(result, 'is-failure'));
  });
}
