import { Command } from 'commander';
import type { RecordFile } from '../../src/io/record.ts';
import type { CommandContext } from '../context.ts';
import { exitCodeOf } from '../exit-code.ts';
import { writeOutputs } from '../report/files.ts';
import { resultText } from '../report/result-text.ts';
import { resolveSpec } from '../resolve-spec.ts';
import { addEngineOptions, addOutputOptions, readEngineOptions, readOutputOptions } from '../run-options.ts';
import { addSpecOptions, readSpecOptions } from '../spec-options.ts';
import { withEngine } from '../with-engine.ts';

/** `run`: one experiment, verified, then measured. @param end is given the exit code. */
export function runCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('run').description('one experiment: verify, then measure');
  addOutputOptions(addEngineOptions(addSpecOptions(command)));
  return command.action(async (options: Record<string, unknown>) => {
    const spec = await resolveSpec(readSpecOptions(options));
    const choice = readEngineOptions(options);
    const { environment, result } = await withEngine(
      context,
      choice,
      options['quiet'] === true,
      async ({ engine, environment, progress }) => ({
        environment,
        result: await engine.lab.run(spec, context.signal, progress.report),
      }),
    );
    const record: RecordFile = {
      schemaVersion: 1,
      environments: [environment],
      results: [{ ...result, environment: 0 }],
      comparisons: [],
    };
    await writeOutputs(record, resultText(result, environment), readOutputOptions(options), context);
    end(exitCodeOf(result, 'is-failure'));
  });
}
