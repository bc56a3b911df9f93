import type { RecordFile, Result } from '../io/record.ts';
import type { Spec } from '../io/spec.ts';
import type { Tile } from '../kernels/tile.ts';
import type { Bench, TileFailure, TileRight, Trial } from '../tune/bench.ts';
import type { Lab, Progress } from './lab.ts';
import { smallProduct } from './small-product.ts';

/** What a {@link TileBench} works with. */
export interface TileBenchParts {
  readonly lab: Pick<Lab, 'run' | 'verify' | 'sample' | 'compare'>;
  /** What to tune for, its kernel named; its parameters give way to those of each tile. */
  readonly spec: Spec;
  /** Told when a comparison of so many tiles with the default begins; the first is the 0th. */
  readonly onTrial: (tiles: number, trial: number) => void;
  /** Hears how comparisons with the default get on; the search itself is too quick to tell of. */
  readonly onProgress: (progress: Progress) => void;
  /** Given each comparison with the default in full, before it returns. */
  readonly onRecord: (record: RecordFile) => void;
}

/** The default could not be measured, so that nothing can be compared with it. */
export class DefaultTileError extends Error {
  override readonly name = 'DefaultTileError';
  readonly result: Result;
  constructor(result: Result) {
    super(result.reason ?? 'It gave no time.');
    this.result = result;
  }
}

/** Lets a search measure tiles of one spec in a lab. */
export class TileBench implements Bench {
  readonly #parts: TileBenchParts;

  constructor(parts: TileBenchParts) {
    this.#parts = parts;
  }

  /** Checks a small product; the whole one where the tile does not go with a small one. */
  async verify(tile: Tile, signal: AbortSignal): Promise<TileRight | TileFailure> {
    const { lab, spec } = this.#parts;
    const whole = { ...spec, params: tile };
    const small = await lab.verify(smallProduct(whole), signal, SILENT);
    const result = small.status === 'unsupported' ? await lab.verify(whole, signal, SILENT) : small;
    if (result.status !== 'ok') return failureOf(result);
    return { kind: 'right', ...(result.kernel ? { compileNs: result.kernel.compileNs } : {}) };
  }

  async evaluate(
    tile: Tile,
    count: number,
    signal: AbortSignal,
    onSample: (ns: number) => void,
  ): ReturnType<Bench['evaluate']> {
    const { lab, spec } = this.#parts;
    const sampled = await lab.sample({ ...spec, params: tile }, count, signal, ({ sampleNs }) => {
      if (sampleNs !== undefined) onSample(sampleNs);
    });
    return sampled.kind === 'timed' ? { kind: 'timed', samples: sampled.samplesNs } : sampled;
  }

  /**
   * Where the default fails beside others, each is tried alone with it: a tile that takes the device away takes it from all.
   *
   * @throws DefaultTileError where the default is wrong or cannot be timed by itself.
   */
  async confirm(
    tiles: readonly Tile[],
    standard: Tile,
    trial: number,
    signal: AbortSignal,
  ): Promise<readonly Trial[]> {
    this.#parts.onTrial(tiles.length, trial);
    return this.#confirm(tiles, standard, trial, signal);
  }

  async #confirm(
    tiles: readonly Tile[],
    standard: Tile,
    trial: number,
    signal: AbortSignal,
  ): Promise<readonly Trial[]> {
    const { lab, spec, onProgress, onRecord } = this.#parts;
    const seed = (spec.seed + 1 + trial) >>> 0;
    const specs = [standard, ...tiles].map((params) => ({ ...spec, params, seed }));
    const record = await lab.compare(specs, signal, onProgress);
    const [first, ...others] = record.results;
    if (first?.status !== 'ok' || !first.timing) {
      if (first?.status !== 'failed') throw new DefaultTileError(first!);
      return this.#confirmAlone(tiles, standard, trial, signal, first);
    }
    onRecord(record);
    return others.map((result, i) => trialOf(tiles[i]!, result, i + 1, record));
  }

  /** Confirms tiles one by one; of a single one, the default by itself says whose fault it was. */
  async #confirmAlone(
    tiles: readonly Tile[],
    standard: Tile,
    trial: number,
    signal: AbortSignal,
    { reason = 'It gave no time.' }: Result,
  ): Promise<readonly Trial[]> {
    const { lab, spec, onProgress } = this.#parts;
    if (tiles.length > 1) {
      const trials: Trial[] = [];
      for (const tile of tiles) trials.push(...(await this.#confirm([tile], standard, trial, signal)));
      return trials;
    }
    const alone = await lab.run({ ...spec, params: standard }, signal, onProgress);
    if (alone.status !== 'ok' || !alone.timing) throw new DefaultTileError(alone);
    return tiles.map((tile) => ({ kind: 'failed', cause: 'run', reason, tile }));
  }
}

const SILENT = (): void => undefined;

function trialOf(tile: Tile, result: Result, index: number, { comparisons }: RecordFile): Trial {
  const comparison = comparisons.find(({ b }) => b === index);
  if (result.status !== 'ok' || !result.timing || !comparison) return { ...failureOf(result), tile };
  const { medianNs, samplesNs } = result.timing;
  const { ratio, ciLow, ciHigh, verdict } = comparison;
  return { kind: 'compared', tile, medianNs, samples: samplesNs.length, ratio, ciLow, ciHigh, verdict };
}

function failureOf({ status, reason = 'It gave no time.', kernel }: Result): TileFailure {
  // What was never loaded has no time of compiling.
  const compiled = kernel !== undefined && kernel.compileNs > 0;
  const cause = status === 'wrong' ? 'wrong' : compiled ? 'run' : 'compile';
  return { kind: 'failed', cause, reason };
}
