import { describe, expect, test } from 'vitest';
import { nanoseconds } from '../../src/base/units.ts';
import { measure } from '../../src/measure/measure.ts';
import { PROTOCOLS } from '../../src/measure/protocol.ts';
import { ThrottleWatch } from '../../src/measure/throttle-watch.ts';
import { FakeMachine } from './fake-gpu.ts';

/** A watch over a canary that takes these times, one a look; `undefined` is a sample that the timer lost. */
function watching(times: readonly (number | undefined)[]): ThrottleWatch {
  const left = times.values();
  const sample = (dispatches: number): Promise<ReturnType<typeof nanoseconds> | undefined> => {
    const each = left.next().value;
    return Promise.resolve(each === undefined ? undefined : nanoseconds(each * dispatches));
  };
  return new ThrottleWatch({ sampler: { sample }, dispatches: 3 });
}

async function roundsInDoubt(times: readonly (number | undefined)[]): Promise<number> {
  const watch = watching(times);
  for (let round = 0; round <= 8 * (times.length - 1); round++) await watch.after(round);
  return watch.throttledRounds;
}

describe('rounds in doubt', () => {
  test.each<[string, readonly (number | undefined)[], number]>([
    ['none while the canary keeps its pace', [100, 101, 104, 100], 0],
    ['the eight before each slow look', [100, 120, 121, 100, 110], 24],
    ['none where the canary only grows faster', [130, 110, 100], 0],
    ['those after it was once faster', [110, 100, 110], 8],
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

describe('a measurement with a canary', () => {
  const timer = { source: 'timestamp-query', stepNs: 1 } as const;

  test.each([
    [1, 0],
    [1.3, 16],
  ])(
    'on a machine that becomes %f times as slow reports %i rounds in doubt',
    async (factor, throttledRounds) => {
      const machine = new FakeMachine();
      let looks = 0;
      const canary = {
        sample: (dispatches: number) =>
          Promise.resolve(nanoseconds(dispatches * 5e6 * (looks++ < 2 ? 1 : factor))),
      };
      const [measurement] = await measure(
        [machine.kernel('a', 200_000)],
        { timer, protocol: PROTOCOLS.standard, seed: 3, canary },
        machine,
      );
      // 20 rounds: looks at 0, 8 and 16, after one that calibrates.
      expect(measurement).toMatchObject({ kind: 'measured', timing: { throttledRounds } });
    },
  );
});
