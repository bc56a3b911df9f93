import type { RecordFile, Result } from '../src/io/record.ts';
import { warnOneOfBattery } from '../src/lab/battery.ts';
import { chooseWinners } from './choose-winners.ts';
import type { CommandContext } from './context.ts';
import { dump } from './dump.ts';
import { knowPeaks } from './know-peaks.ts';
import { writeOutputs } from './report/files.ts';
import { resultText } from './report/result-text.ts';
import { resolveSpec } from './resolve-spec.ts';
import { readEngineOptions, readOutputOptions, textOf } from './run-options.ts';
import type { GivenSpec } from './spec-options.ts';
import { withEngine } from './with-engine.ts';

/**
 * Runs or verifies the experiment that the options name, and writes what came of it where they say.
 *
 * @param options as commander read them; `given` is what they say of the spec.
 */
export async function oneExperiment(
  context: CommandContext,
  work: 'run' | 'verify',
  given: GivenSpec,
  options: Readonly<Record<string, unknown>>,
): Promise<Result> {
  const spec = await resolveSpec(given);
  const folder = textOf(options['dump']);
  const { environment, result, judged } = await withEngine(
    context,
    readEngineOptions(options),
    options['quiet'] === true,
    async (session) => {
      const environment =
        work === 'run' ? await knowPeaks(session, 'if-hardware', context) : session.environment;
      const [chosen] = await chooseWinners([spec], session, options, context);
      const { lab } = session.engine;
      const ended = await lab[work](chosen!, context.signal, session.progress.report);
      const judged = folder === undefined ? undefined : await lab.judged();
      return { environment, result: await warnOneOfBattery(ended, context.power), judged };
    },
  );
  const record: RecordFile = {
    schemaVersion: 1,
    environments: [environment],
    results: [{ ...result, environment: 0 }],
    comparisons: [],
  };
  await writeOutputs(record, resultText(result, environment), readOutputOptions(options), context);
  if (folder !== undefined) {
    if (judged) await dump(folder, result.spec, judged, context.signal);
    else context.warn(`Nothing was written to ${folder}: the kernel did not run.\n`);
  }
  return result;
}
