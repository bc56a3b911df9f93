import { describe, expect, it } from 'vitest';
import { timeContenders, type TimingContext } from '../../bench/peers/time-contenders.ts';
import { nanoseconds } from '../../src/base/units.ts';
import type { Sampler } from '../../src/measure/sampler.ts';

const context = (overrides: Partial<TimingContext> = {}): TimingContext => ({
  timer: { source: 'timestamp-query', stepNs: 1 },
  seed: 3,
  rounds: 9,
  software: false,
  signal: new AbortController().signal,
  tell: () => undefined,
  ...overrides,
});

/** A contender whose product takes as long as is given; it tells when it is sampled. */
const taking = (ns: number, onSample: () => void = () => undefined): Sampler => ({
  sample: (products) => {
    onSample();
    return Promise.resolve(ns > 0 ? nanoseconds(ns * products) : undefined);
  },
});

describe('timing contenders', () => {
  it('gives each the time of one product, in as many rounds as are asked for', async () => {
    const [fast, slow] = await timeContenders([taking(2e6), taking(6e6)], context());
    expect(fast).toMatchObject({ kind: 'timed', timing: { medianNs: 2e6, ciLowNs: 2e6, ciHighNs: 2e6 } });
    expect(slow).toMatchObject({ kind: 'timed', timing: { medianNs: 6e6, productsPerSample: 1 } });
    if (fast?.kind === 'timed') expect(fast.timing.samplesNs).toHaveLength(9);
  });

  it('makes samples of short products long enough to read', async () => {
    const [timed] = await timeContenders([taking(1e4)], context());
    if (timed?.kind !== 'timed') throw new Error('it was not timed');
    expect(timed.timing.productsPerSample * 1e4).toBeGreaterThanOrEqual(4e6);
  });

  it('samples every contender once a round, in changing orders', async () => {
    const heard: number[] = [];
    const samplers = [0, 1, 2].map((i) => taking(5e6, () => heard.push(i)));
    await timeContenders(samplers, context({ rounds: 12 }));
    const rounds = Array.from({ length: 12 }, (_, i) =>
      heard.slice(heard.length - 36).slice(3 * i, 3 * i + 3),
    );
    for (const round of rounds) expect([...round].sort()).toEqual([0, 1, 2]);
    expect(new Set(rounds.map(String)).size).toBeGreaterThan(1);
  });

  it('times no product of seconds on a GPU, whose driver might reset it; on a CPU it does', async () => {
    const samplers = [taking(2e9), taking(2e6)];
    const [refused, other] = await timeContenders(samplers, context());
    expect(refused).toMatchObject({ kind: 'untimed' });
    expect(other).toMatchObject({ kind: 'timed' });
    const [taken] = await timeContenders(samplers, context({ software: true }));
    expect(taken).toMatchObject({ kind: 'timed', timing: { medianNs: 2e9 } });
  });

  it('stops at once when it is told to', async () => {
    const stop = new AbortController();
    const sampler = taking(5e6, () => {
      stop.abort(new Error('enough'));
    });
    await expect(timeContenders([sampler], context({ signal: stop.signal }))).rejects.toThrow('enough');
  });
});
