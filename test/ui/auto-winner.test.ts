import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC, type Spec } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { Kept } from '../../src/lab/kept.ts';
import { LabError } from '../../src/lab/lab.ts';
import { AutoWinner } from '../../src/ui/auto-winner.ts';
import { currentWinner } from '../support/current-winner.ts';
import { MapStorage } from '../support/map-storage.ts';
import { HARDWARE, SOFTWARE } from './fake-lab.ts';

/** `auto` stands for gemv there. */
const SPEC: Spec = { ...DEFAULT_SPEC, m: 2, n: 64, k: 64, weights: 'random' };
const TILE = { BN: 16, TN: 4, SPLIT: 8, DEPTH: 1, ALONG: 0, REDUCE: 0, OFFSET: 1 };
const NAMED: Spec = { ...SPEC, kernel: 'gemv', params: TILE };
/** A store as a file has it. */
const STORE = {
  schemaVersion: 1,
  winners: [
    currentWinner({
      adapter: { vendor: 'acme', architecture: 'gen-9', description: 'Acme G900 (driver 1.2)' },
      shape: { m: 2, n: 64, k: 64 },
      format: { format: 'int4', group: 32, scale: 'f16', zeroPoint: false, secondLevel: 'none' },
      ...{ layout: 'interleaved', activation: 'f32', accumulator: 'f32', output: 'f32' },
      ...{ kernel: 'gemv', params: TILE, cache: 'hot' },
      ...{ medianNs: 1e6, ratio: 0.8, ciLow: 0.78, ciHigh: 0.82, samples: 20, measuredAt: 1000 },
    }),
  ],
};

/** The chooser of a page, what the page keeps, and what it was asked and told. */
function pageWith(store: unknown): {
  readonly auto: AutoWinner;
  readonly kept: Kept;
  readonly seen: { asked: number; told: number };
} {
  const storage = new MapStorage();
  const kept = new Kept(() => storage);
  if (store !== undefined) kept.write('winners', store);
  const seen = { asked: 0, told: 0 };
  const auto = new AutoWinner(() => seen.told++);
  const caps = (): Promise<typeof DEFAULT_CAPS> => {
    seen.asked++;
    return Promise.resolve(DEFAULT_CAPS);
  };
  auto.sources = { lab: { caps }, kept };
  return { auto, kept, seen };
}

describe('auto on the page', () => {
  test('runs the winner that the browser keeps, and asks the lab once', async () => {
    const { auto, seen } = pageWith(STORE);
    expect(auto.runs(SPEC)).toBe(SPEC);
    const chosen = await auto.chooser(HARDWARE);
    expect(chosen(SPEC)).toEqual(NAMED);
    expect(auto.found(SPEC)).toEqual(NAMED);
    expect(chosen({ ...SPEC, kernel: 'naive' })).toEqual({ ...SPEC, kernel: 'naive' });
    await auto.chooser(HARDWARE);
    expect(seen.asked).toBe(1);
    expect(seen.told).toBe(2);
  });

  test('asks the lab nothing where no winner is kept, or what is kept cannot be read', async () => {
    for (const store of [undefined, { schemaVersion: 2 }]) {
      const { auto, seen } = pageWith(store);
      expect((await auto.chooser(HARDWARE))(SPEC)).toBe(SPEC);
      expect(seen.asked).toBe(0);
    }
  });

  test('leaves the winner out when told, but still tells of it; what was chosen before stays', async () => {
    const { auto } = pageWith(STORE);
    const before = await auto.chooser(HARDWARE);
    auto.isLeftOut = true;
    expect(auto.runs(SPEC)).toBe(SPEC);
    expect(auto.found(SPEC)).toEqual(NAMED);
    expect(before(SPEC)).toEqual(NAMED);
    expect((await auto.chooser(HARDWARE))(SPEC)).toBe(SPEC);
    auto.isLeftOut = false;
    expect(auto.runs(SPEC)).toEqual(NAMED);
  });

  test('follows the adapter, and what comes to be kept', async () => {
    const { auto, kept } = pageWith(STORE);
    await auto.refresh(SOFTWARE);
    expect(auto.runs(SPEC)).toBe(SPEC);
    await auto.refresh(HARDWARE);
    expect(auto.runs(SPEC)).toEqual(NAMED);
    kept.write('winners', { schemaVersion: 1, winners: [] });
    await auto.refresh(HARDWARE);
    expect(auto.runs(SPEC)).toBe(SPEC);
  });

  test('shows nothing where the lab fails, and says so when it runs', async () => {
    const { auto, kept } = pageWith(STORE);
    const caps = (): Promise<never> => Promise.reject(new LabError('no-device', 'requestDevice() failed'));
    auto.sources = { lab: { caps }, kept };
    await auto.refresh(HARDWARE);
    expect(auto.found(SPEC)).toBeUndefined();
    await expect(auto.chooser(HARDWARE)).rejects.toThrow('requestDevice() failed');
  });
});
