import { Command, Option } from 'commander';
import type { Environment, Result } from '../../src/io/record.ts';
import { DefaultTileError } from '../../src/lab/tile-bench.ts';
import { RejectedDefault } from '../../src/lab/tune-subject.ts';
import { winnerOf } from '../../src/lab/winner-of.ts';
import { STRATEGIES } from '../../src/tune/strategies/registry.ts';
import { t4File } from '../../src/tune/t4.ts';
import type { Winner } from '../../src/tune/winners.ts';
import { wordVerdict } from '../../src/ui/verdict-wording.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, exitCodeOf, worstOf } from '../exit-code.ts';
import { knowPeaks } from '../know-peaks.ts';
import { joinRecords } from '../../src/io/join-records.ts';
import { writeOutputs } from '../report/files.ts';
import { type Storing, tuneText } from '../report/tune-text.ts';
import { resolveSpec } from '../resolve-spec.ts';
import {
  addEngineOptions,
  addOutputOptions,
  readEngineOptions,
  readOutputOptions,
  textOf,
} from '../run-options.ts';
import { addSpecOptions, readSpecOptions } from '../spec-options.ts';
import { learn, readSweeps } from '../tune/learn.ts';
import { runTune, subjectOf, type TuneOutcome, type TuneSettings } from '../tune/run-tune.ts';
import { movesWinners, moveWinners } from '../tune/move-winners.ts';
import { checkJournal } from '../tune/unwritable-journal.ts';
import { UsageError } from '../usage-error.ts';
import { addWinner, checkStore } from '../winners-file.ts';
import { addWinnersOption, winnersPathOf } from '../winners-option.ts';
import { withEngine } from '../with-engine.ts';

/** Seconds where nothing is said. */
const DEFAULT_BUDGET = 120;

type Options = Readonly<Record<string, unknown>>;

/** `tune`: a search of a variant's parameters for a product. @param end is given the exit code. */
export function tuneCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('tune').description(
    'search the parameters of a kernel for a product; the winner is confirmed against the default, and kept for --kernel auto',
  );
  addOutputOptions(addEngineOptions(addSpecOptions(command)));
  command
    .option('--budget <seconds>', 'time to search and to confirm, over all runs', String(DEFAULT_BUDGET))
    .option('--resume', 'go on with the same search where it was interrupted')
    .addOption(
      new Option('--strategy <name>', STRATEGIES.map(({ id, summary }) => `${id}: ${summary}`).join('; '))
        .choices(STRATEGIES.map(({ id }) => id))
        .default(STRATEGIES[0].id),
    )
    .option(
      '--learn <file>',
      'with --strategy model: a sweep’s record (--json) to learn from which tiles to try first; may be repeated',
      gather,
    )
    .option('--journal <file>', 'where samples are kept as they are taken; else in the cache folder')
    .option('--t4 <file>', 'write what was tried as Kernel Tuner’s T4 results')
    .option(
      '--import <file>',
      'search nothing: merge this store of winners into ours; may be repeated',
      gather,
    )
    .option('--export <file>', 'search nothing: write our store of winners');
  addWinnersOption(command, 'the store that the winner goes into');
  command.addHelpText(
    'after',
    '\nParameters given with --set stay fixed; --protocol (standard where left out) is that of the finalists.\n' +
      'Example:\n  tune --kernel tiled --m 64 --n 512 --k 512 --budget 120',
  );
  return command.action(async (options: Options) => {
    if (!movesWinners(options)) {
      end(await search(options, context));
      return;
    }
    await moveWinners(options, context);
    end(EXIT.right);
  });
}

const gather = (path: string, before: readonly string[] = []): readonly string[] => [...before, path];

/** What a search adds to the store; `undefined` where the default stays. */
const winnerIn = (
  { spec, tuned: { confirmed }, journal: { startedAt }, withAuto }: TuneOutcome,
  environment: Environment,
): Winner | undefined => confirmed && winnerOf({ spec, confirmed, startedAt, withAuto }, environment);

