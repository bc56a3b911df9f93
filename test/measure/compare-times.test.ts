import { describe, expect, test } from 'vitest';
import { normal } from '../../src/base/random.ts';
import { type Nanoseconds, nanoseconds } from '../../src/base/units.ts';
import type { Timing } from '../../src/io/record.ts';
import { compareTimes } from '../../src/measure/compare-times.ts';
import { unclearAdvice } from '../../src/measure/unclear-advice.ts';

const TIMING: Timing = {
  samplesNs: new Array<number>(20).fill(1000),
  dispatchesPerSample: 4,
  medianNs: 1000,
  ciLowNs: 1000,
  ciHighNs: 1000,
  p5Ns: 1000,
  p95Ns: 1000,
  cache: 'hot',
  converged: true,
  throttledRounds: 0,
};

/** Times around a truth, with independent noise. */
const times = (truth: number, noise: number, seed: number, count = 40): Nanoseconds[] =>
  Array.from({ length: count }, (_, i) => nanoseconds(truth * (1 + noise * normal(seed, i))));

const verdict = (a: readonly (Nanoseconds | undefined)[], b: readonly (Nanoseconds | undefined)[]): string =>
  compareTimes(a, b)!.verdict;

describe('a verdict', () => {
  test.each([
    ['FASTER', 0.9],
    ['SLOWER', 1.1],
    ['SAME', 1],
    ['SAME', 1.004],
  ])('%s where b takes %f of the time', (expected, ratio) => {
    expect(verdict(times(1000, 0.004, 1), times(1000 * ratio, 0.004, 2))).toBe(expected);
  });

  test('UNCLEAR where the noise hides the difference', () => {
    expect(verdict(times(1000, 0.2, 1), times(1015, 0.2, 2))).toBe('UNCLEAR');
  });

  test('UNCLEAR of few rounds, however clear they look', () => {
    expect(verdict(times(1000, 0, 1, 5), times(500, 0, 2, 5))).toBe('UNCLEAR');
    expect(verdict(times(1000, 0, 1, 6), times(500, 0, 2, 6))).toBe('FASTER');
  });

  test('is seldom a difference between a kernel and itself', () => {
    const verdicts = Array.from({ length: 60 }, (_, i) =>
      verdict(times(1000, 0.03, 2 * i), times(1000, 0.03, 2 * i + 1)),
    );
    expect(verdicts.filter((word) => word === 'FASTER' || word === 'SLOWER').length).toBeLessThanOrEqual(3);
  });
});

test('the ratio is the median of the ratios of the rounds, whichever rounds lack a time', () => {
  const a = [100, undefined, 100, 200, 400, 100, 100].map((time) => time && nanoseconds(time));
  const b = [110, 500, undefined, 220, 440, 110, 130].map((time) => time && nanoseconds(time));
  const comparison = compareTimes(a as Nanoseconds[], b as Nanoseconds[])!;
  expect(comparison.ratio).toBeCloseTo(1.1, 12);
  expect(comparison.marginPct).toBeGreaterThanOrEqual(1);
});

test('nothing is compared where no round has both', () => {
  expect(compareTimes([nanoseconds(1), undefined], [undefined, nanoseconds(1)])).toBeUndefined();
});

test('a time that is no number, none or without end leaves its round out', () => {
  const [a, b] = [times(1000, 0.004, 1), times(1100, 0.004, 2)];
  const odd = [NaN, Infinity, 0].map(nanoseconds);
  expect(compareTimes([...odd, ...a], [...b.slice(0, 3), ...b])).toEqual(compareTimes(a, b));
});

test('half steps of a coarse timer widen the interval', () => {
  const still = times(1000, 0, 1);
  const { ciLow, ciHigh } = compareTimes(still, still, { a: 8, b: 12 })!;
  // 4/1000 and 6/1000 on either side.
  expect([Math.log(ciLow), Math.log(ciHigh)]).toEqual([expect.closeTo(-0.01, 12), expect.closeTo(0.01, 12)]);
});

test('noise that both share in a round hides nothing', () => {
  const shaky = (ratio: number): Nanoseconds[] =>
    times(1000, 0.004, ratio * 10).map((time, i) => nanoseconds(time * ratio * (1 + 0.3 * Math.sin(7 * i))));
  const { verdict: word, marginPct } = compareTimes(shaky(1), shaky(1.1))!;
  expect(marginPct).toBeCloseTo(1, 12);
  expect(word).toBe('SLOWER');
});

test('nothing is called the same by a margin that noise has widened, and nothing different inside it', () => {
  for (const ratio of [1, 1.05]) {
    const { verdict: word, marginPct } = compareTimes(times(1000, 0.2, 1), times(1000 * ratio, 0.2, 2))!;
    expect(marginPct).toBeGreaterThan(5);
    expect(word).toBe('UNCLEAR');
  }
});

test('the margin is the noise of the ratio: half of its interval of 95 %, where that is more than 1 %', () => {
  // Of normal noise of 2 % each in 400 rounds: 1.96 · √2 · 2 % · √1.16 / √400, and what dependence that is not there seems to add.
  const margins = Array.from({ length: 20 }, (_, seed) => {
    const [a, b] = [times(1000, 0.08, 2 * seed, 400), times(1000, 0.08, 2 * seed + 1, 400)];
    return compareTimes(a, b)!.marginPct / 4;
  });
  const mean = margins.reduce((sum, margin) => sum + margin, 0) / margins.length;
  expect(mean).toBeGreaterThan(0.27);
  expect(mean).toBeLessThan(0.34);
});

test('rounds may be added as often as one likes: the verdict stands on all of them', () => {
  // Twenty more at a time, while it is open, up to ten times: a kernel and itself, of 12 % of noise.
  const told = Array.from({ length: 300 }, (_, seed) => {
    const [a, b] = [times(1000, 0.12, 2 * seed, 220), times(1000, 0.12, 2 * seed + 1, 220)];
    let word = 'UNCLEAR';
    for (let rounds = 20; rounds <= 220 && word === 'UNCLEAR'; rounds += 20) {
      word = verdict(a.slice(0, rounds), b.slice(0, rounds));
    }
    return word;
  }).filter((word) => word !== 'UNCLEAR');
  expect(told).toEqual([]);
});

describe('what to do', () => {
  const timing = TIMING;
  const unclear = { ratio: 1.01, ciLow: 0.99, ciHigh: 1.03, marginPct: 1, verdict: 'UNCLEAR' } as const;

  test.each([
    ['more rounds where the interval is wide', unclear, timing, 'longer protocol'],
    ['more rounds where there are few', unclear, { ...timing, samplesNs: [1, 1] }, 'Too few rounds'],
    ['cooling down where the GPU was throttled', unclear, { ...timing, throttledRounds: 8 }, 'cool down'],
    ['closing programs where the noise is large', { ...unclear, marginPct: 12 }, timing, 'other programs'],
    [
      'not caring where the difference is about the margin',
      { ...unclear, ciLow: 1.007, ciHigh: 1.013 },
      timing,
      'about as large as the margin',
    ],
  ])('is %s', (_, comparison, given, says) => {
    expect(unclearAdvice(comparison, [timing, given])).toContain(says);
  });

  test('is nothing about a verdict that is clear', () => {
    expect(unclearAdvice({ ...unclear, verdict: 'SAME' }, [timing])).toBeUndefined();
  });
});
