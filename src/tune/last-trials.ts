import type { Tile } from '../kernels/tile.ts';
import type { Confirmed, Final } from './journal.ts';

/** Finalists that are measured again, alone, until one is the winner. */
const LAST_TRIALS = 3;

/**
 * The finalists to measure again, in that order: those that are FASTER, fastest first, but of those that cannot be told from
 * the fastest, as their ratios lie in its interval, the nearest to the default first.
 *
 * @param finalists fastest first.
 * @param standard the default.
 */
export function lastTrials(finalists: readonly Confirmed[], standard: Tile): readonly Confirmed[] {
  const faster = finalists.filter(({ verdict }) => verdict === 'FASTER');
  const tied = faster.filter(({ ratio }) => ratio <= faster[0]!.ciHigh);
  const nearest = tied.toSorted((a, b) => distance(a.tile, standard) - distance(b.tile, standard));
  return [...nearest, ...faster.slice(tied.length)].slice(0, LAST_TRIALS);
}

/** Parameters in which two tiles differ. */
export const distance = (a: Tile, b: Tile): number =>
  Object.keys(a).filter((name) => a[name] !== b[name]).length;

/**
 * Whether a second result bears out that a tile is FASTER: its whole interval says faster. The margin that noise makes was
 * cleared by the first, when it was one of many; asking for it twice would turn away what is faster on a busy machine.
 */
export const isFasterAgain = ({ verdict, ciHigh }: Final): boolean =>
  verdict === 'FASTER' || (verdict === 'UNCLEAR' && ciHigh < 1);
