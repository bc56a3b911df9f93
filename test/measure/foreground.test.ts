import { describe, expect, test } from 'vitest';
import { Foreground, undisturbed } from '../../src/measure/foreground.ts';
import { measure, type Measurement } from '../../src/measure/measure.ts';
import { PROTOCOLS } from '../../src/measure/protocol.ts';
import type { Sampler } from '../../src/measure/sampler.ts';
import { FakeMachine } from './fake-gpu.ts';

const never = new AbortController().signal;

/** Whether a promise has settled by now. */
const isPending = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => false), new Promise<boolean>((resolve) => setTimeout(resolve, 0, true))]);

describe('waiting for the page', () => {
  test('in front takes no time; in the background, until it is seen', async () => {
    const foreground = new Foreground();
    expect(await isPending(foreground.wait(never))).toBe(false);
    foreground.set(false);
    const waiting = foreground.wait(never);
    expect(await isPending(waiting)).toBe(true);
    foreground.set(true);
    expect(await isPending(waiting)).toBe(false);
  });

  test('ends with the reason of an abort', async () => {
    const foreground = new Foreground();
    foreground.set(false);
    const abort = new AbortController();
    const waiting = foreground.wait(abort.signal);
    abort.abort(new Error('cancelled by me'));
    await expect(waiting).rejects.toThrow('cancelled by me');
  });

  test('what is disturbed is done again, and what it gave then is what counts', async () => {
    const foreground = new Foreground();
    let calls = 0;
    const done = await undisturbed({ foreground, signal: never }, () => {
      if (++calls < 3) {
        foreground.set(false);
        foreground.set(true);
      }
      return Promise.resolve(calls);
    });
    expect(done).toBe(3);
  });
});

/** A machine that is three times slower in the background. */
class HiddenMachine extends FakeMachine {
  readonly foreground = new Foreground();
  #hidden = false;

  hide(): void {
    this.#hidden = true;
    this.foreground.set(false);
  }

  show(): void {
    this.#hidden = false;
    this.foreground.set(true);
  }

  /** A kernel of 200 µs; at these calls the page goes to the background, for as long as somebody is away. */
  kernelHiddenAt(calls: readonly number[], away: number): Sampler {
    const inner = this.kernel('a', () => (this.#hidden ? 600_000 : 200_000));
    let call = 0;
    return {
      sample: (dispatches) => {
        if (calls.includes(++call)) {
          this.hide();
          setTimeout(() => {
            this.time += away;
            this.show();
          }, 0);
        }
        return inner.sample(dispatches);
      },
    };
  }
}

const OPTIONS = {
  timer: { source: 'timestamp-query', stepNs: 1 },
  protocol: PROTOCOLS.standard,
  seed: 3,
} as const;

type Measured = Extract<Measurement, { kind: 'measured' }>;

async function timingOf(
  machine: HiddenMachine,
  sampler: Sampler,
  foreground: Foreground | undefined,
): Promise<Measured> {
  const { now, signal, onProgress } = machine;
  const [found] = await measure([sampler], OPTIONS, { now, signal, onProgress, foreground });
  if (found?.kind !== 'measured') throw new Error('untimed');
  return found;
}

describe('rounds in a hidden tab', () => {
  /** Calibration and warm-up take fewer calls. */
  const ROUNDS = [75, 81];

  test('do not count, are taken again, and stay in the record', async () => {
    const machine = new HiddenMachine();
    const { timing, times } = await timingOf(
      machine,
      machine.kernelHiddenAt(ROUNDS, 60e9),
      machine.foreground,
    );
    expect(timing.hidden).toHaveLength(2);
    expect(timing.hidden!.map((place) => timing.samplesNs[place])).toEqual([600_000, 600_000]);
    // 20 rounds count, as without; a minute away, twice, is no part of the budget of 2 s.
    expect(timing.samplesNs).toHaveLength(PROTOCOLS.standard.minRounds + 2);
    expect(times.filter((time) => time !== undefined)).toHaveLength(PROTOCOLS.standard.minRounds);
    expect(timing).toMatchObject({ medianNs: 200_000, p95Ns: 200_000, converged: true, outliers: [] });
  });

  test('would be in the statistics where nobody watches the page', async () => {
    const machine = new HiddenMachine();
    const { timing } = await timingOf(machine, machine.kernelHiddenAt(ROUNDS, 0), undefined);
    expect(timing).not.toHaveProperty('hidden');
    expect(timing.p95Ns).toBe(600_000);
  });

  test('a calibration in a hidden tab is made again', async () => {
    const machine = new HiddenMachine();
    const { timing } = await timingOf(machine, machine.kernelHiddenAt([1], 0), machine.foreground);
    // 4 ms of 200 µs; three times slower it would be a third as many.
    expect(timing.dispatchesPerSample).toBe(20);
    const unwatched = await timingOf(machine, machine.kernelHiddenAt([1, 2, 3, 4, 5, 6], 0), undefined);
    expect(unwatched.timing.dispatchesPerSample).toBeLessThan(20);
  });
});
