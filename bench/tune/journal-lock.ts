import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { UsageError } from '../usage-error.ts';
import { unwritableJournal } from './unwritable-journal.ts';

/** Who holds a lock: a process, and its machine, for folders are shared. */
interface Holder {
  readonly pid: number;
  readonly host: string;
}

/**
 * Keeps a journal to one process: two that write into it would spoil both searches. A file beside the journal names the process;
 * that of one which is gone, as after a crash, is taken over.
 *
 * @returns lets go of it; safe to call twice.
 * @throws UsageError that names the process which searches already, or says why the lock cannot be written.
 */
export function lockJournal(journal: string): () => void {
  const path = `${journal}.lock`;
  const own = `${JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder)}\n`;
  if (!tryWrite(path, own, journal)) {
    const found = textOf(path);
    const holder = holderIn(found);
    if (!holder || mayLive(holder)) throw busy(path, journal, holder);
    putAway(path, found);
    if (!tryWrite(path, own, journal)) throw busy(path, journal, holderIn(textOf(path)));
  }
  return () => {
    if (textOf(path) === own) rmSync(path, { force: true });
  };
}

/** Writes a lock where there is none. @returns whether there was none. @throws UsageError if it cannot be written. */
function tryWrite(path: string, text: string, journal: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw unwritableJournal(journal, message);
  }
}

/** Removes the lock of a process that is gone, unless another process has put its own there meanwhile. */
function putAway(path: string, stale: string | undefined): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // Another process was faster.
  }
  if (textOf(aside) === stale) rmSync(aside);
  else renameSync(aside, path);
}

/** The process that a lock names; `undefined` where that cannot be read. */
function holderIn(text: string | undefined): Holder | undefined {
  try {
    const { pid, host } = JSON.parse(text ?? '') as Partial<Holder>;
    return Number.isInteger(pid) && typeof host === 'string' ? { pid: pid!, host } : undefined;
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whether a process may be running; of another machine that is not known. */
function mayLive({ pid, host }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function busy(path: string, journal: string, holder: Holder | undefined): UsageError {
  const named = holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
  return new UsageError(
    `${journal} is the journal of a search that ${named} is at already.`,
    `Wait for its end, or name another journal: --journal FILE. If no such process runs, delete ${path}.`,
  );
}
