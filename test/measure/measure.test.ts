import { describe, expect, test } from 'vitest';
import { measure, type Measurement } from '../../src/measure/measure.ts';
import { compareTimes } from '../../src/measure/compare-times.ts';
import { PROTOCOLS, protocolFor } from '../../src/measure/protocol.ts';
import type { Sampler, Timer } from '../../src/measure/sampler.ts';
import { FakeMachine } from './fake-gpu.ts';

const FINE: Timer = { source: 'timestamp-query', stepNs: 1 };
const COARSE: Timer = { source: 'timestamp-query', stepNs: 65_536 };

type Measured = Extract<Measurement, { kind: 'measured' }>;

async function measured(
  machine: FakeMachine,
  samplers: readonly Sampler[],
  protocol = PROTOCOLS.standard,
  timer = FINE,
): Promise<readonly Measured[]> {
  const all = await measure(samplers, { timer, protocol, seed: 3 }, machine);
  return all.map((measurement) => {
    if (measurement.kind !== 'measured') throw new Error(measurement.reason);
    return measurement;
  });
}

describe('one kernel', () => {
  test('without noise is measured exactly, in the fewest rounds', async () => {
    const machine = new FakeMachine();
    const [{ timing }] = (await measured(machine, [machine.kernel('a', 200_000)])) as [Measured];
    expect(timing.medianNs).toBe(200_000);
    expect(timing.samplesNs).toHaveLength(PROTOCOLS.standard.minRounds);
    expect(timing).toMatchObject({
      converged: true,
      ciLowNs: expect.closeTo(200_000, 0) as number,
      outliers: [],
    });
  });

  test('with noise is measured until its interval is narrow', async () => {
    const machine = new FakeMachine();
    const [{ timing }] = (await measured(machine, [machine.kernel('a', 200_000, { noise: 0.04 })])) as [
      Measured,
    ];
    expect(timing.converged).toBe(true);
    expect(timing.samplesNs.length).toBeGreaterThan(PROTOCOLS.standard.minRounds);
    expect((timing.ciHighNs - timing.ciLowNs) / 2 / timing.medianNs).toBeLessThanOrEqual(0.01);
    expect(Math.abs(timing.medianNs / 200_000 - 1)).toBeLessThan(0.02);
  });

  test('with more noise than the budget can average out has not converged, and says so', async () => {
    const machine = new FakeMachine();
    const [{ timing }] = (await measured(
      machine,
      [machine.kernel('a', 8e6, { noise: 0.3 })],
      PROTOCOLS.strict,
    )) as [Measured];
    expect(timing.converged).toBe(false);
    // Once the noise is known, the rest of the budget of 6 s is not spent on what it cannot do.
    expect(machine.time).toBeLessThan(5e9);
  });

  test('keeps its spikes, flags them, and has a median that they do not move', async () => {
    const machine = new FakeMachine();
    let calls = 0;
    const spiky = machine.kernel('a', () => (++calls % 10 === 0 ? 900_000 : 200_000));
    const [{ timing }] = (await measured(machine, [spiky])) as [Measured];
    expect(timing.medianNs).toBe(200_000);
    expect(timing.outliers!.map((index) => timing.samplesNs[index])).toContain(900_000);
    expect(Math.max(...timing.samplesNs)).toBe(900_000);
  });

  test('is measured to a hundredth by a clock that steps by 65,536 ns', async () => {
    const machine = new FakeMachine();
    const kernel = machine.kernel('a', 37_000, { step: 65_536 });
    const [{ timing }] = (await measured(machine, [kernel], PROTOCOLS.standard, COARSE)) as [Measured];
    expect(Math.abs(timing.medianNs / 37_000 - 1)).toBeLessThan(0.01);
  });

  test('has an interval that holds its true time by such a clock, at least 19 times in 20', async () => {
    const truths = Array.from({ length: 60 }, (_, i) => 30_000 + 977 * i);
    const held: number[] = [];
    for (const [seed, truth] of truths.entries()) {
      const machine = new FakeMachine();
      machine.time = 7919 * seed;
      const kernel = machine.kernel('a', truth, { step: 65_536, noise: 0.002, seed });
      const [{ timing }] = (await measured(machine, [kernel], PROTOCOLS.quick, COARSE)) as [Measured];
      if (timing.ciLowNs <= truth && truth <= timing.ciHighNs) held.push(truth);
    }
    expect(held.length).toBeGreaterThanOrEqual(57);
  });

  test('is measured by such a clock until it has converged, its half steps included', async () => {
    for (const [protocol, noise] of [
      [PROTOCOLS.strict, 0.005],
      [PROTOCOLS.standard, 0.02],
    ] as const) {
      for (let seed = 0; seed < 20; seed++) {
        const machine = new FakeMachine();
        machine.time = 7919 * seed;
        const kernel = machine.kernel('a', 37_000, { step: 65_536, noise, seed });
        const [{ timing }] = (await measured(machine, [kernel], protocol, COARSE)) as [Measured];
        expect(timing.converged, `noise ${noise}, seed ${seed}`).toBe(true);
      }
    }
  });

  test('is not called converged where a step of the clock is a good part of a sample', async () => {
    const machine = new FakeMachine();
    const step = 16_666_667;
    const timer: Timer = { source: 'wall-clock', stepNs: step };
    // Samples last 60 ms at most, three steps: in step with the clock they all read the same, and say little.
    const kernel = machine.kernel('a', step, { step });
    const [{ timing }] = (await measured(machine, [kernel], PROTOCOLS.standard, timer)) as [Measured];
    expect(new Set(timing.samplesNs).size).toBe(1);
    expect((timing.ciHighNs - timing.ciLowNs) / timing.medianNs).toBeGreaterThan(0.3);
    expect(timing.converged).toBe(false);
  });

  test('drops and counts the samples without a positive time', async () => {
    const machine = new FakeMachine();
    const inner = machine.kernel('a', 5e6);
    let calls = 0;
    const faulty: Sampler = {
      sample: async (dispatches) => {
        const took = await inner.sample(dispatches);
        return ++calls % 4 === 0 ? undefined : took;
      },
    };
    const [{ timing, times }] = (await measured(machine, [faulty])) as [Measured];
    expect(timing.droppedSamples).toBeGreaterThan(3);
    expect(timing.samplesNs.length + timing.droppedSamples!).toBe(times.length);
    expect(timing.medianNs).toBe(5e6);
  });

  test('for which the timer never moves is untimed, not zero', async () => {
    const machine = new FakeMachine();
    const dead: Sampler = {
      sample: () => {
        machine.time += 30e6;
        return Promise.resolve(undefined);
      },
    };
    const [outcome] = await measure([dead], { timer: FINE, protocol: PROTOCOLS.quick, seed: 1 }, machine);
    expect(outcome).toMatchObject({ kind: 'untimed' });
  });

  test('of 300 ms on a software adapter takes quick under two seconds, and is not called converged', async () => {
    const machine = new FakeMachine();
    const slow = machine.kernel('a', 300e6, { noise: 0.02 });
    const [{ timing }] = (await measured(machine, [slow], protocolFor('quick', true))) as [Measured];
    expect(machine.time).toBeLessThan(2.2e9);
    expect(timing.samplesNs.length).toBeGreaterThanOrEqual(3);
    expect(timing.converged).toBe(false);
  });

  test('stops at an abort, with its reason', async () => {
    const machine = new FakeMachine();
    const kernel = machine.kernel('a', 5e6);
    const aborting: Sampler = {
      sample: (dispatches) => {
        if (machine.time > 300e6) machine.abort(new Error('cancelled by me'));
        return kernel.sample(dispatches);
      },
    };
    await expect(measured(machine, [aborting])).rejects.toThrow('cancelled by me');
    expect(machine.time).toBeLessThan(320e6);
  });
});

