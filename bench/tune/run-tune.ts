import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RecordFile } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import type { Progress } from '../../src/lab/lab.ts';
import { type Learnt, strategyWith } from '../../src/lab/learn-tiles.ts';
import { machineKey } from '../../src/lab/machine-key.ts';
import { TileBench } from '../../src/lab/tile-bench.ts';
import { againstAuto, NothingToSearch, type TuneSubject, tuneSubject } from '../../src/lab/tune-subject.ts';
import { tuneTiles } from '../../src/lab/tune-tiles.ts';
import { tileKey } from '../../src/tune/ledger.ts';
import type { Strategy } from '../../src/tune/search.ts';
import type { Tuned } from '../../src/tune/tuner.ts';
import { plural } from '../../src/ui/figures.ts';
import { beginningText, judgementText } from '../../src/ui/judgement-wording.ts';
import type { CommandContext } from '../context.ts';
import type { ProgressLine } from '../progress-line.ts';
import { UsageError } from '../usage-error.ts';
import type { Session } from '../with-engine.ts';
import { JournalFile, type TuneQuestion } from './journal-file.ts';
import { lockJournal } from './journal-lock.ts';
import { SearchProgress } from './search-progress.ts';

/** How to search. */
export interface TuneSettings {
  readonly strategy: Strategy;
  /** Seconds, over all runs of an interrupted search. */
  readonly budget: number;
  readonly resume: boolean;
  /** Where the journal is; else it has a name of its own for each question. */
  readonly journal: string | undefined;
  /** What sweeps taught, where the search learns from any. */
  readonly learnt: Learnt | undefined;
}

/** What a search found, and where it is written down. */
export interface TuneOutcome extends TuneSubject {
  readonly settings: TuneSettings;
  readonly tuned: Tuned;
  readonly journal: JournalFile;
  /** The winner against what `auto` stands for, where that is another kernel and there is a winner. */
  readonly withAuto: RecordFile | undefined;
}

/**
 * Names what to search.
 *
 * @param given its kernel may be `auto`, and its parameters are fixed.
 * @throws RejectedDefault, or UsageError where there is nothing to search.
 */
export async function subjectOf(given: Spec, { engine }: Session): Promise<TuneSubject> {
  try {
    return tuneSubject(given, await engine.lab.caps());
  } catch (error) {
    if (!(error instanceof NothingToSearch)) throw error;
    throw new UsageError(
      error.message,
      `Its parameters: npm run --silent bench -- list kernels; leave out of --set those to search.`,
    );
  }
}

/**
 * Searches, or goes on searching, and compares the winner with what `auto` stands for.
 *
 * @throws DefaultTileError where the default cannot be measured, UsageError where a journal cannot be used, and the signal's
 *   reason once it aborts; what was learnt by then is in the journal.
 */
export async function runTune(
  subject: TuneSubject,
  settings: TuneSettings,
  session: Session,
  context: CommandContext,
): Promise<TuneOutcome> {
  const { progress } = session;
  if (settings.learnt) {
    progress.note(`${judgementText(settings.learnt.judgement)} ${beginningText(settings.learnt)}`);
  }
  const question = questionOf(subject, settings, session);
  const path = settings.journal ?? join(context.journalsFolder, `${digest(question)}.jsonl`);
  const unlock = lockJournal(path);
  try {
    const journal = openJournal(path, question, settings.resume, progress);
    return await searchInto(journal, subject, settings, { session, context });
  } finally {
    unlock();
  }
}

