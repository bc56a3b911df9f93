import { parseRecord, RecordError, type RecordFile } from '../io/record.ts';
import { breather } from './breather.ts';

/** A record file that was read. */
export interface LoadedRecord {
  readonly name: string;
  readonly record: RecordFile;
}

/** Reads the record files that an input was given. @returns them, and a sentence for each that is none. */
export async function readRecordFiles(
  files: Iterable<File>,
): Promise<{ readonly loaded: readonly LoadedRecord[]; readonly problems: readonly string[] }> {
  const loaded: LoadedRecord[] = [];
  const problems: string[] = [];
  const breathe = breather();
  for (const file of files) {
    try {
      await breathe();
      loaded.push({ name: file.name, record: parseRecord(JSON.parse(await file.text())) });
    } catch (error) {
      problems.push(`${file.name} is no record. ${reasonOf(error)}`);
    }
  }
  return { loaded, problems };
}

const reasonOf = (error: unknown): string =>
  error instanceof RecordError ? error.message : `It is not JSON: ${String(error)}.`;
