import type { Spec } from '../io/spec.ts';
import type { DeviceCaps } from '../kernels/caps.ts';
import type { JournalEntry } from '../tune/journal.ts';
import { STRATEGIES } from '../tune/strategies/registry.ts';
import { type Bench, tune, type Tuned } from '../tune/tuner.ts';
import { NothingToSearch, RejectedDefault, type TuneSubject, tuneSubject } from './tune-subject.ts';

/** What makes entries of one search entries of another, but for the machine. Plain data. */
export type SearchQuestion = Omit<TuneSubject, 'space'> & {
  readonly strategy: string;
  readonly legalTiles: number;
};

/** A search that is to begin, or to go on. Plain data. */
export interface SearchRequest {
  /** Its kernel may be `auto`; its parameters are fixed. */
  readonly spec: Spec;
  readonly caps: DeviceCaps;
  readonly strategy: string;
  /** Seconds, over all runs of an interrupted search. */
  readonly budget: number;
  /** What an interrupted search was about and what it learnt. */
  readonly before?: { readonly question: SearchQuestion; readonly entries: readonly JournalEntry[] };
}

/** Whom a search asks and tells; what it measures ends when it is aborted. */
export interface SearchPort {
  readonly verify: (...of: WithoutSignal<Bench['verify']>) => ReturnType<Bench['verify']>;
  readonly evaluate: (...of: WithoutSignal<Bench['evaluate']>) => ReturnType<Bench['evaluate']>;
  readonly confirm: (...of: WithoutSignal<Bench['confirm']>) => ReturnType<Bench['confirm']>;
  /** Told once what is searched, before anything is measured. */
  readonly begin: (question: SearchQuestion) => void;
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
  const { spec, auto, standard, space } = subject;
  const strategy = STRATEGIES.find(({ id }) => id === request.strategy) ?? STRATEGIES[0];
  const question = { spec, auto, standard, strategy: strategy.id, legalTiles: space.size };
  const { before } = request;
  if (before && spelled(before.question) !== spelled(question)) {
    return {
      kind: 'refused',
      reason: 'The interrupted search was of another version of the kernel, or on another adapter.',
    };
  }
  port.begin(question);
  const bench: Bench = {
    verify: (tile) => port.verify(tile),
    evaluate: (tile, count) => port.evaluate(tile, count),
    confirm: (tiles, against, trial) => port.confirm(tiles, against, trial),
  };
  const tuned = await tune(bench, {
    ...{ space, strategy, standard, seed: spec.seed, budget: request.budget },
    journal: before?.entries ?? [],
    now: () => performance.now() / 1000,
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

function subjectOf({ spec, caps }: SearchRequest): TuneSubject | (SearchOutcome & { kind: 'refused' }) {
  try {
    return tuneSubject(spec, caps);
  } catch (error) {
    if (error instanceof NothingToSearch) return { kind: 'refused', reason: error.message };
    if (!(error instanceof RejectedDefault)) throw error;
    return { kind: 'refused', reason: `The default is rejected: ${error.message}.` };
  }
}
