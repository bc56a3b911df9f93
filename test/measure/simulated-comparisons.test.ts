import { describe, expect, test, vi } from 'vitest';
import { nanoseconds } from '../../src/base/units.ts';
import { compareTimes } from '../../src/measure/compare-times.ts';
import { type Protocol, PROTOCOLS } from '../../src/measure/protocol.ts';
import type { RoundTimes } from '../../src/measure/round-times.ts';
import { DISPATCH_NS, type Measured, measurePair, type SimulatedPair } from './simulated-pair.ts';

/**
 * Comparisons of each kind. By hand `SUBBYTE_TRIALS=2000`, which the rates below are asked of, under `standard` as well; that
 * takes 15 minutes.
 */
const TRIALS = Number(process.env['SUBBYTE_TRIALS'] ?? 100);
const BY_HAND = process.env['SUBBYTE_TRIALS'] !== undefined;
vi.setConfig({ testTimeout: 30_000 + 1000 * TRIALS });

/** False verdicts that may come: 10 of 2,000, and of 100 what a judge with that rate gives in 998 of 1,000 runs. */
const FALSE_VERDICTS = BY_HAND ? TRIALS / 200 : 3;

interface Counts {
  readonly faster: number;
  readonly slower: number;
  readonly same: number;
  /** In the mean. */
  readonly rounds: number;
}

type Pair = readonly [Measured, Measured];

/** How often each verdict came. */
async function verdicts(
  pair: SimulatedPair,
  protocol: Protocol,
  judge = ([a, b]: Pair) => compareTimes(a.times, b.times, { a: a.resolutionNs, b: b.resolutionNs })!.verdict,
): Promise<Counts> {
  const counts = { faster: 0, slower: 0, same: 0, rounds: 0 };
  for (let seed = 0; seed < TRIALS; seed++) {
    const measured = await measurePair(pair, protocol, seed);
    const verdict = judge(measured);
    if (verdict === 'FASTER') counts.faster++;
    if (verdict === 'SLOWER') counts.slower++;
    if (verdict === 'SAME') counts.same++;
    counts.rounds += measured[0].times.length / TRIALS;
  }
  if (BY_HAND) process.stdout.write(`${JSON.stringify(pair)} ${JSON.stringify(counts)}\n`);
  return counts;
}

/** At least so many rounds, which take 20 ms each, and no more than so many. */
const rounds = (minRounds: number, most: number): Protocol => {
  const span = nanoseconds((most - 1) * DISPATCH_NS);
  return { ...PROTOCOLS.quick, minRounds, budget: span, timeout: span };
};

describe.each(BY_HAND ? (['quick', 'standard'] as const) : (['quick'] as const))('under %s', (protocol) => {
  test.each([
    [0.005, 0],
    [0.005, 0.7],
    [0.02, 0],
    [0.02, 0.7],
    [0.05, 0],
    [0.05, 0.7],
  ])(
    'a kernel with a noise of %f, which resembles that of the round before by %f, is not told apart from itself',
    async (own, rho) => {
      const { faster, slower, same } = await verdicts({ ratio: 1, own, rho }, PROTOCOLS[protocol]);
      expect(faster + slower).toBeLessThanOrEqual(FALSE_VERDICTS);
      // And called the same where there is little noise.
      if (own === 0.005) expect(same).toBeGreaterThanOrEqual((rho === 0 ? 0.99 : 0.75) * TRIALS);
    },
  );
});

describe('10 % more work, where both share a noise of 10 %, in 15 rounds', () => {
  const pair = { ratio: 1.1, own: 0.005, common: 0.1 };

  test('is found', async () => {
    const { slower } = await verdicts(pair, rounds(15, 15));
    expect(slower).toBeGreaterThanOrEqual(0.95 * TRIALS);
  });

  test('would be found in less than half by a margin of twice the noise of each by itself', async () => {
    const { slower } = await verdicts(pair, rounds(15, 15), ([a, b]) => {
      const { ciLow } = compareTimes(a.times, b.times)!;
      return Math.log(ciLow) > 2 * Math.max(ownNoise(a.times), ownNoise(b.times)) ? 'SLOWER' : 'UNCLEAR';
    });
    expect(slower).toBeLessThan(0.5 * TRIALS);
  });
});

/** The standard error of the median of half as many differences as there are rounds, each of two neighbours. */
function ownNoise(times: RoundTimes): number {
  const differences = times.slice(1).map((time, i) => Math.log(time! / times[i]!));
  const variance = differences.reduce((sum, difference) => sum + difference ** 2, 0) / differences.length;
  return Math.sqrt(((Math.PI / 2) * variance) / (times.length / 2));
}

describe('3 % more work, where each has a noise of 2 %, within 60 rounds', () => {
  const pair = { ratio: 1.03, own: 0.02 };

  test('is found, as soon as it can be', async () => {
    const found = await verdicts(pair, rounds(15, 60));
    expect(found.slower).toBeGreaterThanOrEqual(0.9 * TRIALS);
    expect(found.rounds).toBeLessThan(50);
  });

  test('is found in more than half only because rounds go on while the verdict is open', async () => {
    const { slower } = await verdicts(pair, rounds(15, 25));
    expect(slower).toBeLessThan(0.5 * TRIALS);
  });
});

describe('a verdict that is near', () => {
  /** Two rounds fewer than its timeout ends it. */
  const brief = { ...rounds(15, 20), timeout: nanoseconds(200 * DISPATCH_NS) };

  test('is waited for past the budget, and no longer than the timeout', async () => {
    const found = await verdicts({ ratio: 1.03, own: 0.02 }, brief);
    expect(found.slower).toBeGreaterThanOrEqual(0.9 * TRIALS);
    for (const ratio of [1, 1.005, 1.01, 1.02]) {
      for (let seed = 0; seed < 20; seed++) {
        const [{ times }] = await measurePair({ ratio, own: 0.02 }, brief, seed);
        expect(times.length).toBeLessThanOrEqual(201);
      }
    }
  });

  test('is not waited for where it is clear, or could not be told in time', async () => {
    expect((await verdicts({ ratio: 1.3, own: 0.01 }, brief)).rounds).toBeLessThan(21);
    expect((await verdicts({ ratio: 1, own: 0.3 }, brief)).rounds).toBeLessThan(23);
  });
});
