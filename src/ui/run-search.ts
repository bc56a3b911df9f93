import { joinRecords } from '../io/join-records.ts';
import type { Environment, RecordFile } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import { withWinner } from '../lab/choose-winner.ts';
import type { Kept } from '../lab/kept.ts';
import { KeptJournal } from '../lab/kept-journal.ts';
import type { LetGo } from '../lab/kept-locks.ts';
import { keepWinners, keptWinners } from '../lab/kept-winners.ts';
import type { Lab, Progress } from '../lab/lab.ts';
import type { Learnt } from '../lab/learn-tiles.ts';
import { machineKey } from '../lab/machine-key.ts';
import type { SearchQuestion, SearchRequest, SearchTiles } from '../lab/search-tiles.ts';
import { TileBench } from '../lab/tile-bench.ts';
import { againstAuto } from '../lab/tune-subject.ts';
import { winnerOf } from '../lab/winner-of.ts';
import type { JournalEntry } from '../tune/journal.ts';
import type { Tuned } from '../tune/tuner.ts';
import type { Winner } from '../tune/winners.ts';
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
  /** What was learnt, in that order, over all runs. */
  readonly entries: readonly JournalEntry[];
  /** All comparisons, with their samples: those with the default, then the one with what `auto` stands for. */
  readonly record: RecordFile;
  /** Whether the browser keeps the winner, if no better one is known, and kept all of the journal. */
  readonly isKept: boolean;
  /** The winner that the browser keeps instead, since it gains more. */
  readonly better: Winner | undefined;
  /** What `auto` takes for the product from now on; the kernel's default where there are no parameters. */
  readonly taken: Pick<Spec, 'kernel' | 'params'>;
}

/** There is nothing to search, or nothing to go on with. The message is a sentence. */
export class SearchRefused extends Error {
  override readonly name = 'SearchRefused';
}

/**
 * Searches, or goes on searching, compares the winner with what `auto` stands for, and keeps it. Other tabs leave its journal
 * alone meanwhile.
 *
 * @throws SearchRefused, DefaultTileError, or the signal's reason; what was learnt by then is in the journal.
 */
export async function runSearch(
  parts: SearchParts,
  wish: SearchWish,
  signal: AbortSignal,
  tell: Parameters<Work>[1],
): Promise<SearchFinding> {
  const { letGo, ...held } = await hold(parts.kept, wish.journal);
  try {
    return await runHeld(parts, { ...wish, ...held }, signal, tell);
  } finally {
    await letGo();
  }
}

interface Held {
  /** As it is kept now. */
  readonly journal: KeptJournal | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

async function hold(kept: Kept, before: KeptJournal | undefined): Promise<Held & { readonly letGo: LetGo }> {
  if (!before) return { journal: undefined, ...(await KeptJournal.claim(kept)) };
  const letGo = await before.hold();
  if (!letGo) throw new SearchRefused('The search is running in another tab of this browser.');
  const journal = before.reread();
  if (journal) return { journal, startedAt: journal.search.startedAt, letGo };
  await letGo();
  throw new SearchRefused('The interrupted search ended in another tab of this browser, or was discarded.');
}

async function runHeld(
  { lab, kept, search }: SearchParts,
  wish: Omit<SearchWish, 'journal'> & Held,
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
  const before = [...entries];
  const records = journal?.records() ?? [];
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
  const outcome = await search(requestOf(wish, before, { environment, caps }), {
    begin: (question, judgement) => {
      if (judgement) wish.onLearnt?.({ judgement, likely: question.likely ?? [] });
      journal ??= KeptJournal.begin(kept, { question, machine, startedAt: wish.startedAt });
      tally = new SearchTally(question.standard, before);
      label = 'Searching';
      bench = new TileBench({
        lab,
        spec: question.spec,
        onTrial: (tiles, trial) => {
          label = trialLabel(tiles, trial);
          report('');
        },
        onProgress,
        onRecord: (record) => {
          records.push(record);
          journal!.addRecord(record);
        },
      });
    },
    record: (entry: JournalEntry) => {
      entries.push(entry);
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
  });
  if (outcome.kind === 'refused') throw new SearchRefused(outcome.reason);
  const { question, tuned } = outcome;
  let withAuto: RecordFile | undefined;
  if (tuned.confirmed && question.auto !== question.spec.kernel) {
    label = `Comparing the winner with ${question.auto}, which auto stands for`;
    withAuto = await lab.compare(againstAuto(question, tuned.winner), signal, onProgress);
    records.push(withAuto);
  }
  signal.throwIfAborted();
  const found = { question, tuned, withAuto, startedAt: wish.startedAt };
  const stored = store(kept, found, { environment, caps });
  // What had no time for a finalist can go on with more.
  if (tuned.finalists.length > 0) journal!.discard();
  return {
    ...{ question, tuned, withAuto, entries },
    samples: entries.filter(({ kind }) => kind === 'sample').length,
    record: joined(records, environment),
    ...stored,
    isKept: stored.isKept && !journal!.isCut,
  };
}

/** The last may know the adapter's peaks, which are measured before the first comparison. */
const joined = (records: readonly RecordFile[], environment: Environment): RecordFile =>
  joinRecords(records.at(-1)?.environments[0] ?? environment, records);

/** The machine that a search runs on. */
interface Here {
  readonly environment: Environment;
  readonly caps: DeviceCaps;
}

const requestOf = (
  { spec, strategy, budget, journal, learn }: Omit<SearchWish, 'journal'> & Held,
  entries: readonly JournalEntry[],
  { environment, caps }: Here,
): SearchRequest => ({
  ...{ spec, caps, strategy, budget },
  ...(journal ? { before: { question: journal.search.question, entries } } : {}),
  ...(learn ? { learn: { records: learn, adapter: environment.adapter } } : {}),
});

const trialLabel = (tiles: number, trial: number): string =>
  trial === 0
    ? `Comparing ${plural(tiles, 'finalist')} with the default`
    : 'Comparing the fastest finalist with the default once more';

/** Keeps the winner, if there is one and no better one is known. */
function store(
  kept: Kept,
  {
    question,
    tuned: { confirmed },
    withAuto,
    startedAt,
  }: Pick<SearchFinding, 'question' | 'tuned' | 'withAuto'> & Pick<Held, 'startedAt'>,
  { environment, caps }: Here,
): Pick<SearchFinding, 'isKept' | 'better' | 'taken'> {
  const winner = confirmed && winnerOf({ spec: question.spec, confirmed, startedAt, withAuto }, environment);
  const winners = keptWinners(kept);
  const isNews = winner !== undefined && winners.add(winner);
  const isKept = !isNews || keepWinners(kept, winners);
  const open = { ...question.spec, kernel: 'auto', params: {} };
  const taken = withWinner(open, keptWinners(kept), { adapter: environment.adapter, caps });
  return {
    isKept,
    better: winner && !isNews ? winners.inPlaceOf(winner) : undefined,
    taken: taken ?? { kernel: question.auto, params: {} },
  };
}
