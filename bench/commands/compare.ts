import { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { exitCodeOf, worstOf } from '../exit-code.ts';
import { compareText } from '../report/compare-text.ts';
import { writeOutputs } from '../report/files.ts';
import { resolveOperands } from '../resolve-spec.ts';
import { addEngineOptions, addOutputOptions, readEngineOptions, readOutputOptions } from '../run-options.ts';
import { addSpecOptions, readSpecOptions } from '../spec-options.ts';
import { UsageError } from '../usage-error.ts';
import { withEngine } from '../with-engine.ts';

/** As many as one table of interleaved rounds keeps fair. */
const MOST_OPERANDS = 8;

/** `compare`: experiments interleaved in one process. @param end is given the exit code. */
export function compareCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('compare')
    .description('experiments interleaved in one process, each judged against the first')
    .argument(
      '<experiments...>',
      'spec files, links, or quoted option strings that override the common options',
    );
  addOutputOptions(addEngineOptions(addSpecOptions(command)));
  command.addHelpText(
    'after',
    '\nExample:\n  compare "--kernel tiled" "--kernel naive" --m 16 --weights sample:use-ffn1',
  );
  return command.action(async (operands: string[], options: Record<string, unknown>) => {
    if (operands.length < 2 || operands.length > MOST_OPERANDS) {
      throw new UsageError(
        `compare was given ${operands.length} experiment${operands.length === 1 ? '' : 's'}: it takes 2 to ${MOST_OPERANDS}.`,
        'For instance: compare "--kernel tiled" "--kernel naive" --m 16',
      );
    }
    const specs = await resolveOperands(operands, readSpecOptions(options));
    const record = await withEngine(
      context,
      readEngineOptions(options),
      options['quiet'] === true,
      ({ engine, progress }) => engine.lab.compare(specs, context.signal, progress.report),
    );
    await writeOutputs(record, compareText(record), readOutputOptions(options), context);
    end(worstOf(record.results.map((result) => exitCodeOf(result, 'is-failure'))));
  });
}
