import type { Tile } from '../kernels/tile.ts';
import type { FailureCause, JournalEntry } from './journal.ts';

/** What is known of one tile. */
export interface Account {
  verified: boolean;
  /** [ns per dispatch], in the order taken. */
  readonly samples: number[];
  failure: Failure | undefined;
}

/** Why a tile is out; `late`: it was sampled in full before. */
interface Failure {
  readonly cause: FailureCause;
  readonly reason: string;
  readonly late: boolean;
}

/** How many tiles failed for one reason. */
export interface FailureCount {
  readonly cause: FailureCause;
  readonly reason: string;
  readonly count: number;
}

/** The one name of a tile, whatever the order of its parameters. */
export const tileKey = (tile: Tile): string =>
  Object.keys(tile)
    .sort()
    .map((name) => `${name}=${tile[name]!}`)
    .join(',');

/** A journal by tile, kept up to date as entries are added. */
export class Ledger {
  readonly #accounts = new Map<string, Account>();

  constructor(journal: readonly JournalEntry[]) {
    for (const entry of journal) this.add(entry);
  }

  /** What is known of a tile; an empty account of one that nothing is known of. */
  of(tile: Tile): Account {
    const key = tileKey(tile);
    const account = this.#accounts.get(key) ?? { verified: false, samples: [], failure: undefined };
    this.#accounts.set(key, account);
    return account;
  }

  add(entry: JournalEntry): void {
    const account = this.of(entry.tile);
    if (entry.kind === 'verified') account.verified = true;
    if (entry.kind === 'sample') account.samples.push(entry.ns);
    if (entry.kind === 'failed') {
      const { cause, reason, late = false } = entry;
      account.failure = { cause, reason, late };
    }
  }

  /** How many tiles failed for each reason, most first. */
  failures(): FailureCount[] {
    const counts = new Map<string, FailureCount>();
    for (const { failure } of this.#accounts.values()) {
      if (failure === undefined) continue;
      const { cause, reason } = failure;
      const count = (counts.get(`${cause} ${reason}`)?.count ?? 0) + 1;
      counts.set(`${cause} ${reason}`, { cause, reason, count });
    }
    return [...counts.values()].sort((a, b) => b.count - a.count);
  }
}
