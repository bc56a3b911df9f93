import type { RecordFile } from '../src/io/record.ts';
import { readRecord, RECORD_HINT } from './read-record.ts';
import { recordedText } from './report/recorded-text.ts';
import { UsageError } from './usage-error.ts';

/**
 * Puts the times of record files beside each other, the first right result of each. They were not taken in the same rounds, so
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
    const timed = results.find(({ status, timing }) => status === 'ok' && timing !== undefined);
    if (!timed) throw new UsageError(`${path} holds no time of a right result.`, RECORD_HINT);
    record.results.push({ ...timed, environment: record.environments.length });
    record.environments.push(environments[timed.environment]!);
  }
  return { record, text: recordedText(record) };
}
