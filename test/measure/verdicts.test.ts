import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/io/record.ts';
import { compareTimes } from '../../src/measure/compare-times.ts';
import { LEAST_MARGIN } from '../../src/measure/margin.ts';
import { RatioEvidence } from '../../src/measure/ratio-evidence.ts';
import { pairRounds } from '../../src/measure/round-pairs.ts';
import { type Pair, type Stream, STREAMS } from './streams.ts';

/** For the rate of false verdicts. */
const PAIRS = 200;
/** For how many differences are found. */
const FEWER = 50;
/** Rounds that a protocol takes where a verdict is open, and more. */
const SOME_ROUNDS = 80;

const judge = ({ a, b, resolutionNs }: Pair): ReturnType<typeof compareTimes> & object =>
  compareTimes(a, b, { a: resolutionNs, b: resolutionNs })!;

function count(stream: Stream, ratio: number, pairs = FEWER): Record<Comparison['verdict'], number> {
  const counts = { FASTER: 0, SLOWER: 0, SAME: 0, UNCLEAR: 0 };
  for (let seed = 0; seed < pairs; seed++) counts[judge(stream(ratio, 1000 + seed, SOME_ROUNDS)).verdict]++;
  return counts;
}

const KINDS = Object.entries(STREAMS);

describe.each(KINDS)('with noise of the kind %s', (kind, stream) => {
  test('a kernel against itself is told apart in at most one of 200 pairs', () => {
    const { FASTER, SLOWER } = count(stream, 1, PAIRS);
    expect(FASTER + SLOWER).toBeLessThanOrEqual(1);
  });

  test('20 % more work is never called faster or the same, nor 20 % less the opposite', () => {
    const more = count(stream, 1.2);
    const less = count(stream, 1 / 1.2);
    expect([more.FASTER, more.SAME, less.SLOWER, less.SAME]).toEqual([0, 0, 0, 0]);
    // 12 % of noise leaves 80 rounds unsure; all else is told.
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

test('a kernel against itself is called the same where the noise is 1 %, mostly, after 120 rounds', () => {
  const same = Array.from({ length: FEWER }, (_, seed) => judge(STREAMS.normal(1, seed, 120)).verdict).filter(
    (verdict) => verdict === 'SAME',
  );
  expect(same.length).toBeGreaterThanOrEqual(0.8 * FEWER);
});

test('a judge by the interval of a single look would fail, if it looked again and again', () => {
  const told = Array.from({ length: PAIRS }, (_, seed) => STREAMS.noisy(1, seed, 200)).filter(({ a, b }) =>
    Array.from({ length: 24 }, (_, look) => Math.round(15 * (9 / 8) ** look)).some((rounds) => {
      const evidence = new RatioEvidence(pairRounds(a.slice(0, rounds), b.slice(0, rounds)).logRatios);
      return Math.abs(evidence.centre) > evidence.noise + LEAST_MARGIN;
    }),
  );
  expect(told.length).toBeGreaterThan(0.05 * PAIRS);
});

test('without pairing by rounds a drift would be taken for a difference', () => {
  const { a } = STREAMS.drift(1, 1);
  const { b } = STREAMS.drift(1, 2);
  // The second half of b against the first half of a, as if one had run after the other.
  expect(judge({ a: a.slice(0, 20), b: b.slice(20), resolutionNs: 0 }).verdict).toBe('SLOWER');
});
