import { nanoseconds } from '../base/units.ts';
import type { Tile } from '../kernels/tile.ts';
import { median } from '../measure/statistics.ts';
import type { Bench, Compared, TileFailure } from './bench.ts';
import type { Confirmed, Final, JournalEntry } from './journal.ts';
import { isFasterAgain, lastTrials } from './last-trials.ts';
import { type FailureCount, Ledger, tileKey } from './ledger.ts';
import { type Evaluation, Search, type Strategy } from './search.ts';
import type { Space } from './space.ts';

/** Samples of a tile while searching, and of one that is among the best. */
const FIRST_SAMPLES = 3;
const MORE_SAMPLES = 9;
/** A tile whose first sample is slower than the best by this factor gets no second one. */
const HOPELESS = 3;
/** Of the tiles measured, this share gets more samples. */
const PROMOTED = 1 / 4;
/** Tiles that the full protocol compares with the default, where there is time for all. */
const FINALISTS = 8;
/** Measurements that are left for the winner alone: it and the default. */
const LAST_MEASUREMENTS = 2;
/** Shares of the budget after which searching ends, and sampling what it found. The rest is for the finalists. */
const SEARCH_SHARE = 0.6;
const SAMPLE_SHARE = 0.75;

/** What to tune, how, and for how long. */
export interface TuneOptions {
  readonly space: Space;
  readonly strategy: Strategy;
  readonly seed: number;
  /** The default that the winner must beat; tried first. */
  readonly standard: Tile;
  /** Seconds, over all runs of an interrupted one. */
  readonly budget: number;
  /** What one tile takes under the full protocol, about [s]. */
  readonly trialSeconds: number;
  /** Entries of earlier runs with the same space, strategy, seed and standard. */
  readonly journal: readonly JournalEntry[];
  /** A monotonic clock in seconds, from any origin. */
  readonly now: () => number;
  /** Told of each entry as soon as it is known; what it has kept is lost to no interruption. */
  readonly record: (entry: JournalEntry) => void;
  readonly signal: AbortSignal;
}

/** What tuning found. */
export interface Tuned {
  /**
   * The fastest finalist that is FASTER than the default, and faster once more on its own; of several that tie the nearest to
   * the default; the default where there is none.
   */
  readonly winner: Tile;
  /** The winner's second result; `undefined` where the default stays. */
  readonly confirmed: Final | undefined;
  /** The best finalists measured again, in that order; the last one is the winner's, if there is a winner. */
  readonly finals: readonly Final[];
  /** By their first result, fastest first. */
  readonly finalists: readonly Confirmed[];
  /** Tiles that were tried. */
  readonly tried: number;
  readonly failures: readonly FailureCount[];
}

/**
 * Searches a kernel's space by successive halving (Karnin, Koren and Somekh, 2013, in spirit): what the strategy asks for
 * is verified and sampled three times, the best quarter nine times, and the best eight are measured under the full
 * protocol against the default; the fastest of them once more, for who is chosen for a time has had luck with it. A run that was interrupted goes on from its journal: the strategy is asked again and
 * answered from it, so that the same questions follow as would have.
 *
 * @throws what `bench` throws, and the signal's reason once it is aborted.
 */
export async function tune(bench: Bench, options: TuneOptions): Promise<Tuned> {
  const tuner = new Tuner(bench, options);
  return tuner.run();
}

class Tuner {
  readonly #bench: Bench;
  readonly #options: TuneOptions;
  readonly #ledger: Ledger;
  readonly #confirmed: Confirmed[];
  readonly #finals: Final[];
  /** Clock at which tuning would have begun had it never been interrupted. */
  readonly #start: number;

  constructor(bench: Bench, options: TuneOptions) {
    this.#bench = bench;
    this.#options = options;
    this.#ledger = new Ledger(options.journal);
    this.#confirmed = options.journal.filter((entry) => entry.kind === 'confirmed');
    this.#finals = options.journal.filter((entry) => entry.kind === 'final');
    this.#start = options.now() - Math.max(0, ...options.journal.map((entry) => entry.at));
  }

