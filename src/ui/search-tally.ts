import type { Tile } from '../kernels/tile.ts';
import { median } from '../measure/statistics.ts';
import type { JournalEntry } from '../tune/journal.ts';
import { Ledger, tileKey } from '../tune/ledger.ts';
import { formatTime, plural, significant } from './figures.ts';

/** Samples by which a tile counts. */
const FEWEST_SAMPLES = 3;

/** Counts what a search learns, for a line of progress. */
export class SearchTally {
  readonly #standard: Tile;
  readonly #ledger = new Ledger([]);
  readonly #tiles = new Set<string>();
  #best = Infinity;

  /**
   * @param standard the default tile.
   * @param journal of what earlier runs learnt.
   */
  constructor(standard: Tile, journal: readonly JournalEntry[]) {
    this.#standard = standard;
    for (const entry of journal) this.hear(entry);
  }

  /** Tiles that were timed. */
  get tiles(): number {
    return this.#tiles.size;
  }

  /** Hears of what was learnt. @returns whether it made for a better best. */
  hear(entry: JournalEntry): boolean {
    this.#ledger.add(entry);
    if (entry.kind !== 'sample') return false;
    this.#tiles.add(tileKey(entry.tile));
    const { samples } = this.#ledger.of(entry.tile);
    if (samples.length < FEWEST_SAMPLES) return false;
    const time = median(samples);
    if (time >= this.#best) return false;
    this.#best = time;
    return true;
  }

  /** `12 tiles timed, the best so far 1.2 ms, 0.84 of the default’s time`. */
  sentence(): string {
    const standard = this.#ledger.of(this.#standard).samples;
    const share =
      standard.length > 0 && this.#best < Infinity
        ? `, the best so far ${formatTime(this.#best)}, ${significant(this.#best / median(standard), 2)} of the default’s time`
        : '';
    return `${plural(this.#tiles.size, 'tile')} timed${share}`;
  }
}
