import { describe, expect, test, vi } from 'vitest';
import { nanoseconds } from '../../src/base/units.ts';
import { compareTimes } from '../../src/measure/compare-times.ts';
import { type Protocol, PROTOCOLS } from '../../src/measure/protocol.ts';
import { pairRounds } from '../../src/measure/round-pairs.ts';
import type { RoundTimes } from '../../src/measure/round-times.ts';
import { median } from '../../src/measure/statistics.ts';
import { DISPATCH_NS, measurePair, type SimulatedPair } from './simulated-pair.ts';

/** Comparisons of each kind: 2,000 by hand, `SUBBYTE_TRIALS=2000`. */
const TRIALS = Number(process.env['SUBBYTE_TRIALS'] ?? 100);
vi.setConfig({ testTimeout: 30_000 + 1000 * TRIALS });

/** False verdicts that may come of as many: 10 of 2,000, and of fewer what such a judge gives in 99 of 100 runs. */
const FALSE_VERDICTS = TRIALS >= 2000 ? Math.floor(TRIALS / 200) : 3;

/** How often each verdict came, and of how many rounds in the mean. */
async function verdicts(
  pair: SimulatedPair,
  protocol: Protocol,
): Promise<{
  readonly faster: number;
  readonly slower: number;
  readonly same: number;
  readonly rounds: number;
}> {
  const counts = { faster: 0, slower: 0, same: 0, rounds: 0 };
  for (let seed = 0; seed < TRIALS; seed++) {
    const [a, b] = await measurePair(pair, protocol, seed);
    const { verdict } = compareTimes(a.times, b.times, { a: a.resolutionNs, b: b.resolutionNs })!;
    if (verdict === 'FASTER') counts.faster++;
    if (verdict === 'SLOWER') counts.slower++;
    if (verdict === 'SAME') counts.same++;
    counts.rounds += a.times.length / TRIALS;
  }
  if (TRIALS >= 1000) console.log(JSON.stringify(pair), JSON.stringify(counts));
  return counts;
}

/** As many rounds of 20 ms and no more, at least so many. */
const rounds = (minRounds: number, most: number): Protocol => {
  const span = nanoseconds((most - 1) * DISPATCH_NS);
  return { ...PROTOCOLS.quick, minRounds, budget: span, timeout: span };
};

describe.each([0.005, 0.02, 0.05])('a kernel with a noise of %f against itself', (own) => {
  test.each([
    ['quick', 0],
    ['quick', 0.7],
    ['standard', 0],
    ['standard', 0.7],
  ] as const)(
    'is told apart in at most 1 of 200 comparisons: %s, rounds like those before by %f',
    async (protocol, rho) => {
      const { faster, slower } = await verdicts({ ratio: 1, own, rho }, PROTOCOLS[protocol]);
      expect(faster + slower).toBeLessThanOrEqual(FALSE_VERDICTS);
    },
  );
});

test('10 % more work is found in 15 rounds where both share a noise of 10 %', async () => {
  const { slower } = await verdicts({ ratio: 1.1, own: 0.005, common: 0.1 }, rounds(15, 15));
  expect(slower).toBeGreaterThanOrEqual(0.95 * TRIALS);
});

test('3 % more work is found within 60 rounds where each has a noise of 2 %', async () => {
  const found = await verdicts({ ratio: 1.03, own: 0.02 }, rounds(15, 60));
  expect(found.slower).toBeGreaterThanOrEqual(0.9 * TRIALS);
  expect(found.rounds).toBeLessThan(50);
});
