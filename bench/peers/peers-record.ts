import type { Comparison, Environment } from '../../src/io/record.ts';
import type { Counterpart } from './fair-pairs.ts';
import type { OutputError } from './output-error.ts';
import type { ProductTiming } from './time-contenders.ts';

/** What to compare: every combination of M, group and activation type. */
export interface PeersOptions {
  readonly m: readonly number[];
  readonly n: number;
  readonly k: number;
  /** An element or a preset, as a spec names it. */
  readonly format: string;
  readonly groups: readonly number[];
  readonly activations: readonly ('f32' | 'f16')[];
  /** Times that each contender is timed. */
  readonly rounds: number;
  /** Of weights, activations and the order in rounds. */
  readonly seed: number;
  readonly adapter: 'auto' | 'hardware' | 'software';
}

/** One contender's side of a row. */
export interface Side {
  readonly error: OutputError;
  readonly timing?: ProductTiming;
}

/** Our side. */
export interface OurSide extends Side {
  readonly variant: string;
  readonly params: Readonly<Record<string, number>>;
  /** Largest error ÷ its bound, against the product that the kernel is to compute; at most 1 where it is right. */
  readonly boundRatio: number;
  /** Every variant that takes the problem, with the best of a few times of one product at its default tile [ns]. */
  readonly candidates: readonly { readonly variant: string; readonly ns: number }[];
}

/** Their side. */
export interface PeerSide extends Side {
  /** The kernels that it ran, by the names that it gives them. */
  readonly kernels: readonly string[];
  /** Errors above this share of max |C| are called wrong. */
  readonly tolerance: number;
}

/** One product by one peer and by our best variant. */
export interface PeerRow {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** The format's short name. */
  readonly format: string;
  readonly activation: 'f32' | 'f16';
  readonly peer: { readonly id: string; readonly library: string; readonly setting: string };
  readonly claim?: Counterpart['claim'];
  /**
   * `compared`: both are right and timed. `peer-wrong`: theirs is out of its tolerance. `ours-wrong`: ours is. `not-comparable`: there is
   * no fair pair, or no kernel of ours for it. `peer-failed`: it did not load or run. `ours-failed`: ours did not. `untimed`: no time of either.
   */
  readonly status:
    'compared' | 'peer-wrong' | 'ours-wrong' | 'not-comparable' | 'peer-failed' | 'ours-failed' | 'untimed';
  /** For users, where the status is not `compared`. */
  readonly reason?: string;
  readonly ours?: OurSide;
  readonly theirs?: PeerSide;
  /** Our time ÷ theirs, round by round; `marginPct` and `verdict` are of ours against theirs. */
  readonly ratio?: Omit<Comparison, 'a' | 'b' | 'tieGroup'>;
}

/** What `peers` writes as JSON. */
export interface PeersRecord {
  readonly schemaVersion: 1;
  readonly environment: Environment;
  readonly options: PeersOptions;
  readonly rows: readonly PeerRow[];
}
