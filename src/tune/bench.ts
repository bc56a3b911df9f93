import type { Tile } from '../kernels/tile.ts';
import type { Confirmed, FailureCause } from './journal.ts';

/** Why a tile is out. */
export interface TileFailure {
  readonly kind: 'failed';
  readonly cause: FailureCause;
  readonly reason: string;
}

/** A tile under the full protocol, compared with the default in the same rounds. */
export type Compared = Omit<Confirmed, 'kind' | 'at'> & { readonly kind: 'compared' };

/** What became of comparing a tile with the default. */
export type Trial = Compared | (TileFailure & { readonly tile: Tile });

/** A tile that gives the right result. */
export interface TileRight {
  readonly kind: 'right';
  /** What compiling it took, where that is known [ns]. */
  readonly compileNs?: number;
}

/** What measures; each call runs to its end or throws, and but for samples nothing of it counts before it has returned. */
export interface Bench {
  /** Checks a small product with this tile. */
  verify(tile: Tile, signal: AbortSignal): Promise<TileRight | TileFailure>;
  /**
   * Takes `count` samples of a tile's time [ns per dispatch].
   *
   * @param onSample may be told the first of them before the call returns all: those outlive an interruption.
   */
  evaluate(
    tile: Tile,
    count: number,
    signal: AbortSignal,
    onSample: (ns: number) => void,
  ): Promise<{ readonly kind: 'timed'; readonly samples: readonly number[] } | TileFailure>;
  /**
   * Measures tiles under the full protocol, in the same rounds as the default.
   *
   * @param trial counts these calls from 0: each has data that neither the search nor another call has seen.
   * @throws where the default itself cannot be measured.
   */
  confirm(
    tiles: readonly Tile[],
    standard: Tile,
    trial: number,
    signal: AbortSignal,
  ): Promise<readonly Trial[]>;
}