describe('a kernel so short that its sample is a slope', () => {
  const overhead = 300_000;

  test('is measured without the fixed cost of a pass, and the record says how', async () => {
    const machine = new FakeMachine();
    const kernel = machine.kernel('a', 2000, { overhead, noise: 0.01 });
    const [{ timing }] = (await measured(machine, [kernel])) as [Measured];
    expect(timing.sampling).toBe('slope');
    expect(timing.medianNs / 2000).toBeCloseTo(1, 2);
    // The control: a mean of as many dispatches has it in.
    const mean = (await kernel.sample(timing.dispatchesPerSample))! / timing.dispatchesPerSample;
    expect(mean / 2000).toBeGreaterThan(1.03);
  });

  test('and does nothing reads about zero', async () => {
    const machine = new FakeMachine();
    const kernel = machine.kernel('a', 0.01, { overhead });
    const [{ timing }] = (await measured(machine, [kernel])) as [Measured];
    expect(timing.medianNs).toBeLessThan(1);
  });

  test('has an interval that holds its true time by a clock of 65.536 µs', async () => {
    const machine = new FakeMachine();
    const kernel = machine.kernel('a', 5300, { overhead, step: 65_536, noise: 0.002 });
    const [{ timing }] = (await measured(machine, [kernel], PROTOCOLS.standard, COARSE)) as [Measured];
    expect(timing.sampling).toBe('slope');
    expect(timing.ciLowNs).toBeLessThanOrEqual(5300);
    expect(timing.ciHighNs).toBeGreaterThanOrEqual(5300);
  });
});

test('twice the work takes twice as long', async () => {
  const machine = new FakeMachine();
  const samplers = [
    machine.kernel('a', 90_000, { noise: 0.01 }),
    machine.kernel('b', 180_000, { noise: 0.01 }),
  ];
  const [a, b] = (await measured(machine, samplers)) as [Measured, Measured];
  expect(b.timing.medianNs / a.timing.medianNs).toBeCloseTo(2, 1);
});

describe('several kernels', () => {
  test('a drifting clock leaves their ratio alone', async () => {
    const machine = new FakeMachine();
    // Everything slows down by a half over four seconds.
    const drift = (time: number): number => 1 + time / 8e9;
    const [a, b] = (await measured(machine, [
      machine.kernel('a', (time) => 400_000 * drift(time), { noise: 0.01, seed: 1 }),
      machine.kernel('b', (time) => 360_000 * drift(time), { noise: 0.01, seed: 2 }),
    ])) as [Measured, Measured];
    const comparison = compareTimes(a.times, b.times)!;
    expect(comparison.ratio).toBeCloseTo(0.9, 2);
    expect(comparison.verdict).toBe('FASTER');
    expect(compareTimes(b.times, a.times)!.verdict).toBe('SLOWER');
  });

  test('one that is refused does not keep the others from their time', async () => {
    const machine = new FakeMachine();
    const outcomes = await measure(
      [machine.kernel('a', 200_000), machine.kernel('b', 2e9), machine.kernel('c', 300_000)],
      { timer: FINE, protocol: PROTOCOLS.quick, seed: 1 },
      machine,
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(['measured', 'untimed', 'measured']);
    expect((outcomes[2] as Measured).timing.medianNs).toBe(300_000);
  });
});
