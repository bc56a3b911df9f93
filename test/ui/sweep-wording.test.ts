import { expect, test } from 'vitest';
import type { FormatPoint } from '../../src/lab/format-points.ts';
import type { SweepOutcome } from '../../src/lab/sweep.ts';
import { cacheText, frontRows } from '../../src/ui/sweep-wording.ts';
import { endedResult, okResult } from './fake-lab.ts';

const right = (cache: 'hot' | 'cold'): SweepOutcome => {
  const result = okResult();
  return { at: { m: '1' }, outcome: { ...result, timing: { ...result.timing!, cache } } };
};
const WITHOUT: readonly SweepOutcome[] = [
  { at: { m: '2' }, outcome: endedResult('unsupported', 'WX is 4096') },
  { at: { m: '3' }, outcome: { rejected: 'm is 3000000' } },
];

test.each([
  [[right('cold'), ...WITHOUT, right('cold')], 'All times are with a cold cache.'],
  [
    [right('hot'), ...WITHOUT, right('cold')],
    'Some times are with a hot cache and some with a cold one; the list of points says which.',
  ],
  [WITHOUT, ''],
])('the caches of a sweep, case %#', (outcomes, says) => {
  expect(cacheText(outcomes)).toBe(says);
});

test('the time of a format stands beside its own cache where points are given', () => {
  const formats: readonly FormatPoint[] = [
    { format: 'int4-g32', point: 3, medianNs: 312_300, weightBytes: 1280, relRmse: 0, onFront: true },
    { format: 'nf4-g32', point: 0, medianNs: 400_000, weightBytes: 1280, relRmse: 0.08, onFront: false },
  ];
  const outcomes = [right('hot'), ...WITHOUT, right('cold')];
  expect(frontRows(formats, outcomes).map(([, time]) => time)).toEqual(['312 µs cold', '400 µs hot']);
  expect(frontRows(formats).map(([, time]) => time)).toEqual(['312 µs', '400 µs']);
});
