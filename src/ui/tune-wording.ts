import type { Spec } from '../io/spec.ts';
import { type Tile, tileText } from '../kernels/tile.ts';
import type { Confirmed } from '../tune/journal.ts';
import { tileKey } from '../tune/ledger.ts';
import type { Tuned } from '../tune/tuner.ts';
import type { Winner } from '../tune/winners.ts';
import { plural, significant } from './figures.ts';
import { wonWith } from './winner-wording.ts';

/** What a search found, in a sentence. @param goOn says how one goes on that had too little time. */
export function tuneHeadline({ confirmed, finalists, finals }: Tuned, kernel: string, goOn: string): string {
  if (confirmed) {
    const beyond =
      confirmed.verdict === 'FASTER' ? 'FASTER' : 'faster, within what noise could do to one pair';
    return (
      `Winner: ${kernel} takes ${ratioText(confirmed)} of its default’s time: ${beyond}, ` +
      `in ${plural(confirmed.samples, 'round')} on fresh data after it was chosen as FASTER.`
    );
  }
  const [first] = finalists;
  if (!first) return `No winner: no tile but the default could be timed in time; ${goOn}.`;
  const again = finals.at(-1);
  return again
    ? `The default stays: ${plural(finals.length, 'finalist')} looked FASTER, and measured again ${finals.length === 1 ? 'takes' : 'the last takes'} ${ratioText(again)} of its time.`
    : `The default stays: no finalist is FASTER than it (the best takes ${ratioText(first)} of its time).`;
}

/** A ratio with its interval: `0.840 [0.830, 0.851]`. */
export const ratioText = ({ ratio, ciLow, ciHigh }: Pick<Confirmed, 'ratio' | 'ciLow' | 'ciHigh'>): string =>
  `${significant(ratio)} [${significant(ciLow)}, ${significant(ciHigh)}]`;

/** The parameters in which a tile differs from the default: `BM=64 BN=32`. */
export const changedText = (tile: Tile, standard: Tile): string =>
  tileText(Object.fromEntries(Object.entries(tile).filter(([name, value]) => standard[name] !== value)), ' ');

/** That a better tile than the one that was found is kept, in a sentence. */
export const betterText = (better: Winner): string =>
  `It is not kept: this browser has a tile for products like this that gains more, ` +
  `${wonWith(better)}, which takes ${ratioText(better)} of its default’s time.`;

/** Which tile `auto` takes once a search has ended, in a sentence. @param found the kernel and tile that were found. */
export function takenText(taken: Pick<Spec, 'kernel' | 'params'>, found: typeof taken): string {
  const isFound = taken.kernel === found.kernel && tileKey(taken.params) === tileKey(found.params);
  if (isFound) return 'auto takes this tile for products like this from now on.';
  const isDefault = Object.keys(taken.params).length === 0;
  return `auto takes ${isDefault ? `${taken.kernel} at its default` : wonWith(taken)} for products like this.`;
}

/** In the place of {@link takenText} where it may hold no more. */
export const OVERTAKEN = 'The winners of this browser have changed since: the card says what auto runs.';

/** Why tiles fail, in words. */
export const CAUSES = {
  compile: 'did not compile',
  run: 'did not run',
  wrong: 'WRONG result',
  timeout: 'too slow to time',
} as const;

/** What UNCLEAR means of a finalist. */
export const UNCLEAR_FINALIST =
  'UNCLEAR: the interval is neither wholly beyond the margin (1 %, or the noise of the ratio) nor wholly inside it.';
