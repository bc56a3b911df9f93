import type { Tile } from '../kernels/tile.ts';
import type { JournalEntry } from './journal.ts';

/** What is known of one tile. */
export interface Account {
  verified: boolean;
  /** [ns per dispatch], in the order taken. */
  readonly samples: number[];
  failure: string | undefined;
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
    if (entry.kind === 'failed') account.failure = entry.reason;
  }

  /** How many tiles failed for each reason, most first. */
  failures(): { readonly reason: string; readonly count: number }[] {
    const counts = new Map<string, number>();
    for (const { failure } of this.#accounts.values()) {
      if (failure !== undefined) counts.set(failure, (counts.get(failure) ?? 0) + 1);
    }
    return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
  }
}
