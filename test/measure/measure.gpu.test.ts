import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nanoseconds } from '../../src/base/units.ts';
import type { Gpu, LoadedPlan } from '../../src/device/gpu.ts';
import type { Comparison } from '../../src/io/record.ts';
import { planSpec } from '../../src/lab/plan-spec.ts';
import { compareTimes } from '../../src/measure/compare-times.ts';
import { measure, type Measurement } from '../../src/measure/measure.ts';
import { type Protocol, PROTOCOLS } from '../../src/measure/protocol.ts';
import type { Sampler } from '../../src/measure/sampler.ts';
import { handMade, NOTHING, pass } from '../device/plans.ts';
import { spec } from '../lab/specs.ts';
import { openDawn } from '../support/dawn.ts';

/** How often more work is compared with less: more by hand, `SUBBYTE_REPEATS=20`, and then by the protocol of `compare`. */
const REPEATS = Number(process.env['SUBBYTE_REPEATS'] ?? 2);
const BY_HAND = process.env['SUBBYTE_REPEATS'] !== undefined;
/** How often a kernel is compared with itself. */
const PAIRS = BY_HAND ? 20 : 10;
/** What is measured here is warm from the pair before, and not waited for long. */
const BRIEF: Protocol = {
  ...PROTOCOLS.quick,
  timeout: nanoseconds(1.5e9),
  warmUp: { busy: nanoseconds(20e6), cap: nanoseconds(200e6) },
};
const PROTOCOL = BY_HAND ? PROTOCOLS.standard : BRIEF;
/** Rounds enough for a median that is not much disturbed. */
const LONG: Protocol = { ...PROTOCOL, minRounds: 20, budget: nanoseconds(2e9), timeout: nanoseconds(6e9) };
/** Noise of a ratio below which a difference of 20 % must be told [%]. */
const QUIET = 5;

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

async function measured(
  samplers: readonly Sampler[],
  seed: number,
  protocol = PROTOCOL,
): Promise<readonly Measured[]> {
  const options = { timer: gpu.description.timer, protocol, seed };
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
  protocol = PROTOCOL,
): Promise<readonly Pick<Comparison, 'verdict' | 'ratio' | 'marginPct'>[]> {
  const all = [];
  for (let repeat = 0; repeat < count; repeat++) {
    const [a, b] = (await measured(pair, repeat, protocol)) as [Measured, Measured];
    const found = compareTimes(a.times, b.times, { a: a.resolutionNs, b: b.resolutionNs })!;
    all.push({ ...found, rounds: a.times.length });
  }
  return all;
}

const isTold = ({ verdict }: Pick<Comparison, 'verdict'>): boolean =>
  verdict === 'FASTER' || verdict === 'SLOWER';

describe('on a real device', () => {
  test('a kernel is not told apart from itself', async () => {
    const plan = await product(128);
    const found = await verdicts([times(plan, 5), times(plan, 5)], PAIRS);
    expect(found.filter(isTold), JSON.stringify(found)).toEqual([]);
  });

  test('six dispatches are slower than five, never the opposite, and surely where there is little noise', async () => {
    const plan = await product(128);
    const slower = await verdicts([times(plan, 5), times(plan, 6)], REPEATS);
    const faster = await verdicts([times(plan, 6), times(plan, 5)], REPEATS);
    expect(slower.filter(({ verdict }) => verdict === 'FASTER')).toEqual([]);
    expect(faster.filter(({ verdict }) => verdict === 'SLOWER')).toEqual([]);
    const all = [...slower, ...faster];
    const unsure = all.filter(({ verdict, marginPct }) => /SAME|UNCLEAR/.test(verdict) && marginPct < QUIET);
    expect(unsure.length, JSON.stringify(all)).toBeLessThanOrEqual(all.length / 20);
    // Twenty of each are asked for where nothing else uses this machine.
    const right = all.filter(isTold).length;
    if (REPEATS >= 20) expect(right, JSON.stringify(all)).toBeGreaterThanOrEqual(0.95 * all.length);
  });

  test('twice the depth takes about twice as long, and an empty kernel about nothing', async () => {
    const empty = await gpu.load(handMade([pass(NOTHING, [1, 1, 1])]));
    loaded.push(empty);
    const samplers = [await product(4096), await product(8192), empty];
    const [short, long, none] = (await measured(samplers, 1, LONG)) as [Measured, Measured, Measured];
    // They take turns, so that what slows this CPU for a while slows all three.
    const ratio = long.timing.medianNs / short.timing.medianNs;
    expect(ratio).toBeGreaterThan(1.6);
    expect(ratio).toBeLessThan(2.5);
    expect(none.timing.medianNs).toBeLessThan(0.1 * short.timing.medianNs);
  });
});

/** As long as `compare` takes at most with `strict`, shared by two. */
const PATIENT: Protocol = { ...PROTOCOLS.standard, timeout: nanoseconds(BY_HAND ? 30e9 : 5e9) };

describe('with a busy process beside it', { timeout: (BY_HAND ? PAIRS : 6) * 40_000 }, () => {
  let busy: ChildProcess;
  beforeAll(() => {
    busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  });
  afterAll(() => {
    busy.kill();
  });

  test('eleven dispatches are slower than ten, mostly told and never the opposite', async () => {
    const plan = await product(128);
    const found = await verdicts([times(plan, 10), times(plan, 11)], REPEATS, PATIENT);
    expect(found.filter(({ verdict }) => verdict === 'FASTER')).toEqual([]);
    if (BY_HAND) {
      process.stdout.write(`${JSON.stringify(found)}\n`);
      expect(found.filter(isTold).length, JSON.stringify(found)).toBeGreaterThanOrEqual(0.8 * REPEATS);
    }
  });

  test('a kernel is not told apart from itself', async () => {
    const plan = await product(128);
    const found = await verdicts([times(plan, 10), times(plan, 10)], BY_HAND ? PAIRS : 2, PATIENT);
    if (BY_HAND) process.stdout.write(`${JSON.stringify(found)}\n`);
    expect(found.filter(isTold), JSON.stringify(found)).toEqual([]);
  });
});
