import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Winner, Winners, WinnersError } from '../src/tune/winners.ts';
import { UsageError } from './usage-error.ts';
import { whyUnwritable } from './why-unwritable.ts';

const HINT = 'A store of winners is what tune writes, and tune --export.';

/**
 * Reads a store of winners.
 *
 * @returns an empty store where there is no such file.
 * @throws UsageError if the file cannot be read as a store.
 */
export async function loadWinners(path: string): Promise<Winners> {
  const text = await readIfThere(path);
  return text === undefined ? new Winners() : parseWinners(path, text);
}

/** Reads a store that must be there. @throws UsageError if it is not, or is no store. */
export async function importWinners(path: string): Promise<Winners> {
  const text = await readIfThere(path);
  if (text === undefined) throw new UsageError(`There is no file ${path}.`, HINT);
  return parseWinners(path, text);
}

/**
 * Adds a winner to a store's file, beside what others have written there meanwhile, unless a better one is there.
 *
 * @returns whether it was added.
 * @throws UsageError if the file is no store, or cannot be written.
 */
export async function addWinner(path: string, winner: Winner): Promise<boolean> {
  const store = await loadWinners(path);
  const isAdded = store.add(winner);
  await saveWinners(path, store);
  return isAdded;
}

/**
 * Sees before a search that its winner can be kept.
 *
 * @throws UsageError if the file is no store, or cannot be written.
 */
export async function checkStore(path: string): Promise<void> {
  await loadWinners(path);
  const reason = await whyUnwritable(path, 'are-made');
  if (reason !== undefined) throw unwritable(path, reason);
}

/** Writes a store, whole or not at all. @throws UsageError if it cannot be written. */
export async function saveWinners(path: string, store: Winners): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(part, `${JSON.stringify(store.export(), undefined, 2)}\n`);
    await rename(part, path);
  } catch (error) {
    throw unwritable(path, (error as Error).message);
  }
}

const unwritable = (path: string, reason: string): UsageError =>
  new UsageError(
    `The store of winners ${path} cannot be written: ${reason}.`,
    'Name another one, or none: --winners FILE|none',
  );

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UsageError(`${path} cannot be read: ${message}.`, HINT);
  }
}

function parseWinners(path: string, text: string): Winners {
  try {
    return Winners.parse(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof WinnersError) && !(error instanceof SyntaxError)) throw error;
    throw new UsageError(`${path} is no store of winners. ${error.message}`, HINT);
  }
}
