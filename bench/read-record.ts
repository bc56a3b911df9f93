import { readFile } from 'node:fs/promises';
import { parseRecord, RecordError, type RecordFile } from '../src/io/record.ts';
import { UsageError } from './usage-error.ts';

/** What to do about a file that is no record, or lacks what is wanted of it. */
export const RECORD_HINT = 'Record files are what --json writes.';

/** Reads a record file. @throws UsageError if it cannot be read, or is no record. */
export async function readRecord(path: string): Promise<RecordFile> {
  try {
    return parseRecord(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const reason =
      error instanceof RecordError ? error.message : `It cannot be read: ${(error as Error).message}.`;
    throw new UsageError(`${path} is no record file. ${reason}`, RECORD_HINT);
  }
}