/** Puts a winner into a store. @returns what became of it: the search's other results must come out all the same. */
async function keep(winner: Winner | undefined, path: string | undefined): Promise<Storing> {
  if (!winner || path === undefined) return { path, isStored: false };
  try {
    return { path, isStored: await addWinner(path, winner) };
  } catch (problem) {
    if (!(problem instanceof UsageError)) throw problem;
    return { path, isStored: false, problem };
  }
}

const t4Text = ({ journal }: TuneOutcome): string =>
  `${JSON.stringify(t4File(journal.entries), undefined, 2)}\n`;

async function search(options: Options, context: CommandContext): Promise<number> {
  const settings = readSettings(options);
  const sweeps = await readSweeps(options['learn'], settings.strategy.id);
  const spec = await readSpec(options);
  const store = winnersPathOf(options, context);
  if (store !== undefined) await checkStore(store);
  if (settings.journal !== undefined) await checkJournal(settings.journal);
  try {
    return await withEngine(
      context,
      readEngineOptions(options),
      options['quiet'] === true,
      async (session) => {
        // A time that the adapter's peaks do not allow must not win.
        const environment = await knowPeaks(session, 'if-hardware', context);
        const subject = await subjectOf(spec, session);
        const learnt = sweeps && (await learn(sweeps, subject, session));
        const outcome = await runTune(subject, { ...settings, learnt }, session, context);
        session.progress.clear();
        const stored = await keep(winnerIn(outcome, environment), store);
        const record = joinRecords(
          environment,
          outcome.journal.records.map(({ record }) => record),
        );
        const t4 = { path: textOf(options['t4']), content: t4Text(outcome) };
        const text = tuneText(outcome, environment, stored);
        await writeOutputs(record, text, readOutputOptions(options), context, [t4]);
        if (stored.problem) throw stored.problem;
        return exitCodeOfTune(outcome);
      },
    );
  } catch (error) {
    if (error instanceof RejectedDefault) {
      context.warn(`This cannot be tuned, for the default is rejected: ${error.message}.\n`);
      return EXIT.failed;
    }
    if (!(error instanceof DefaultTileError)) throw error;
    return explainDefault(error.result, context);
  }
}

async function readSpec(options: Options): ReturnType<typeof resolveSpec> {
  const given = readSpecOptions(options);
  const spec = await resolveSpec(given);
  if (spec.wgsl !== undefined) {
    throw new UsageError(
      'tune searches the tiles of our kernels, and own WGSL was given: it has one.',
      'Leave --wgsl out.',
    );
  }
  const named = given.spec !== undefined || given.fields.protocol !== undefined;
  return named ? spec : { ...spec, protocol: 'standard' };
}

function readSettings(options: Options): Omit<TuneSettings, 'learnt'> {
  const budget = Number(options['budget']);
  if (!(budget > 0 && Number.isFinite(budget))) {
    throw new UsageError(
      `--budget is ${JSON.stringify(options['budget'])}: it must be a number of seconds above 0.`,
      `For instance: --budget ${DEFAULT_BUDGET}`,
    );
  }
  return {
    budget,
    strategy: STRATEGIES.find(({ id }) => id === options['strategy']) ?? STRATEGIES[0],
    resume: options['resume'] === true,
    journal: textOf(options['journal']),
  };
}

/** A tile that is too slow, or that a compiler refuses, is what searches are for; a wrong one is not, nor one that breaks down. */
function exitCodeOfTune({ tuned }: TuneOutcome): number {
  return worstOf(
    tuned.failures.map(({ cause }) => {
      if (cause === 'wrong') return EXIT.wrong;
      return cause === 'run' ? EXIT.failed : EXIT.right;
    }),
  );
}

function explainDefault(result: Result, { warn }: CommandContext): number {
  const { headline, details } = wordVerdict(result);
  warn(
    `The default tile cannot be measured, and so no tile be compared with it. ${headline}: ${details.join(' ')}\n`,
  );
  return result.status === 'ok' ? EXIT.failed : exitCodeOf(result, 'is-failure');
}
