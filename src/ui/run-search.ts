import type { Environment, RecordFile } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { Kept } from '../lab/kept.ts';
import { KeptJournal } from '../lab/kept-journal.ts';
import { keepWinners, keptWinners } from '../lab/kept-winners.ts';
import type { Lab, Progress } from '../lab/lab.ts';
import type { Learnt } from '../lab/learn-tiles.ts';
import { machineKey } from '../lab/machine-key.ts';
import type { SearchQuestion, SearchTiles } from '../lab/search-tiles.ts';
import { TileBench } from '../lab/tile-bench.ts';
import { againstAuto } from '../lab/tune-subject.ts';
import { winnerOf } from '../lab/winner-of.ts';
import type { JournalEntry } from '../tune/journal.ts';
import type { Tuned } from '../tune/tuner.ts';
import { plural } from './figures.ts';
import type { Work } from './job.ts';
import { SearchTally } from './search-tally.ts';

/** Where a search runs and where it is kept. */
export interface SearchParts {
  readonly lab: Lab;
  readonly kept: Kept;
  readonly search: SearchTiles;
}

/** What to search, how, and for how long. */
export interface SearchWish {
  /** Its parameters are fixed. */
  readonly spec: Spec;
  readonly strategy: string;
  /** Seconds, over all runs of an interrupted search. */
  readonly budget: number;
  /** The journal to go on with. */
  readonly journal: KeptJournal | undefined;
  /** Sweeps to learn from; a search that goes on has learnt before. */
  readonly learn?: readonly RecordFile[];
  /** Told what was learnt, before anything is measured, where there are sweeps to learn from. */
  readonly onLearnt?: (learnt: Learnt) => void;
}

/** What a search found. */
export interface SearchFinding {
  readonly question: SearchQuestion;
  readonly tuned: Tuned;
  readonly samples: number;
  /** The winner against what `auto` stands for, where that is another kernel. */
  readonly withAuto: RecordFile | undefined;
  /** Whether the browser keeps the winner, and kept all of the journal. */
  readonly isKept: boolean;
}

/** There is nothing to search, or nothing to go on with. The message is a sentence. */
export class SearchRefused extends Error {
  override readonly name = 'SearchRefused';
}

/**
 * Searches, or goes on searching, compares the winner with what `auto` stands for, and keeps it.
 *
 * @throws SearchRefused, DefaultTileError, or the signal's reason; what was learnt by then is in the journal.
 */
export async function runSearch(
  { lab, kept, search }: SearchParts,
  wish: SearchWish,
  signal: AbortSignal,
  tell: Parameters<Work>[1],
): Promise<SearchFinding> {
  const environment = await lab.environment();
  const caps = await lab.caps();
  signal.throwIfAborted();
  const machine = machineKey(environment);
  if (wish.journal && wish.journal.search.machine !== machine) {
    throw new SearchRefused('The interrupted search ran on another adapter or in another browser.');
  }
  let { journal } = wish;
  const entries = journal?.entries() ?? [];
  let bench: TileBench | undefined;
  let tally: SearchTally | undefined;
  let label = 'Listing the legal tiles';
  let fraction = 0;
  const report = (detail: string): void => {
    tell({ label, detail, fraction });
  };
  const onProgress = (progress: Progress): void => {
    report(progress.detail);
  };
  report('');
  const outcome = await search(
    {
      ...{ spec: wish.spec, caps, strategy: wish.strategy, budget: wish.budget },
      ...(journal ? { before: { question: journal.search.question, entries } } : {}),
      ...(wish.learn ? { learn: { records: wish.learn, adapter: environment.adapter } } : {}),
    },
    {
      begin: (question, judgement) => {
        if (judgement) wish.onLearnt?.({ judgement, likely: question.likely ?? [] });
        journal ??= KeptJournal.begin(kept, { question, machine, startedAt: Date.now() });
        tally = new SearchTally(question.standard, entries);
        label = 'Searching';
        bench = new TileBench({
          lab,
          spec: question.spec,
          onTrial: (tiles, trial) => {
            label = trialLabel(tiles, trial);
            report('');
          },
          onProgress,
          onRecord: () => undefined,
        });
      },
      record: (entry: JournalEntry) => {
        journal!.add(entry);
        tally!.hear(entry);
        fraction = entry.at / wish.budget;
        if (!signal.aborted && label === 'Searching') {
          report(`${tally!.sentence()} (${Math.round(entry.at)} of ${wish.budget} s)`);
        }
      },
      verify: (tile) => bench!.verify(tile, signal),
      evaluate: (tile, count, onSample) => bench!.evaluate(tile, count, signal, onSample),
      confirm: (tiles, standard, trial) => bench!.confirm(tiles, standard, trial, signal),
    },
  );
  if (outcome.kind === 'refused') throw new SearchRefused(outcome.reason);
  const { question, tuned } = outcome;
  let withAuto: RecordFile | undefined;
  if (tuned.confirmed && question.auto !== question.spec.kernel) {
    label = `Comparing the winner with ${question.auto}, which auto stands for`;
    withAuto = await lab.compare(againstAuto(question, tuned.winner), signal, onProgress);
  }
  signal.throwIfAborted();
  const isStored = store(kept, { question, tuned, withAuto, journal: journal! }, environment);
  const { samples, isCut } = journal!;
  // What had no time for a finalist can go on with more.
  if (tuned.finalists.length > 0) journal!.discard();
  return { question, tuned, withAuto, samples, isKept: isStored && !isCut };
}

const trialLabel = (tiles: number, trial: number): string =>
  trial === 0
    ? `Comparing ${plural(tiles, 'finalist')} with the default`
    : 'Comparing the fastest finalist with the default once more';

/** @returns whether the winner is kept, if there is one. */
function store(
  kept: Kept,
  {
    question,
    tuned,
    withAuto,
    journal,
  }: Pick<SearchFinding, 'question' | 'tuned' | 'withAuto'> & {
    readonly journal: KeptJournal;
  },
  environment: Environment,
): boolean {
  const { confirmed } = tuned;
  if (!confirmed) return true;
  const { startedAt } = journal.search;
  const winners = keptWinners(kept);
  const winner = winnerOf({ spec: question.spec, confirmed, startedAt, withAuto }, environment);
  return !winner || !winners.add(winner) || keepWinners(kept, winners);
}
