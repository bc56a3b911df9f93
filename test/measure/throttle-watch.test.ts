import { describe, expect, test } from 'vitest';
import { nanoseconds } from '../../src/base/units.ts';
import { measure } from '../../src/measure/measure.ts';
import { PROTOCOLS } from '../../src/measure/protocol.ts';
import { CanaryPace, ThrottleWatch } from '../../src/measure/throttle-watch.ts';
import type { Surroundings } from '../../src/measure/sampler.ts';
import { FakeMachine } from './fake-gpu.ts';

/** A watch over a canary that takes these times, one a look; `undefined` is a sample that the timer lost. */
function watching(times: readonly (number | undefined)[]): ThrottleWatch {
  const left = times.values();
  const sample = (dispatches: number): Promise<ReturnType<typeof nanoseconds> | undefined> => {
    const each = left.next().value;
    return Promise.resolve(each === undefined ? undefined : nanoseconds(each * dispatches));
  };
  return new ThrottleWatch({ sampler: { sample }, dispatches: 3, resolutionNs: 1 }, new CanaryPace(), () =>
    Promise.resolve(),
  );
}

async function roundsInDoubt(times: readonly (number | undefined)[]): Promise<number> {
  const watch = watching(times);
  for (let round = 0; round <= 8 * (times.length - 1); round++) await watch.after(round);
  return watch.throttledRounds;
}

describe('rounds in doubt', () => {
  test.each<[string, readonly (number | undefined)[], number]>([
    ['none while the canary keeps its pace', [100, 101, 104, 100], 0],
    // After the first, three pauses with a look each; after the others none.
    ['the eight before each slow look', [100, 120, 120, 120, 120, 121, 100, 110], 24],
    ['none where the canary only grows faster', [130, 110, 100], 0],
    ['those after it was once faster', [110, 100, 110, 110, 110, 110], 8],
    ['none for a look that the timer lost', [100, undefined, 100], 0],
  ])('are %s', async (_, times, rounds) => {
    expect(await roundsInDoubt(times)).toBe(rounds);
  });

  test('are none without a canary', async () => {
    const watch = new ThrottleWatch(undefined);
    for (let round = 0; round <= 16; round++) await watch.after(round);
    expect(watch.throttledRounds).toBe(0);
  });
});

describe('a GPU that slowed down', () => {
  const looked = async (times: readonly number[]): Promise<[object, number[]]> => {
    const left = times.values();
    const pauses: number[] = [];
    const watch = new ThrottleWatch(
      {
        sampler: { sample: () => Promise.resolve(nanoseconds(left.next().value ?? 0)) },
        ...{ dispatches: 1, resolutionNs: 1 },
      },
      new CanaryPace(),
      (span) => {
        pauses.push(span / 1e6);
        return Promise.resolve();
      },
    );
    await watch.after(0);
    return [await watch.after(8), pauses];
  };

  test('is given longer and longer pauses until it recovers', async () => {
    expect(await looked([100, 130, 120, 101])).toEqual([{ doubtful: 8, recovered: true }, [50, 125]]);
  });

  test('is given three, and then taken as it is', async () => {
    const slow = [100, 130, 130, 130, 130, 130];
    expect(await looked(slow)).toEqual([{ doubtful: 8, recovered: false }, [50, 125, 312.5]]);
  });

  test('is not paused for while it keeps its pace', async () => {
    expect(await looked([100, 104])).toEqual([{ doubtful: 0, recovered: false }, []]);
  });
});

const surroundingsOf = ({ now, signal, onProgress }: FakeMachine): Surroundings => ({
  now,
  signal,
  onProgress,
});

describe('a measurement with a canary', () => {
  const timer = { source: 'timestamp-query', stepNs: 1 } as const;

  test.each([
    [1, 0],
    [1.3, 20],
  ])(
    'on a machine that becomes %f times as slow reports %i rounds in doubt',
    async (factor, throttledRounds) => {
      const machine = new FakeMachine();
      let looks = 0;
      const canary = {
        sample: (dispatches: number) =>
          Promise.resolve(nanoseconds(dispatches * 5e6 * (looks++ < 4 ? 1 : factor))),
      };
      const [measurement] = await measure(
        [machine.kernel('a', 200_000)],
        { timer, protocol: PROTOCOLS.standard, seed: 3, canary },
        machine,
      );
      // 20 rounds: looks at 0, 8, 16 and after the last, after those that calibrate; never faster again, so all rounds count.
      expect(measurement).toMatchObject({ kind: 'measured', timing: { throttledRounds } });
      expect(measurement).not.toHaveProperty('timing.throttled');
    },
  );

  test('of a session that was faster before reports all its rounds', async () => {
    const pace = new CanaryPace();
    const doubted: number[] = [];
    for (const slowdown of [1, 1.2]) {
      const machine = new FakeMachine();
      const canary = machine.kernel('canary', 5e6 * slowdown);
      const [measurement] = await measure(
        [machine.kernel('a', 200_000)],
        { timer, protocol: PROTOCOLS.standard, seed: 3, canary, pace },
        { ...surroundingsOf(machine), pause: () => Promise.resolve() },
      );
      if (measurement?.kind === 'measured') doubted.push(measurement.timing.throttledRounds);
    }
    expect(doubted).toEqual([0, 20]);
  });

  test('takes the rounds again that a GPU was slow in which recovers, and keeps their samples', async () => {
    const machine = new FakeMachine();
    const { now, signal, onProgress } = machine;
    let rested = 0;
    const pause = (span: number): Promise<void> => {
      machine.time += span;
      rested += span;
      return Promise.resolve();
    };
    // Slow from about the tenth round on, until it was given a rest.
    const slowdown = (): number => (machine.calls.length > 78 && rested === 0 ? 1.4 : 1);
    const [measurement] = await measure(
      [machine.kernel('a', () => 200_000 * slowdown())],
      {
        timer,
        protocol: PROTOCOLS.standard,
        seed: 3,
        canary: machine.kernel('canary', () => 5e6 * slowdown()),
      },
      { now, signal, onProgress, pause },
    );
    if (measurement?.kind !== 'measured') throw new Error('not measured');
    const { samplesNs, throttled, throttledRounds, medianNs, p95Ns } = measurement.timing;
    expect(rested).toBe(50e6);
    expect(throttledRounds).toBe(8);
    expect(throttled).toHaveLength(8);
    expect(samplesNs).toHaveLength(PROTOCOLS.standard.minRounds + 8);
    expect(Math.max(...samplesNs)).toBe(280_000);
    expect([medianNs, p95Ns]).toEqual([200_000, 200_000]);
    expect(measurement.times.filter((time) => time === undefined)).toHaveLength(8);
  });
});