async function searchInto(
  journal: JournalFile,
  subject: TuneSubject,
  settings: TuneSettings,
  { session, context }: Omit<SearchSurroundings, 'onProgress'>,
): Promise<TuneOutcome> {
  const { engine, progress } = session;
  const { spec, auto } = subject;
  const onProgress = (step: Progress): void => {
    // Without a terminal each step of each finalist would be a line.
    if (context.terminal || step.phase === 'measure') progress.report(step);
  };
  try {
    const tuned = await search(subject, settings, journal, { session, context, onProgress });
    const kept = keptWithAuto(journal, tuned.winner);
    let withAuto = kept;
    if (!kept && tuned.confirmed && auto !== spec.kernel) {
      progress.step(`Comparing the winner with ${auto}, which auto stands for`);
      withAuto = await engine.lab.compare(againstAuto(subject, tuned.winner), context.signal, onProgress);
      journal.addRecord('with-auto', withAuto);
    }
    journal.end();
    return { ...subject, settings, tuned, journal, withAuto };
  } catch (error) {
    if (context.signal.aborted) {
      progress.clear();
      context.warn(
        `Interrupted: ${plural(journal.samples, 'sample')} are kept in ${journal.path}. Go on with the same command and --resume.\n`,
      );
    }
    throw error;
  }
}

/** The comparison of a winner with what `auto` stands for, where a journal has it. */
const keptWithAuto = ({ records }: JournalFile, winner: Tile): RecordFile | undefined =>
  records.find(
    ({ kind, record: { results } }) =>
      kind === 'with-auto' && tileKey(results[1]?.spec.params ?? {}) === tileKey(winner),
  )?.record;

function search(
  subject: TuneSubject,
  { strategy, budget, learnt }: TuneSettings,
  journal: JournalFile,
  { session: { engine, progress }, context, onProgress }: SearchSurroundings,
): Promise<Tuned> {
  const told = new SearchProgress(
    progress,
    context.terminal,
    { standard: subject.standard, budget },
    journal.entries,
  );
  const bench = new TileBench({
    lab: engine.lab,
    spec: subject.spec,
    onTrial: (tiles, trial) => {
      progress.step(
        trial === 0
          ? `Comparing ${plural(tiles, 'finalist')} with the default`
          : 'Comparing the fastest finalist with the default once more',
      );
    },
    onProgress,
    onRecord: (record) => {
      journal.addRecord('with-default', record);
    },
  });
  return tuneTiles(bench, subject, {
    strategy: strategyWith(strategy, learnt?.likely ?? [], subject.space),
    budget,
    journal: [...journal.entries],
    record: (entry) => {
      journal.add(entry);
      told.hear(entry);
    },
    signal: context.signal,
  });
}

interface SearchSurroundings {
  readonly session: Session;
  readonly context: CommandContext;
  readonly onProgress: (progress: Progress) => void;
}

function questionOf(
  { spec, standard, wgsl, space }: TuneSubject,
  { strategy, learnt }: TuneSettings,
  { environment }: Session,
): TuneQuestion {
  return {
    ...{ spec, strategy: strategy.id, standard, wgsl, legalTiles: space.size },
    machine: machineKey(environment),
    ...(learnt && learnt.likely.length > 0 ? { learnt: tilesText(learnt.likely) } : {}),
  };
}

/** Tiles in short: others have another text. */
const tilesText = (tiles: readonly Tile[]): string =>
  `${plural(tiles.length, 'tile')} to begin with, #${digest(tiles.map(tileKey))}`;

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

function openJournal(
  path: string,
  question: TuneQuestion,
  resume: boolean,
  progress: ProgressLine,
): JournalFile {
  if (resume) {
    const kept = JournalFile.resume(path, question);
    if (kept) {
      progress.note(
        `Going on from ${kept.samples} samples in ${path}${kept.ended ? ', a search that had ended' : ''}.`,
      );
      return kept;
    }
    progress.note(`There is nothing to resume at ${path}: the search begins.`);
  }
  const { journal, unfinished } = JournalFile.begin(path, question);
  if (unfinished) {
    progress.note(
      `An unfinished search with ${unfinished.samples} samples was there; --resume would have gone on from it. It is kept as ${unfinished.path}.`,
    );
  }
  return journal;
}
