import { Winners, WinnersError } from '../tune/winners.ts';
import type { Kept } from './kept.ts';

const NAME = 'winners';

/** The winners that a browser keeps; none where they cannot be read. */
export function keptWinners(kept: Kept): Winners {
  try {
    const value = kept.read(NAME);
    return value === undefined ? new Winners() : Winners.parse(value);
  } catch (error) {
    if (error instanceof WinnersError) return new Winners();
    throw error;
  }
}

/** @returns whether the browser keeps them. */
export const keepWinners = (kept: Kept, winners: Winners): boolean => kept.write(NAME, winners.export());
