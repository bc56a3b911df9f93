import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nanoseconds } from '../../src/base/units.ts';
import type { Gpu, LoadedPlan } from '../../src/device/gpu.ts';
import type { Comparison } from '../../src/io/record.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { compareTimes } from '../../src/measure/compare-times.ts';
import { measure, type Measurement } from '../../src/measure/measure.ts';
import { type Protocol, PROTOCOLS } from '../../src/measure/protocol.ts';
import type { Sampler } from '../../src/measure/sampler.ts';
import { selfNoise } from '../../src/measure/self-noise.ts';
import { handMade, NOTHING, pass } from '../device/plans.ts';
import { spec } from '../lab/specs.ts';
import { openDawn } from '../support/dawn.ts';

/** How often a kernel is compared with itself. */
const PAIRS = 20;
/** How often more work is compared with less: more by hand, `SUBBYTE_REPEATS=20`, and then by the protocol of `compare`. */
const REPEATS = Number(process.env['SUBBYTE_REPEATS'] ?? 2);
const BY_HAND = process.env['SUBBYTE_REPEATS'] !== undefined;
/** What is measured here is warm from the pair before. */
const BRIEF: Protocol = { ...PROTOCOLS.quick, warmUp: { busy: nanoseconds(20e6), cap: nanoseconds(200e6) } };
const PROTOCOL = BY_HAND ? PROTOCOLS.standard : BRIEF;
/** Noise of a kernel against itself below which a difference of 20 % must be told. */
const QUIET = 0.05;

const surroundings = {
  now: () => nanoseconds(performance.now() * 1e6),
  signal: new AbortController().signal,
  onProgress: () => undefined,
};

let gpu: Gpu;
const loaded: LoadedPlan[] = [];

beforeAll(async () => {
  gpu = await openDawn();
});

afterAll(() => {
  for (const plan of loaded) plan.destroy();
  gpu.destroy();
});

/** A tiled product of this depth, on zeros. */
async function product(k: number): Promise<LoadedPlan> {
  const plan = planSpec(spec({ m: 16, n: 128, k, kernel: 'tiled' }), gpu.caps);
  if (plan.kind === 'rejected') throw new Error(plan.constraint);
  const ready = await gpu.load(plan);
  loaded.push(ready);
  ready.upload('uniforms', new Uint32Array([16, 0, 0, 0]));
  await ready.sample(1);
  return ready;
}

type Measured = Extract<Measurement, { kind: 'measured' }>;

async function measured(samplers: readonly Sampler[], seed: number): Promise<readonly Measured[]> {
  const options = { timer: gpu.description.timer, protocol: PROTOCOL, seed };
  return (await measure(samplers, options, surroundings)).map((measurement) => {
    if (measurement.kind !== 'measured') throw new Error(measurement.reason);
    return measurement;
  });
}

/** What counts as one dispatch is `count` of them. */
const times = (plan: LoadedPlan, count: number): Sampler => ({
  sample: (dispatches) => plan.sample(count * dispatches),
});

async function verdicts(
  pair: readonly [Sampler, Sampler],
  count: number,
): Promise<readonly { readonly verdict: Comparison['verdict']; readonly noise: number }[]> {
  const found = [];
  for (let repeat = 0; repeat < count; repeat++) {
    const [a, b] = (await measured(pair, repeat)) as [Measured, Measured];
    const { verdict } = compareTimes(a.times, b.times, repeat, { a: a.resolutionNs, b: b.resolutionNs })!;
    found.push({ verdict, noise: Math.max(selfNoise(a.times), selfNoise(b.times)) });
  }
  return found;
}

describe('on a real device', () => {
  test('a kernel is not told apart from itself in more than one pair of twenty', async () => {
    const plan = await product(128);
    const found = await verdicts([times(plan, 5), times(plan, 5)], PAIRS);
    const told = found.filter(({ verdict }) => verdict === 'FASTER' || verdict === 'SLOWER');
    expect(told.length, JSON.stringify(found)).toBeLessThanOrEqual(1);
  });

  test('six dispatches are slower than five, never the opposite, and surely where there is little noise', async () => {
    const plan = await product(128);
    const slower = await verdicts([times(plan, 5), times(plan, 6)], REPEATS);
    const faster = await verdicts([times(plan, 6), times(plan, 5)], REPEATS);
    expect(slower.filter(({ verdict }) => verdict === 'FASTER')).toEqual([]);
    expect(faster.filter(({ verdict }) => verdict === 'SLOWER')).toEqual([]);
    const all = [...slower, ...faster];
    const unsure = all.filter(({ verdict, noise }) => /SAME|UNCLEAR/.test(verdict) && noise < QUIET);
    expect(unsure.length, JSON.stringify(all)).toBeLessThanOrEqual(all.length / 20);
    // Twenty of each are asked for where nothing else uses this machine.
    const right = all.filter(({ verdict }) => /FASTER|SLOWER/.test(verdict)).length;
    if (REPEATS >= 20) expect(right, JSON.stringify(all)).toBeGreaterThanOrEqual(0.95 * all.length);
  });

  // What others take of this machine meanwhile spoils it: it is looked at once more.
  test(
    'twice the depth takes about twice as long, and an empty kernel about nothing',
    { retry: 1 },
    async () => {
      const empty = await gpu.load(handMade([pass(NOTHING, [1, 1, 1])]));
      loaded.push(empty);
      const [short, long, none] = (await measured([await product(1024), await product(2048), empty], 1)) as [
        Measured,
        Measured,
        Measured,
      ];
      // The least of each one's samples: where others use this CPU, the rest measure them too.
      const least = ({ timing }: Measured): number => Math.min(...timing.samplesNs);
      expect(least(long) / least(short)).toBeGreaterThan(1.6);
      expect(least(long) / least(short)).toBeLessThan(2.5);
      expect(least(none)).toBeLessThan(0.1 * least(short));
    },
  );
});
