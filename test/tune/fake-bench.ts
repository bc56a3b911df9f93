import type { Tile } from '../../src/kernels/tile.ts';
import type { Bench, Trial } from '../../src/tune/bench.ts';
import type { JournalEntry } from '../../src/tune/journal.ts';
import { tileKey } from '../../src/tune/ledger.ts';
import type { Strategy } from '../../src/tune/search.ts';
import { Space } from '../../src/tune/space.ts';
import { random } from '../../src/tune/strategies/random.ts';
import { tune, type Tuned } from '../../src/tune/tuner.ts';

/** 10 × 10 points; the time of A, B is 100 + 10·|A − 6| + 10·|B − 3|, so that A 6, B 3 is the best. */
export const space = new Space(
  ['A', 'B'].map((name) => ({ name, values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] })),
  () => true,
);

/** The true time of a tile of {@link space}. */
export const timeOf = ({ A, B }: Tile): number => 100 + 10 * Math.abs(A! - 6) + 10 * Math.abs(B! - 3);

interface Faults {
  readonly isWrong?: (tile: Tile) => boolean;
  /** A sample of a tile, of which so many were taken before. */
  readonly times?: (tile: Tile, taken: number) => number;
  /** Whether a finalist turns out wrong on the whole product. */
  readonly isWrongLate?: (tile: Tile) => boolean;
  /** Half of the interval of a ratio in the n-th comparison, as a share of it; wide ones are UNCLEAR. */
  readonly trialHalfWidth?: (trial: number) => number;
  /** A finalist's time in the n-th comparison with the default, where that is not its time. */
  readonly trialTimes?: (tile: Tile, trial: number) => number;
}

/** What a tile takes in a comparison with the default. */
const TRIAL_SECONDS = 5;

/** A bench whose clock stands still but for its samples: a second each, and five for each tile of a comparison. */
export class FakeBench implements Bench {
  time = 1000;
  /** What was called: `verify 3,4`, `evaluate 3,4 ×2`, `confirm ×8`. */
  readonly calls: string[] = [];
  readonly journal: JournalEntry[] = [];
  readonly #controller = new AbortController();
  #abortAfter = Infinity;
  #tellLate = (): void => undefined;
  readonly #isWrong: (tile: Tile) => boolean;
  readonly #timeOf: (tile: Tile, taken: number) => number;

  #past: readonly JournalEntry[] = [];
  readonly #isWrongLate: (tile: Tile) => boolean;
  readonly #halfWidth: (trial: number) => number;
  readonly #trialTime: (tile: Tile, trial: number) => number;

  constructor({
    isWrong = () => false,
    times = timeOf,
    isWrongLate = () => false,
    trialTimes,
    trialHalfWidth,
  }: Faults = {}) {
    this.#isWrong = isWrong;
    this.#timeOf = times;
    this.#isWrongLate = isWrongLate;
    this.#halfWidth = trialHalfWidth ?? (() => 0.01);
    this.#trialTime = trialTimes ?? ((tile) => times(tile, 0));
  }

  /** Aborts once the journal has so many entries. */
  abortAfter(entries: number): this {
    this.#abortAfter = entries;
    return this;
  }

  verify(tile: Tile): ReturnType<Bench['verify']> {
    this.calls.push(`verify ${tile['A']!},${tile['B']!}`);
    this.#tellLate();
    return Promise.resolve(
      this.#isWrong(tile) ? { kind: 'failed', cause: 'wrong', reason: 'a wrong output' } : { kind: 'right' },
    );
  }

  /** Tells all samples but the last as they are taken, and the last when it is too late. */
  async evaluate(
    tile: Tile,
    count: number,
    signal: AbortSignal,
    onSample: (ns: number) => void,
  ): ReturnType<Bench['evaluate']> {
    this.calls.push(`evaluate ${tile['A']!},${tile['B']!} ×${count}`);
    const samples: number[] = [];
    while (samples.length < count) {
      this.time++;
      samples.push(this.#timeOf(tile, this.#takenOf(tile)));
      if (samples.length < count) onSample(samples.at(-1)!);
      signal.throwIfAborted();
      await Promise.resolve();
    }
    this.#tellLate = () => {
      onSample(samples.at(-1)!);
    };
    return { kind: 'timed', samples };
  }

  /** Samples of a tile that are journalled. */
  #takenOf(tile: Tile): number {
    return [...this.#past, ...this.journal].filter(
      (entry) => entry.kind === 'sample' && tileKey(entry.tile) === tileKey(tile),
    ).length;
  }

  confirm(tiles: readonly Tile[], standard: Tile, trial: number): ReturnType<Bench['confirm']> {
    this.calls.push(`confirm ×${tiles.length} ${trial}`);
    this.time += TRIAL_SECONDS * (tiles.length + 1);
    return Promise.resolve(
      tiles.map((tile): Trial => {
        if (this.#isWrongLate(tile)) {
          return { kind: 'failed', tile, cause: 'wrong', reason: 'wrong on the whole product' };
        }
        const medianNs = this.#trialTime(tile, trial);
        const ratio = medianNs / this.#timeOf(standard, 0);
        const half = this.#halfWidth(trial);
        const [ciLow, ciHigh] = [ratio * (1 - half), ratio * (1 + half)];
        const verdict = half > 0.1 ? 'UNCLEAR' : ciHigh < 0.99 ? 'FASTER' : 'SAME';
        return { kind: 'compared', tile, medianNs, samples: 20, ratio, ciLow, ciHigh, verdict };
      }),
    );
  }

  /** Tunes on this bench; what is learnt is added to its journal. */
  run(
    past: readonly JournalEntry[] = [],
    {
      budget = 400,
      strategy = random,
      standard = { A: 0, B: 9 },
      seed = 5,
    }: {
      readonly budget?: number;
      readonly strategy?: Strategy;
      readonly standard?: Tile;
      readonly seed?: number;
    } = {},
  ): Promise<Tuned> {
    this.#past = past;
    return tune(this, {
      space,
      strategy,
      seed,
      standard,
      budget,
      trialSeconds: TRIAL_SECONDS,
      journal: past,
      now: () => this.time,
      signal: this.#controller.signal,
      record: (entry) => {
        this.journal.push(entry);
        if (this.journal.length >= this.#abortAfter) this.#controller.abort(new Error('Ctrl-C'));
      },
    });
  }
}
