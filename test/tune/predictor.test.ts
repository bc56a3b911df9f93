import { describe, expect, test } from 'vitest';
import { normal, uniform } from '../../src/base/random.ts';
import { DEFAULT_SPEC, formatOf } from '../../src/io/spec.ts';
import { DEFAULT_CAPS } from '../../src/kernels/caps.ts';
import { VARIANTS } from '../../src/kernels/registry.ts';
import { solveSymmetric } from '../../src/tune/linear-solve.ts';
import { type PlanFeatures, planFeatures } from '../../src/tune/plan-features.ts';
import { fitBaseline, fitPredictor, type PlanTime } from '../../src/tune/predictor.ts';

/** 12 shapes of 16 tiles each, with features that do not depend on each other. */
function plans(timeOf: (features: PlanFeatures, random: number) => number): PlanTime[] {
  return Array.from({ length: 192 }, (_, i) => {
    const shape = Math.floor(i / 16);
    const between = (feature: number, of: number, low: number, high: number): number =>
      low * (high / low) ** uniform(feature, of);
    const features: PlanFeatures = {
      traffic: between(1, shape, 1e6, 1e9),
      macs: between(2, shape, 1e8, 1e12),
      loadsPerMac: between(3, i, 0.01, 1),
      workgroupBytes: between(4, i, 1024, 16384),
      registers: between(5, i, 24, 128),
      workgroupSize: between(6, i, 32, 256),
      workgroups: between(7, i, 16, 4096),
      occupancy: between(8, i, 64, 2048),
    };
    return { shape: `shape ${shape}`, features, time: timeOf(features, normal(9, i)) };
  });
}

describe('fitPredictor', () => {
  test('finds that the baseline wins where times are bytes ÷ bandwidth + launch', () => {
    const result = fitPredictor(plans(({ traffic }, noise) => (traffic / 300 + 5000) * (1 + 0.02 * noise)));
    expect(result?.winner).toBe('baseline');
    expect(result?.baselineError).toBeLessThan(0.03);
    const features = plans(() => 1)[0]!.features;
    expect(result!.predict({ ...features, traffic: 3e8 }) / 1_005_000).toBeCloseTo(1, 1);
  });

  test('finds that the regression wins where times follow the tile', () => {
    const result = fitPredictor(
      plans(({ macs, loadsPerMac, occupancy }, noise) => {
        return (macs ** 0.9 * loadsPerMac ** 0.4 * (1 + 0.02 * noise)) / occupancy ** 0.3;
      }),
    );
    expect(result?.winner).toBe('regression');
    expect(result?.regressionError).toBeLessThan(0.1);
    expect(result?.baselineError).toBeGreaterThan(0.5);
  });

  test('prefers the baseline where times are noise', () => {
    expect(fitPredictor(plans((_, noise) => 1e5 * Math.exp(0.5 * noise)))?.winner).toBe('baseline');
  });

  test('judges by shapes that it has not seen: what is learnt by heart does not count', () => {
    // Each shape has its own speed, which nothing about it tells; its tiles make no difference.
    const speeds = new Map<number, number>();
    const result = fitPredictor(
      plans(({ traffic }) => {
        const speed = speeds.get(traffic) ?? Math.exp(2 * normal(77, speeds.size));
        speeds.set(traffic, speed);
        return 1e5 * speed;
      }),
    );
    expect(result?.regressionError).toBeGreaterThan(0.3);
  });

  test('leaves out whole shapes: a split at random would take three speeds learnt by heart for well predicted', () => {
    // Nothing about a shape tells its speed, but two numbers a shape are enough to learn three speeds by heart.
    const speeds = [1, 30, 2];
    let asked = 0;
    const three = plans(() => 1e5 * speeds[Math.floor(asked++ / 16) % 3]!).slice(0, 48);
    expect(fitPredictor(three)!.regressionError).toBeGreaterThan(0.5);
    const dealt = three.map((plan, i) => ({ ...plan, shape: `part ${i % 3}` }));
    expect(fitPredictor(dealt)!.regressionError).toBeLessThan(0.1);
  });

  test('counts the plans and the shapes that it judged by', () => {
    expect(fitPredictor(plans(() => 1))).toMatchObject({ plans: 192, shapes: 12 });
  });

  test('does not judge by fewer than three shapes', () => {
    expect(fitPredictor(plans(() => 1).slice(0, 32))).toBeUndefined();
  });
});

test('the baseline has no negative bandwidth and no negative launch', () => {
  const [a, b] = plans(() => 1);
  const at = (traffic: number, time: number): PlanTime => ({
    ...a!,
    features: { ...a!.features, traffic },
    time,
  });
  const falling = fitBaseline([at(1e6, 5000), at(2e6, 1000)]);
  expect(falling({ ...b!.features, traffic: 1e9 })).toBe(falling({ ...b!.features, traffic: 1 }));
  const steep = fitBaseline([at(1e6, 1000), at(2e6, 5000)]);
  expect(steep({ ...b!.features, traffic: 0 })).toBe(0);
  // Exact: 1000 ns and 10⁶ bytes at 500 bytes a nanosecond.
  const exact = fitBaseline([at(1e6, 3000), at(2e6, 5000)]);
  expect(exact({ ...b!.features, traffic: 4e6 })).toBeCloseTo(9000, 3);
});

test('the features of a plan are those of its passes', () => {
  const plan = VARIANTS.tiled.plan(
    {
      M: 64,
      N: 512,
      K: 512,
      format: formatOf(DEFAULT_SPEC),
      layout: 'interleaved',
      activation: 'f32',
      accumulator: 'f32',
      epilogue: 'none',
      output: 'f32',
    },
    { BM: 64, BN: 64, BK: 16, TM: 8, TN: 8 },
    DEFAULT_CAPS,
  );
  if (plan.kind !== 'plan') throw new Error(plan.constraint);
  expect(planFeatures(plan)).toMatchObject({
    macs: 64 * 512 * 512,
    workgroupSize: 64,
    workgroups: 8,
    workgroupBytes: 8192,
    // Eight workgroups of 8 KiB fit 64 KiB.
    occupancy: 512,
  });
});

test('solveSymmetric solves a system by hand, and gives nothing to a direction that is not there', () => {
  // 4x + 2y = 10, 2x + 3y = 9.
  const x = solveSymmetric(Float64Array.of(4, 2, 2, 3), Float64Array.of(10, 9));
  expect(x[0]).toBeCloseTo(1.5, 12);
  expect(x[1]).toBeCloseTo(2, 12);
  expect([...solveSymmetric(Float64Array.of(4, 0, 0, 0), Float64Array.of(8, 0))]).toEqual([2, 0]);
});
