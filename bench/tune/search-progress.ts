import type { Tile } from '../../src/kernels/tile.ts';
import type { JournalEntry } from '../../src/tune/journal.ts';
import { SearchTally } from '../../src/ui/search-tally.ts';
import type { ProgressLine } from '../progress-line.ts';

/** Without a terminal, a line is written at every better tile and else this often [s]. */
const LINE_EVERY = 10;

/** Tells how a search gets on. */
export class SearchProgress {
  readonly #line: ProgressLine;
  readonly #terminal: boolean;
  readonly #budget: number;
  readonly #tally: SearchTally;
  #told = 0;

  /**
   * @param standard the default tile.
   * @param budget [s]
   * @param journal of what earlier runs learnt.
   */
  constructor(
    line: ProgressLine,
    terminal: boolean,
    { standard, budget }: { readonly standard: Tile; readonly budget: number },
    journal: readonly JournalEntry[],
  ) {
    this.#line = line;
    this.#terminal = terminal;
    this.#budget = budget;
    this.#tally = new SearchTally(standard, journal);
  }

  /** Hears of what was learnt. */
  hear(entry: JournalEntry): void {
    const better = this.#tally.hear(entry);
    if (entry.kind === 'confirmed' || entry.kind === 'final') return;
    const due = this.#terminal || better || entry.at - this.#told >= LINE_EVERY;
    if (!due || this.#tally.tiles === 0) return;
    this.#told = entry.at;
    this.#line.step(`Searching: ${this.#tally.sentence()} (${Math.round(entry.at)} of ${this.#budget} s)`);
  }
}
