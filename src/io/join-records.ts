import type { Environment, RecordFile } from './record.ts';

/** Records of one machine as one: their results follow each other, and comparisons point at them. */
export function joinRecords(environment: Environment, records: readonly RecordFile[]): RecordFile {
  const all: RecordFile = { schemaVersion: 1, environments: [environment], results: [], comparisons: [] };
  for (const { results, comparisons } of records) {
    const before = all.results.length;
    all.results.push(...results.map((result) => ({ ...result, environment: 0 })));
    all.comparisons.push(...comparisons.map((pair) => ({ ...pair, a: pair.a + before, b: pair.b + before })));
  }
  return all;
}
