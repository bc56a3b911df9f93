import { expect, test } from 'vitest';
import type { Comparison, RecordFile, Result } from '../../src/io/record.ts';
import { DEFAULT_SPEC } from '../../src/io/spec.ts';
import { comparisonTable } from '../../src/ui/comparison-rows.ts';
import { endedResult, HARDWARE, okResult } from './fake-lab.ts';

const record = (results: readonly Result[], comparisons: readonly Comparison[]): RecordFile => ({
  schemaVersion: 1,
  environments: [HARDWARE],
  results: [...results],
  comparisons: [...comparisons],
});

const SPECS = ['gemv', 'skinny', 'naive'].map((kernel) => ({ ...DEFAULT_SPEC, kernel }));
const FASTER: Comparison = {
  a: 0,
  b: 1,
  ratio: 0.5,
  ciLow: 0.48,
  ciHigh: 0.52,
  marginPct: 1,
  verdict: 'FASTER',
};

test('a comparison shows what differs alone, each time with its interval, and the verdict with its margin', () => {
  const { head, rows, notes } = comparisonTable(
    record(
      SPECS.slice(0, 2).map((spec) => okResult(spec)),
      [FASTER],
    ),
  );
  expect(head).toEqual([
    '',
    'kernel',
    'result',
    'time [95 % interval] and cache',
    'time ÷ A’s [interval]',
    'against A',
  ]);
  expect(rows).toEqual([
    ['A', 'gemv', 'Verified', '312 µs [312, 313] hot', '1', 'the first'],
    ['B', 'skinny', 'Verified', '312 µs [312, 313] hot', '0.500 [0.480, 0.520]', 'FASTER (margin 1.0 %)'],
  ]);
  expect(notes).toEqual([]);
});

test('the share of the roof that binds has a column where peaks are known, and each time its own cache', () => {
  const [first, second] = SPECS.slice(0, 2).map((spec) => okResult(spec));
  const derived = {
    ...first!.derived!,
    percentOfPeak: { value: 62.51, kind: 'modelled' as const },
    boundBy: 'memory',
  };
  const timing = { ...second!.timing!, cache: 'cold' as const };
  const { head, rows } = comparisonTable(
    record(
      [
        { ...first!, derived },
        { ...second!, timing },
      ],
      [FASTER],
    ),
  );
  expect(head.slice(2, 5)).toEqual(['result', 'time [95 % interval] and cache', 'of its roof']);
  expect(rows.map((row) => row.slice(3, 6))).toEqual([
    ['312 µs [312, 313] hot', '62.5 % of memory', '1'],
    ['312 µs [312, 313] cold', '', '0.500 [0.480, 0.520]'],
  ]);
});

test('an unclear comparison says what to do, and what has no time says why', () => {
  const unclear: Comparison = { ...FASTER, verdict: 'UNCLEAR', ciLow: 0.9, ciHigh: 1.1 };
  const results = [
    okResult(SPECS[0]),
    okResult(SPECS[1]),
    endedResult('unsupported', 'WX is 4096, and must be 1 to 1024', SPECS[2]),
  ];
  const { rows, notes } = comparisonTable(record(results, [unclear]));
  expect(rows[2]).toEqual(['C', 'naive', 'This configuration cannot run', 'no time', '', '']);
  expect(notes[0]).toMatch(/^B is unclear\. More rounds would tell/);
  expect(notes[1]).toBe('C: This configuration cannot run. WX is 4096, and must be 1 to 1024.');
});

test('an experiment against itself says how large the noise is', () => {
  const same: Comparison = {
    ...FASTER,
    ratio: 1,
    ciLow: 1 / 1.02,
    ciHigh: 1.005,
    marginPct: 3,
    verdict: 'SAME',
  };
  const { rows, notes } = comparisonTable(record([okResult(), okResult()], [same]));
  expect(rows[1]!.at(-1)).toBe('SAME (margin 3.0 %)');
  expect(notes).toEqual(['B is A once more. Noise floor: 2.0 %; a difference is called one beyond 3.00 %.']);
});

test('tie groups are counted from the fastest', () => {
  const { head, rows } = comparisonTable(
    record(
      SPECS.map((spec) => okResult(spec)),
      [
        { ...FASTER, tieGroup: -1 },
        { ...FASTER, b: 2, verdict: 'SAME', tieGroup: 0 },
      ],
    ),
  );
  expect(head.at(-1)).toBe('tie group');
  expect(rows.map((row) => row.at(-1))).toEqual(['2', '1', '2']);
});

test('rounds that are too few to judge how they depend on each other are told of, once', () => {
  const results = SPECS.slice(0, 2).map((spec) => okResult(spec));
  const few = results.map((result) => ({
    ...result,
    timing: { ...result.timing!, dependence: 'not judged' as const },
  }));
  const notes = comparisonTable(record(few, [FASTER])).notes.filter((note) =>
    note.includes('Fewer than 20 rounds'),
  );
  expect(notes).toHaveLength(1);
});
