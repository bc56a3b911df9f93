import { Winners, WinnersError } from '../tune/winners.ts';
import type { Kept } from './kept.ts';

const NAME = 'winners';
/** What stores that could not be read are kept below, once others have taken their place. */
const ASIDE = 'winners-aside/';
/** Digits of their numbers. */
const DIGITS = 4;

/** The text of a store of winners that a browser keeps and that is not used, since it could not be read. */
export interface UnreadWinners {
  /** Under which it is kept. */
  readonly name: string;
  readonly text: string;
  /** Why, in a sentence; `undefined` of one that can be read by now. */
  readonly reason: string | undefined;
}

/** The winners in a text. @throws WinnersError saying what is wrong with it. */
export function parseWinners(text: string): Winners {
  try {
    return Winners.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof WinnersError) throw error;
    throw new WinnersError(`It is not JSON: ${String(error)}.`);
  }
}

/** The winners that a browser keeps; none where they cannot be read. */
export function keptWinners(kept: Kept): Winners {
  const text = kept.text(NAME);
  const reading = text === undefined ? undefined : readingOf(text);
  return reading instanceof Winners ? reading : new Winners();
}

/** Keeps winners; a store in their place that cannot be read is kept aside. @returns whether the browser keeps all that. */
export function keepWinners(kept: Kept, winners: Winners): boolean {
  const text = kept.text(NAME);
  const isLost = text !== undefined && reasonOf(text) !== undefined && !keepAside(kept, text);
  return !isLost && kept.write(NAME, winners.export());
}

/** The stores that could not be read: those that others took the place of, then the one that the next will. */
export function unreadWinners(kept: Kept): readonly UnreadWinners[] {
  const aside = kept.names(ASIDE).flatMap((name) => {
    const text = kept.read(name);
    return typeof text === 'string' ? [{ name, text, reason: reasonOf(text) }] : [];
  });
  const text = kept.text(NAME);
  const reason = text === undefined ? undefined : reasonOf(text);
  return text === undefined || reason === undefined ? aside : [...aside, { name: NAME, text, reason }];
}

function keepAside(kept: Kept, text: string): boolean {
  const last = kept.names(ASIDE).at(-1) ?? `${ASIDE}0`;
  const number = Number(last.slice(ASIDE.length)) + 1;
  return kept.write(`${ASIDE}${String(number).padStart(DIGITS, '0')}`, text);
}

/** Why a text is no store of winners, if it is none. */
function reasonOf(text: string): string | undefined {
  const reading = readingOf(text);
  return reading instanceof WinnersError ? reading.message : undefined;
}

function readingOf(text: string): Winners | WinnersError {
  try {
    return parseWinners(text);
  } catch (error) {
    if (error instanceof WinnersError) return error;
    throw error;
  }
}
