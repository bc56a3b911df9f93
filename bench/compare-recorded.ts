import { readFile } from 'node:fs/promises';
import { parseRecord, RecordError, type RecordFile } from '../src/io/record.ts';
import { recordedText } from './report/recorded-text.ts';
import { UsageError } from './usage-error.ts';

const HINT = 'Record files are what --json writes.';

/**
 * Puts the times of record files beside each other, the first result of each. They were not taken in the same rounds, so
 * there are no verdicts.
 *
 * @throws UsageError if a file is no record, or holds no time.
 */
export async function compareRecorded(
  paths: readonly string[],
): Promise<{ readonly record: RecordFile; readonly text: string }> {
  const record: RecordFile = { schemaVersion: 1, environments: [], results: [], comparisons: [] };
  for (const path of paths) {
    const { environments, results } = await readRecord(path);
    const timed = results.find(({ timing }) => timing !== undefined);
    if (!timed) throw new UsageError(`${path} holds no time.`, HINT);
    record.results.push({ ...timed, environment: record.environments.length });
    record.environments.push(environments[timed.environment]!);
  }
  return { record, text: recordedText(record) };
}

async function readRecord(path: string): Promise<RecordFile> {
  try {
    return parseRecord(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const reason =
      error instanceof RecordError ? error.message : `It cannot be read: ${(error as Error).message}.`;
    throw new UsageError(`${path} is no record file. ${reason}`, HINT);
  }
}
