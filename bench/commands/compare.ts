import { Command, InvalidArgumentError } from 'commander';
import type { RecordFile } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { warnOfBattery } from '../../src/lab/battery.ts';
import { chooseWinners } from '../choose-winners.ts';
import type { CommandContext } from '../context.ts';
import { exitCodeOf, worstOf } from '../exit-code.ts';
import { knowPeaks } from '../know-peaks.ts';
import { compareText, selfTestText } from '../report/compare-text.ts';
import { compareRecorded } from '../compare-recorded.ts';
import { joinRecords } from '../../src/io/join-records.ts';
import { writeOutputs } from '../report/files.ts';
import { resolveOperands } from '../resolve-spec.ts';
import { addEngineOptions, addOutputOptions, readEngineOptions, readOutputOptions } from '../run-options.ts';
import { addSpecOptions, readSpecOptions } from '../spec-options.ts';
import { UsageError } from '../usage-error.ts';
import { addWinnersOption } from '../winners-option.ts';
import { type Session, withEngine } from '../with-engine.ts';

/** As many as one table of interleaved rounds keeps fair. */
const MOST_OPERANDS = 8;
/** More would take hours. */
const MOST_REPEATS = 1000;

/** `compare`: experiments interleaved in one process. @param end is given the exit code. */
export function compareCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('compare')
    .description('experiments interleaved in one process, each judged against the first')
    .argument(
      '[experiments...]',
      'spec files, links, or quoted option strings that override the common options',
    )
    .option('--self-test', 'one experiment against itself: prints the noise floor')
    .option('--repeat <times>', 'the whole comparison again and again; counts the verdicts', timesOf, 1)
    .option('--recorded', 'take the times in two or more record files, and measure nothing: indicative only');
  addWinnersOption(addOutputOptions(addEngineOptions(addSpecOptions(command))));
  command.addHelpText(
    'after',
    '\nExample:\n  compare "--kernel tiled" "--kernel naive" --m 16 --weights sample:use-ffn1',
  );
  return command.action(async (operands: string[], options: Record<string, unknown>) => {
    if (options['recorded'] === true) {
      checkCount(operands, 2);
      const { record, text } = await compareRecorded(operands);
      await writeOutputs(record, text, readOutputOptions(options), context);
      end(worstOf(record.results.map((result) => exitCodeOf(result, 'is-failure'))));
      return;
    }
    const specs = await readSpecs(operands, options);
    const repeats = options['repeat'] as number;
    const { record, ended } = await withEngine(
      context,
      readEngineOptions(options),
      options['quiet'] === true,
      async (session) =>
        compareOften(await chooseWinners(specs, session, options, context), repeats, session, context),
    );
    if (ended) context.warn(`${record.results.length / specs.length} of ${repeats} times are finished.\n`);
    const text = options['selfTest'] === true ? selfTestText(record) : compareText(record, specs.length);
    await writeOutputs(record, text, readOutputOptions(options), context);
    if (ended) throw ended;
    end(worstOf(record.results.map((result) => exitCodeOf(result, 'is-failure'))));
  });
}

/** The specs of the operands; of a self-test the same one twice. */
async function readSpecs(operands: string[], options: Record<string, unknown>): Promise<readonly Spec[]> {
  const common = readSpecOptions(options);
  if (options['selfTest'] !== true) {
    checkCount(operands, 2);
    return resolveOperands(operands, common);
  }
  if (operands.length > 1) {
    throw new UsageError(
      `compare --self-test was given ${operands.length} experiments: it takes one, or the common options alone.`,
      'For instance: compare --self-test --kernel tiled --m 16',
    );
  }
  const [spec] = await resolveOperands(operands.length === 0 ? [''] : operands, common);
  return [spec!, spec!];
}

function checkCount({ length }: readonly string[], fewest: number): void {
  if (length >= fewest && length <= MOST_OPERANDS) return;
  throw new UsageError(
    `compare was given ${length} experiment${length === 1 ? '' : 's'}: it takes ${fewest} to ${MOST_OPERANDS}.`,
    'For instance: compare "--kernel tiled" "--kernel naive" --m 16',
  );
}

/**
 * Compares once or more; the results of all times follow each other in the record.
 *
 * @returns those that were finished, and what ended the comparison before the last.
 * @throws what ends it before the first was finished.
 */
async function compareOften(
  specs: readonly Spec[],
  repeats: number,
  session: Session,
  context: CommandContext,
): Promise<{ readonly record: RecordFile; readonly ended?: Error }> {
  const environment = await knowPeaks(session, 'if-hardware', context);
  const { engine, progress } = session;
  const records: RecordFile[] = [];
  try {
    for (let i = 0; i < repeats; i++) {
      const record = await engine.lab.compare(specs, context.signal, progress.report);
      records.push({ ...record, results: [...(await warnOfBattery(record.results, context.power))] });
    }
  } catch (ended) {
    if (records.length === 0 || !(ended instanceof Error)) throw ended;
    return { record: joinRecords(environment, records), ended };
  }
  return { record: joinRecords(environment, records) };
}

function timesOf(text: string): number {
  const times = Number(text);
  if (Number.isInteger(times) && times >= 1 && times <= MOST_REPEATS) return times;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MOST_REPEATS}.`);
}
