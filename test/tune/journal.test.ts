import { describe, expect, test } from 'vitest';
import { JournalError, type JournalEntry, parseJournal } from '../../src/tune/journal.ts';
import { Ledger } from '../../src/tune/ledger.ts';
import { t4File } from '../../src/tune/t4.ts';

const JOURNAL: readonly JournalEntry[] = [
  { kind: 'verified', at: 1, tile: { BM: 64, BN: 32 }, compileNs: 5e6 },
  { kind: 'sample', at: 2, tile: { BN: 32, BM: 64 }, ns: 2e6 },
  { kind: 'sample', at: 3, tile: { BM: 64, BN: 32 }, ns: 4e6 },
  { kind: 'failed', at: 4, tile: { BM: 128, BN: 32 }, cause: 'wrong', reason: 'an output is wrong' },
  { kind: 'sample', at: 5, tile: { BM: 64, BN: 32 }, ns: 3e6 },
  { kind: 'failed', at: 6, tile: { BM: 16, BN: 32 }, cause: 'run', reason: 'the device was lost' },
];

describe('parseJournal', () => {
  test('reads what was written', () => {
    expect(parseJournal(JSON.parse(JSON.stringify(JOURNAL)))).toEqual(JOURNAL);
  });

  test('names what is wrong', () => {
    expect(() => parseJournal([{ ...JOURNAL[1], ns: -1 }])).toThrow(JournalError);
    expect(() => parseJournal([{ ...JOURNAL[1], ns: -1 }])).toThrow('[0].ns is -1');
    expect(() => parseJournal([{ kind: 'guess' }])).toThrow('kind');
    expect(() => parseJournal({})).toThrow('must be a list');
  });
});

test('a ledger knows a tile whatever the order of its parameters', () => {
  const ledger = new Ledger(JOURNAL);
  expect(ledger.of({ BN: 32, BM: 64 })).toEqual({
    verified: true,
    samples: [2e6, 4e6, 3e6],
    failure: undefined,
  });
  expect(ledger.of({ BM: 64, BN: 64 })).toEqual({ verified: false, samples: [], failure: undefined });
  expect(ledger.failures().map(({ count }) => count)).toEqual([1, 1]);
});

test('a T4 file has one result for each tile, in milliseconds', () => {
  const { schema_version, results } = t4File(JOURNAL);
  expect(schema_version).toBe('1.0.0');
  expect(results).toHaveLength(3);
  expect(results[0]).toMatchObject({
    configuration: { BM: 64, BN: 32 },
    times: { runtimes: [2, 4, 3], compilation_time: 5 },
    invalidity: 'correct',
    correctness: 1,
    measurements: [{ name: 'time', value: 3, unit: 'ms' }],
  });
  expect(results[1]).toMatchObject({ invalidity: 'correctness', correctness: 0, measurements: [] });
  expect(results[2]).toMatchObject({ invalidity: 'runtime', correctness: 0 });
});

test('a T4 file keeps to the schema of its results', () => {
  // Required by results-schema.json 1.0.0, and the words it allows.
  for (const result of t4File(JOURNAL).results) {
    expect(Object.keys(result)).toEqual(
      expect.arrayContaining(['configuration', 'times', 'invalidity', 'correctness']),
    );
    expect(['timeout', 'compile', 'runtime', 'correctness', 'constraints', 'correct']).toContain(
      result.invalidity,
    );
  }
});
