import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gpu } from '../../src/device/gpu.ts';
import type { Peaks } from '../../src/io/peaks.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { peakProbes } from '../../src/kernels/peak-plans.ts';
import { measurePeaks } from '../../src/lab/peaks.ts';
import { median } from '../../src/measure/statistics.ts';
import { openDawn } from '../support/dawn.ts';
import { labOn } from './lab-on.ts';
import { spec } from './specs.ts';

const never = new AbortController().signal;
const silent = (): void => undefined;

let gpu: Gpu;
let peaks: Peaks;

beforeAll(async () => {
  gpu = await openDawn();
  peaks = await measurePeaks(gpu, never, silent);
}, 60_000);

afterAll(() => {
  gpu.destroy();
});

describe('peaks', () => {
  test('are measured of each kind that the adapter has', () => {
    expect(Object.keys(peaks)).toHaveLength(7);
    for (const rate of Object.values(peaks)) expect(rate).toBeGreaterThan(0.01);
  });

  test('are not beyond what any CPU can do: no compiler left the work out', () => {
    expect(Math.max(peaks.copyGbps, peaks.readGbps)).toBeLessThan(2000);
    expect(Math.max(peaks.cacheGbps, peaks.workgroupGbps)).toBeLessThan(50_000);
    expect(Math.max(peaks.f32Gflops, peaks.f16Gflops!, peaks.dot4Gops!)).toBeLessThan(50_000);
  });

  test('take longer for more rounds', async () => {
    const probes = peakProbes(gpu.caps, true);
    for (const kind of ['cache', 'workgroup', 'f32', 'f16', 'dot4']) {
      const { plan } = probes.find((probe) => probe.kind === kind)!;
      const twice = plan.passes.map((pass) => ({
        ...pass,
        shader: { ...pass.shader, code: pass.shader.code.replace('ROUNDS = 64u', 'ROUNDS = 256u') },
      }));
      const [once, more] = [await gpu.load(plan), await gpu.load({ ...plan, passes: twice })];
      const ratios: number[] = [];
      for (let i = 0; i < 25; i++) {
        const short = (await once.sample(1))!;
        ratios.push((await more.sample(1))! / short);
      }
      // Four times the rounds; in the median of pairs, for whoever uses this CPU as well slows down both of one.
      expect(median(ratios), kind).toBeGreaterThan(2.5);
      once.destroy();
      more.destroy();
    }
  });

  test('stop at an abort', async () => {
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await expect(measurePeaks(gpu, controller.signal, silent)).rejects.toThrow('enough');
  });
});

test('an adapter without f16 and packed products has no probes of them', () => {
  expect(peakProbes(DEFAULT_CAPS, false).map(({ kind }) => kind)).toEqual([
    'copy',
    'read',
    'cache',
    'workgroup',
    'f32',
  ]);
});

test('a lab that knows the peaks tells how near each result came, and one that does not leaves it out', async () => {
  const lab = labOn(openDawn);
  const product = spec({ m: 16, n: 128, k: 256, kernel: 'tiled' });
  expect((await lab.run(product, never, silent)).derived).not.toHaveProperty('percentOfPeak');
  expect(await lab.peaks(peaks, never, silent)).toEqual(peaks);
  const { derived } = await lab.run(product, never, silent);
  expect(derived!.boundBy).toMatch(/cache|arithmetic/);
  expect(derived!.percentOfPeak!.value).toBeGreaterThan(0.01);
  expect(await lab.environment()).toMatchObject({ peaks });
});