  async run(): Promise<Tuned> {
    const heard = await this.#search();
    await this.#sampleMore(heard);
    const tried = heard.map(({ tile }) => tile);
    const finalists = await this.#confirm(tried);
    const best = await this.#settle(finalists);
    return {
      winner: best?.tile ?? this.#options.standard,
      confirmed: best,
      finalists,
      finals: this.#finals,
      tried: tried.length,
      failures: this.#ledger.failures(),
    };
  }

  /** Answers the strategy until it has no question or the time is up. @returns the tiles that it asked for, and what it heard. */
  async #search(): Promise<Heard[]> {
    const { space, strategy, seed, standard } = this.#options;
    const start = space.pointOf(standard);
    const search = new Search(strategy, space, { seed, starts: start === undefined ? [] : [start] });
    const tried: Heard[] = [];
    let best = Infinity;
    for (let point = search.ask(); point !== undefined; point = search.ask()) {
      const tile = space.tile(point);
      if (!this.#isBegun(tile) && this.#elapsed() >= this.#until(SEARCH_SHARE)) break;
      const heard = await this.#evaluateFirst(tile, best);
      const { evaluation } = heard;
      if (evaluation.kind === 'timed') best = Math.min(best, evaluation.time);
      tried.push(heard);
      search.tell(point, evaluation);
    }
    return tried;
  }

