import { describe, expect, test } from 'vitest';
import { alike, calibrate, type Calibration } from '../../src/measure/calibrate.ts';
import type { Timer } from '../../src/measure/sampler.ts';
import { FakeMachine } from './fake-gpu.ts';

const FINE: Timer = { source: 'timestamp-query', stepNs: 1 };
const COARSE: Timer = { source: 'timestamp-query', stepNs: 65_536 };
const WALL: Timer = { source: 'wall-clock', stepNs: 5000 };

async function dispatchesFor(each: number, timer: Timer, overhead = 0): Promise<number> {
  const machine = new FakeMachine();
  const calibration = await calibrate(
    machine.kernel('a', each, { step: timer.stepNs, overhead }),
    timer,
    machine,
  );
  if (calibration.kind !== 'ready') throw new Error(calibration.reason);
  return calibration.dispatches;
}

describe('a sample', () => {
  test.each([300, 2000, 50_000, 900_000, 3_999_999])('of %i ns dispatches lasts 4 to 60 ms', async (each) => {
    const took = each * (await dispatchesFor(each, FINE));
    // At most 4096 dispatches: of 300 ns they last 1.2 ms.
    expect(took).toBeGreaterThanOrEqual(Math.min(4e6, 4096 * each));
    expect(took).toBeLessThanOrEqual(60e6);
  });

  test.each([4000, 100_000, 1_000_000])(
    'of %i ns dispatches spans 128 steps of a coarse timer',
    async (each) => {
      const took = each * (await dispatchesFor(each, COARSE));
      // The estimate is a reading of at least 16 steps, each end off by at most one.
      expect(took).toBeGreaterThanOrEqual(0.9 * 128 * 65_536);
      expect(took).toBeLessThanOrEqual(60e6);
    },
  );

  test('by the wall clock lasts 20 ms', async () => {
    expect(100_000 * (await dispatchesFor(100_000, WALL))).toBeGreaterThanOrEqual(20e6 - 200_000);
  });

  test('of one long dispatch is that dispatch', async () => {
    expect(await dispatchesFor(70e6, FINE)).toBe(1);
    expect(await dispatchesFor(5e6, FINE)).toBe(1);
  });

  test('is not fooled by the fixed cost of a pass', async () => {
    // 400 µs of it: the mean of four dispatches of 10 µs would be 110 µs.
    expect(10_000 * (await dispatchesFor(10_000, FINE, 400_000))).toBeGreaterThanOrEqual(1.9e6);
  });

  test('of a kernel that the timer never sees is as large as they get', async () => {
    expect(await dispatchesFor(0.001, COARSE)).toBe(4096);
  });
});

test('a timer that has stopped does not make samples of many seconds', async () => {
  const machine = new FakeMachine();
  const kernel = machine.kernel('a', 50e6);
  const blind = {
    sample: async (dispatches: number): Promise<undefined> => {
      await kernel.sample(dispatches);
    },
  };
  // 1, 4 and 16 dispatches: 16 · 50 ms is read to be long on the wall clock, and no more are tried.
  expect(await calibrate(blind, FINE, machine)).toEqual({
    kind: 'ready',
    dispatches: 16,
    each: 250e6,
    sampling: 'mean',
  });
  expect(machine.time).toBe(21 * 50e6);
});

test.each([
  [4e6 / 512, 'mean'],
  [4e6 / 520, 'slope'],
])('a sample of dispatches of %f ns is a %s', async (each, sampling) => {
  const machine = new FakeMachine();
  expect(await calibrate(machine.kernel('a', each), FINE, machine)).toMatchObject({ sampling });
});

test('a comparison asks for more steps of a coarse timer, and no more of a fine one', async () => {
  const dispatches = async (timer: Timer): Promise<number> => {
    const machine = new FakeMachine();
    const found = await calibrate(machine.kernel('a', 1e6, { step: timer.stepNs }), timer, machine, 512);
    return found.kind === 'ready' ? found.dispatches : 0;
  };
  expect(await dispatches(FINE)).toBe(4);
  // 512 · 65,536 ns = 33.6 ms.
  expect(await dispatches(COARSE)).toBeGreaterThanOrEqual(31);
});

test('a spike does not make samples too short', async () => {
  const machine = new FakeMachine();
  let calls = 0;
  // The first reading is that of a machine that was busy with something else.
  const kernel = machine.kernel('a', () => (calls++ === 0 ? 9e6 : 500_000));
  expect(await calibrate(kernel, FINE, machine)).toMatchObject({ dispatches: 8 });
});

test('those about as fast as each other get as many dispatches', () => {
  const ready = (dispatches: number, each = 4e6 / dispatches): Calibration => ({
    ...{ kind: 'ready', dispatches, each, sampling: 'mean' },
  });
  const refused: Calibration = { kind: 'refused', reason: 'slow' };
  const dispatches = alike([ready(5), ready(4), refused, ready(40), ready(1), ready(1, 20e6)]).map((found) =>
    found.kind === 'ready' ? found.dispatches : found.reason,
  );
  // Four of 20 ms would last longer than a sample may.
  expect(dispatches).toEqual([5, 5, 'slow', 40, 4, 1]);
});

describe('a slow dispatch', () => {
  const run = async (each: number): Promise<[Calibration, FakeMachine]> => {
    const machine = new FakeMachine();
    return [await calibrate(machine.kernel('a', each), FINE, machine), machine];
  };

  test('above a second is refused after one', async () => {
    const [calibration, machine] = await run(1.4e9);
    expect(calibration).toMatchObject({ kind: 'refused' });
    expect(calibration.kind === 'refused' && calibration.reason).toContain('1.4 s');
    expect(machine.calls).toHaveLength(1);
  });

  test('above 100 ms is warned of', async () => {
    expect((await run(150e6))[1].reports.at(-1)).toContain('150 ms');
    expect((await run(90e6))[1].reports.at(-1)).toBe('calibrate ');
  });
});
