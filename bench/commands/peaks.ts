import { Command } from 'commander';
import { invariant } from '../../src/base/invariant.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { knowPeaks } from '../know-peaks.ts';
import { writeOutputs } from '../report/files.ts';
import { peaksText } from '../report/peaks-text.ts';
import { addEngineOptions, readEngineOptions, readOutputOptions } from '../run-options.ts';
import { withEngine } from '../with-engine.ts';

/** `peaks`: the measured ceilings of the adapter, kept for later results. @param end is given the exit code. */
export function peaksCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('peaks').description(
    'measured ceilings of the adapter: bandwidths and arithmetic; later results say how near they came',
  );
  addEngineOptions(command);
  command.option('--again', 'measure even where they are known from before');
  command.option('--json <file>', 'write a record that holds them; - writes it to stdout and nothing else');
  command.option('--quiet', 'no progress on stderr');
  return command.action(async (options: Record<string, unknown>) => {
    const wanted = options['again'] === true ? 'again' : 'always';
    const environment = await withEngine(
      context,
      readEngineOptions(options),
      options['quiet'] === true,
      (session) => knowPeaks(session, wanted, context),
    );
    const { peaks } = environment;
    invariant(peaks !== undefined, 'peaks were asked for');
    const record = { schemaVersion: 1 as const, environments: [environment], results: [], comparisons: [] };
    await writeOutputs(record, peaksText(environment, peaks), readOutputOptions(options), context);
    end(EXIT.right);
  });
}