  /** Whether the journal has anything of a tile: there was time for it then. */
  #isBegun(tile: Tile): boolean {
    const { verified, failure } = this.#ledger.of(tile);
    return verified || failure !== undefined;
  }

  /** Verifies a tile and takes its first samples, as far as the journal does not have them. */
  async #evaluateFirst(tile: Tile, best: number): Promise<Heard> {
    const account = this.#ledger.of(tile);
    if (!account.verified && account.failure === undefined) await this.#verify(tile);
    if (account.samples.length === 0) await this.#sample(tile, 1);
    if (!isHopeless(account.samples, best)) await this.#sample(tile, FIRST_SAMPLES);
    // Whatever was sampled or failed later, the strategy must hear what it heard then.
    const heard = isHopeless(account.samples, best) ? 1 : FIRST_SAMPLES;
    const samples = account.samples.slice(0, heard);
    const reason = account.failure?.reason ?? 'There is no sample of it.';
    const evaluation: Evaluation =
      samples.length === heard
        ? { kind: 'timed', time: nanoseconds(median(samples)) }
        : { kind: 'failed', reason };
    return { tile, evaluation, samples: samples.length };
  }

  async #verify(tile: Tile): Promise<void> {
    this.#options.signal.throwIfAborted();
    const verdict = await this.#bench.verify(tile, this.#options.signal);
    if (verdict.kind === 'right') this.#add({ ...verdict, kind: 'verified', at: this.#elapsed(), tile });
    else this.#fail(tile, verdict);
  }

  /** Samples a tile until it has `count` samples, if it runs. */
  async #sample(tile: Tile, count: number): Promise<void> {
    const { samples, failure } = this.#ledger.of(tile);
    if (failure !== undefined || samples.length >= count) return;
    this.#options.signal.throwIfAborted();
    const before = samples.length;
    let isOver = false;
    const keep = (ns: number): void => {
      this.#add({ kind: 'sample', at: this.#elapsed(), tile, ns });
    };
    const taken = await this.#bench
      .evaluate(tile, count - before, this.#options.signal, (ns) => {
        if (!isOver) keep(ns);
      })
      .finally(() => (isOver = true));
    if (taken.kind === 'failed') this.#fail(tile, taken);
    else taken.samples.slice(samples.length - before).forEach(keep);
  }

  /** Gives the best quarter of what was heard more samples, best first, while there is time. */
  async #sampleMore(tried: readonly Heard[]): Promise<void> {
    const timed = tried.flatMap(({ tile, evaluation, samples }) =>
      evaluation.kind === 'timed' ? [{ tile, time: evaluation.time, samples }] : [],
    );
    const promoted = Math.max(FINALISTS, Math.ceil(PROMOTED * timed.length));
    for (const { tile, samples } of timed.sort(byTime).slice(0, promoted)) {
      const isBegun = this.#ledger.of(tile).samples.length > samples;
      if (!isBegun && this.#elapsed() >= this.#until(SAMPLE_SHARE)) return;
      await this.#sample(tile, MORE_SAMPLES);
    }
  }

  /** The finalists under the full protocol, but for those that already were; fastest first. */
  async #confirm(tried: readonly Tile[]): Promise<readonly Confirmed[]> {
    const { standard } = this.#options;
    const done = new Set(this.#confirmed.map(({ tile }) => tileKey(tile)));
    const finalists = this.#ranked(tried).filter((tile) => tileKey(tile) !== tileKey(standard));
    const open = finalists
      .slice(0, this.#affordable())
      .filter((tile) => !done.has(tileKey(tile)) && !this.#ledger.of(tile).failure);
    if (open.length > 0) {
      for (const compared of await this.#compare(open, 0)) {
        const entry: Confirmed = { ...compared, kind: 'confirmed', at: this.#elapsed() };
        this.#confirmed.push(entry);
        this.#add(entry);
      }
    }
    return this.#confirmed.toSorted((a, b) => a.ratio - b.ratio);
  }

  /** How many finalists the rest of the budget allows beside the default and what comes after; one at least. */
  #affordable(): number {
    const { budget, trialSeconds } = this.#options;
    const trials = Math.floor((budget - this.#elapsed()) / trialSeconds) - LAST_MEASUREMENTS - 1;
    return Math.min(FINALISTS, Math.max(1, trials));
  }

  /** Measures the best finalists again, one by one. @returns the first that is faster once more. */
  async #settle(finalists: readonly Confirmed[]): Promise<Final | undefined> {
    for (const [place, { tile }] of lastTrials(finalists, this.#options.standard).entries()) {
      const known = this.#finals.find((final) => tileKey(final.tile) === tileKey(tile));
      const final =
        known ?? (this.#ledger.of(tile).failure ? undefined : await this.#measureAgain(tile, place));
      if (final && isFasterAgain(final)) return final;
    }
    return undefined;
  }

  async #measureAgain(tile: Tile, place: number): Promise<Final | undefined> {
    const [compared] = await this.#compare([tile], 1 + place);
    if (!compared) return undefined;
    const entry: Final = { ...compared, kind: 'final', at: this.#elapsed() };
    this.#finals.push(entry);
    this.#add(entry);
    return entry;
  }

  /** Compares tiles with the default. @returns those that ran, the others being journalled as failed. */
  async #compare(tiles: readonly Tile[], trial: number): Promise<readonly Compared[]> {
    const { standard, signal } = this.#options;
    signal.throwIfAborted();
    const trials = await this.#bench.confirm(tiles, standard, trial, signal);
    return trials.flatMap((result) => {
      if (result.kind === 'compared') return [result];
      const { tile, cause, reason } = result;
      this.#add({ kind: 'failed', at: this.#elapsed(), tile, cause, reason, late: true });
      return [];
    });
  }

  /** Tiles that ran while they were sampled, by the median of all their samples. */
  #ranked(tiles: readonly Tile[]): Tile[] {
    const timed = tiles.flatMap((tile) => {
      const { samples, failure } = this.#ledger.of(tile);
      const ran = failure === undefined || failure.late;
      return ran && samples.length > 0 ? [{ tile, time: median(samples) }] : [];
    });
    return timed.sort(byTime).map(({ tile }) => tile);
  }

  #fail(tile: Tile, { cause, reason }: TileFailure): void {
    this.#add({ kind: 'failed', at: this.#elapsed(), tile, cause, reason });
  }

  #add(entry: JournalEntry): void {
    this.#ledger.add(entry);
    this.#options.record(entry);
  }

  #elapsed(): number {
    return this.#options.now() - this.#start;
  }

  #until(share: number): number {
    return share * this.#options.budget;
  }
}

/** A tile, and what the strategy heard of it, from how many samples. */
interface Heard {
  readonly tile: Tile;
  readonly evaluation: Evaluation;
  readonly samples: number;
}

const byTime = (a: { readonly time: number }, b: { readonly time: number }): number => a.time - b.time;

const isHopeless = (samples: readonly number[], best: number): boolean =>
  samples.length > 0 && samples[0]! > HOPELESS * best;
