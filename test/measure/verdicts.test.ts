import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/io/record.ts';
import { compareTimes } from '../../src/measure/compare-times.ts';
import { type Pair, type Stream, STREAMS } from './streams.ts';

/** For the rate of false verdicts. */
const PAIRS = 200;
/** For how many differences are found. */
const FEWER = 50;

const judge = ({ a, b, resolutionNs }: Pair): ReturnType<typeof compareTimes> & object =>
  compareTimes(a, b, { a: resolutionNs, b: resolutionNs })!;

function count(stream: Stream, ratio: number, pairs = FEWER): Record<Comparison['verdict'], number> {
  const counts = { FASTER: 0, SLOWER: 0, SAME: 0, UNCLEAR: 0 };
  for (let seed = 0; seed < pairs; seed++) counts[judge(stream(ratio, 1000 + seed)).verdict]++;
  return counts;
}

const KINDS = Object.entries(STREAMS);

describe.each(KINDS)('with noise of the kind %s', (kind, stream) => {
  test('a kernel against itself is told apart in at most 5 % of 200 pairs', () => {
    const { FASTER, SLOWER } = count(stream, 1, PAIRS);
    expect(FASTER + SLOWER).toBeLessThanOrEqual(0.05 * PAIRS);
  });

  test('20 % more work is never called faster or the same, nor 20 % less the opposite', () => {
    const more = count(stream, 1.2);
    const less = count(stream, 1 / 1.2);
    expect([more.FASTER, more.SAME, less.SLOWER, less.SAME]).toEqual([0, 0, 0, 0]);
    // 12 % of noise leaves 40 rounds unsure; all else is told.
    if (kind !== 'noisy') {
      expect(more.SLOWER).toBeGreaterThanOrEqual(0.98 * FEWER);
      expect(less.FASTER).toBeGreaterThanOrEqual(0.98 * FEWER);
    }
  });

  test('the interval of the ratio holds the truth in at least nine pairs of ten', () => {
    const held = Array.from({ length: FEWER }, (_, seed) => judge(stream(1.05, seed))).filter(
      ({ ciLow, ciHigh }) => ciLow <= 1.05 && 1.05 <= ciHigh,
    );
    expect(held.length).toBeGreaterThanOrEqual(0.9 * FEWER);
  });
});

test.each(KINDS.filter(([kind]) => kind !== 'noisy'))(
  'with noise of the kind %s, 5 % more work is found in nine pairs of ten',
  (_, stream) => {
    const { SLOWER, FASTER, SAME } = count(stream, 1.05);
    expect(SLOWER).toBeGreaterThanOrEqual(0.9 * FEWER);
    expect([FASTER, SAME]).toEqual([0, 0]);
  },
);

test('a kernel against itself is called the same where the noise is 1 %, mostly', () => {
  expect(count(STREAMS.normal, 1).SAME).toBeGreaterThanOrEqual(0.8 * FEWER);
});

test('a judge without margin would fail: its intervals leave out a ratio of 1 in some pairs', () => {
  // The control of the first test above: intervals hold the truth 95 times in 100, and no more.
  const missed = Array.from({ length: PAIRS }, (_, seed) => judge(STREAMS.normal(1, seed))).filter(
    ({ ciLow, ciHigh }) => ciLow > 1 || ciHigh < 1,
  );
  expect(missed.length).toBeGreaterThan(0);
  expect(missed.length).toBeLessThan(0.12 * PAIRS);
});

test('without pairing by rounds a drift would be taken for a difference', () => {
  const { a } = STREAMS.drift(1, 1);
  const { b } = STREAMS.drift(1, 2);
  // The second half of b against the first half of a, as if one had run after the other.
  expect(judge({ a: a.slice(0, 20), b: b.slice(20), resolutionNs: 0 }).verdict).toBe('SLOWER');
});
