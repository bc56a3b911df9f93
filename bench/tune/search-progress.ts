import type { JournalEntry } from '../../src/tune/journal.ts';
import { median } from '../../src/measure/statistics.ts';
import { Ledger } from '../../src/tune/ledger.ts';
import type { Tile } from '../../src/kernels/tile.ts';
import { formatTime, plural, significant } from '../../src/ui/figures.ts';
import type { ProgressLine } from '../progress-line.ts';

/** Without a terminal, a line is written at every better tile and else this often [s]. */
const LINE_EVERY = 10;

/** Tells how a search gets on. */
export class SearchProgress {
  readonly #line: ProgressLine;
  readonly #terminal: boolean;
  readonly #standard: Tile;
  readonly #budget: number;
  readonly #ledger: Ledger;
  readonly #tiles = new Set<string>();
  #best = Infinity;
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
    this.#standard = standard;
    this.#budget = budget;
    this.#ledger = new Ledger([]);
    for (const entry of journal) this.#note(entry);
  }

  /** Hears of what was learnt. */
  hear(entry: JournalEntry): void {
    const better = this.#note(entry);
    if (entry.kind === 'confirmed' || entry.kind === 'final') return;
    const due = this.#terminal || better || entry.at - this.#told >= LINE_EVERY;
    if (!due || this.#tiles.size === 0) return;
    this.#told = entry.at;
    this.#line.step(this.#sentence(entry.at));
  }

  /** @returns whether it made for a better best. */
  #note(entry: JournalEntry): boolean {
    this.#ledger.add(entry);
    if (entry.kind !== 'sample') return false;
    this.#tiles.add(JSON.stringify(entry.tile));
    const { samples } = this.#ledger.of(entry.tile);
    if (samples.length < 3) return false;
    const time = median(samples);
    if (time >= this.#best) return false;
    this.#best = time;
    return true;
  }

  #sentence(at: number): string {
    const standard = this.#ledger.of(this.#standard).samples;
    const share =
      standard.length > 0 && this.#best < Infinity
        ? `, the best so far ${formatTime(this.#best)}, ${significant(this.#best / median(standard), 2)} of the default’s time`
        : '';
    return `Searching: ${plural(this.#tiles.size, 'tile')} timed${share} (${Math.round(at)} of ${this.#budget} s)`;
  }
}
