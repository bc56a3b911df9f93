import type { Environment, RecordFile } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import type { Tile } from '../kernels/tile.ts';
import type { Bench } from '../tune/bench.ts';
import type { JournalEntry } from '../tune/journal.ts';
import type { Judgement } from '../tune/predictor.ts';
import { model } from '../tune/strategies/model.ts';
import { STRATEGIES } from '../tune/strategies/registry.ts';
import type { Tuned } from '../tune/tuner.ts';
import { type Learnt, learnTiles, NothingToLearn, strategyWith } from './learn-tiles.ts';
import { NothingToSearch, RejectedDefault, type TuneSubject, tuneSubject } from './tune-subject.ts';
import { tuneTiles } from './tune-tiles.ts';

/** What makes entries of one search entries of another, but for the machine. Plain data. */
export type SearchQuestion = Omit<TuneSubject, 'space'> & {
  readonly strategy: string;
  readonly legalTiles: number;
  /** Tiles that the search begins with, for sweeps taught it to; left out where there are none. */
  readonly likely?: readonly Tile[] | undefined;
};

/** A search that is to begin, or to go on. Plain data. */
export interface SearchRequest {
  /** Its kernel may be `auto`; its parameters are fixed. */
  readonly spec: Spec;
  readonly caps: DeviceCaps;
  readonly strategy: string;
  /** Seconds, over all runs of an interrupted search. */
  readonly budget: number;
  /**
   * Sweeps that a search by the model learns from, and the adapter of the search; one that was interrupted goes on with what it
   * had learnt.
   */
  readonly learn?: {
    readonly records: readonly RecordFile[];
    readonly adapter: Environment['adapter'];
  };
  /** What an interrupted search was about and what it learnt. */
  readonly before?: { readonly question: SearchQuestion; readonly entries: readonly JournalEntry[] };
}

/** Whom a search asks and tells; what it measures ends when it is aborted. */
export interface SearchPort {
  readonly verify: (...of: WithoutSignal<Bench['verify']>) => ReturnType<Bench['verify']>;
  readonly evaluate: (
    tile: Tile,
    count: number,
    onSample: (ns: number) => void,
  ) => ReturnType<Bench['evaluate']>;
  readonly confirm: (...of: WithoutSignal<Bench['confirm']>) => ReturnType<Bench['confirm']>;
  /** Told once, before anything is measured, what is searched, and of sweeps that taught it, how well their times predict others. */
  readonly begin: (question: SearchQuestion, judgement?: Judgement) => void;
  readonly record: (entry: JournalEntry) => void;
}

type WithoutSignal<F extends (...of: never[]) => unknown> =
  Parameters<F> extends [...infer Others, AbortSignal] ? Others : never;

/** What became of a search: what it found, or why there is nothing to search. */
export type SearchOutcome =
  | { readonly kind: 'tuned'; readonly question: SearchQuestion; readonly tuned: Tuned }
  | { readonly kind: 'refused'; readonly reason: string };

/** Searches; the page has this in a worker, for it would hold its thread. Rejects with what the port rejects with. */
export type SearchTiles = (request: SearchRequest, port: SearchPort) => Promise<SearchOutcome>;

/** {@link SearchTiles} on this thread. */
export const searchTiles: SearchTiles = async (request, port) => {
  const subject = subjectOf(request);
  if ('reason' in subject) return subject;
  const learnt = learn(request, subject);
  if ('reason' in learnt) return learnt;
  const { judgement, likely } = learnt;
  const { spec, auto, standard, wgsl, space } = subject;
  const plain = STRATEGIES.find(({ id }) => id === request.strategy) ?? STRATEGIES[0];
  const strategy = strategyWith(plain, likely, space);
  const question: SearchQuestion = {
    ...{ spec, auto, standard, wgsl, strategy: strategy.id, legalTiles: space.size },
    ...(likely.length > 0 ? { likely } : {}),
  };
  const { before } = request;
  if (before && spelled(before.question) !== spelled(question)) {
    return {
      kind: 'refused',
      reason: 'The interrupted search was of another version of the kernel, or on another adapter.',
    };
  }
  port.begin(question, judgement);
  const bench: Bench = {
    verify: (tile) => port.verify(tile),
    evaluate: (tile, count, _, onSample) => port.evaluate(tile, count, onSample),
    confirm: (tiles, against, trial) => port.confirm(tiles, against, trial),
  };
  const tuned = await tuneTiles(bench, subject, {
    ...{ strategy, budget: request.budget },
    journal: before?.entries ?? [],
    record: (entry) => {
      port.record(entry);
    },
    // What is measured rejects once it is aborted, and nothing else takes long.
    signal: new AbortController().signal,
  });
  return { kind: 'tuned', question, tuned };
};

/** A question as text, whatever the order of its fields. */
const spelled = (question: SearchQuestion): string =>
  JSON.stringify(question, (_, value: unknown) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

/** What the sweeps of a request teach, or taught an interrupted search before it began. */
function learn(
  { caps, strategy, learn: sweeps, before }: SearchRequest,
  subject: TuneSubject,
): (Partial<Pick<Learnt, 'judgement'>> & Pick<Learnt, 'likely'>) | Refused {
  if (before) {
    const { likely = [] } = before.question;
    return { likely: likely.filter((tile) => subject.space.pointOf(tile) !== undefined) };
  }
  if (!sweeps || strategy !== model.id) return { likely: [] };
  try {
    return learnTiles(sweeps.records, subject, { adapter: sweeps.adapter, caps });
  } catch (error) {
    if (!(error instanceof NothingToLearn)) throw error;
    return { kind: 'refused', reason: `The sweeps teach nothing here. ${error.message}` };
  }
}

type Refused = SearchOutcome & { readonly kind: 'refused' };

function subjectOf({ spec, caps }: SearchRequest): TuneSubject | Refused {
  try {
    return tuneSubject(spec, caps);
  } catch (error) {
    if (error instanceof NothingToSearch) return { kind: 'refused', reason: error.message };
    if (!(error instanceof RejectedDefault)) throw error;
    return { kind: 'refused', reason: `The default is rejected: ${error.message}.` };
  }
}
