import { describe, expect, test } from 'vitest';
import { bytes, flops } from '../../src/base/units.ts';
import type { Peaks } from '../../src/io/peaks.ts';
import { impossibleTime, percentOfPeak, type RooflinePlan, roofOf } from '../../src/measure/roofline.ts';
import { handMade } from '../device/plans.ts';

/** Round numbers: 100 GB/s of memory, 1 TB/s of cache, 1, 2 and 4 TFLOP/s. */
const PEAKS: Peaks = {
  copyGbps: 90,
  readGbps: 100,
  cacheGbps: 1000,
  workgroupGbps: 5000,
  f32Gflops: 1000,
  f16Gflops: 2000,
  dot4Gops: 4000,
};

/** 10 MB and 1 GFLOP: 100 µs of memory, 10 µs of cache, 1 ms of f32. */
const PLAN: RooflinePlan = { ...handMade([]), work: flops(1e9), traffic: bytes(10e6) };
const COLD = { cache: 'cold', ownText: false } as const;
const LIGHT: RooflinePlan = { ...PLAN, work: flops(1e6) };

describe('the roof that binds', () => {
  test.each([
    ['f32 arithmetic', PLAN, 'cold', 1e6],
    ['memory', LIGHT, 'cold', 100e3],
    ['cache', LIGHT, 'hot', 10e3],
    ['memory', { ...LIGHT, traffic: bytes(300e6) }, 'hot', 3e6],
    ['f16 arithmetic', { ...PLAN, numerics: { ...PLAN.numerics, halfTerms: 32 } }, 'cold', 0.5e6],
    ['int8 arithmetic', { ...PLAN, problem: { ...PLAN.problem, activation: 'i8' } }, 'cold', 0.25e6],
    // Matrix units may be faster than all that was measured.
    ['memory', { ...PLAN, variant: 'subgroup-matrix' }, 'cold', 100e3],
  ] as const)('is %s', (boundBy, plan, cache, leastNs) => {
    const roof = roofOf(plan, PEAKS, { cache, ownText: false });
    expect(roof.boundBy).toBe(boundBy);
    expect(roof.leastNs).toBeCloseTo(leastNs, 3);
  });

  test('of the user’s own text is the fastest arithmetic that could be timed, for it may use any', () => {
    const terms = { cache: 'cold', ownText: true } as const;
    expect(roofOf(PLAN, PEAKS, terms)).toEqual({
      boundBy: 'int8 arithmetic',
      leastNs: 0.25e6,
      kind: 'measured',
    });
    expect(roofOf(PLAN, { ...PEAKS, dot4Gops: 0 }, terms).boundBy).toBe('f16 arithmetic');
  });

  test('is modelled where it is traffic, measured where it is operations', () => {
    expect(percentOfPeak(roofOf(LIGHT, PEAKS, COLD), 200e3)).toEqual({
      percentOfPeak: { value: 50, kind: 'modelled' },
      boundBy: 'memory',
    });
    expect(percentOfPeak(roofOf(PLAN, PEAKS, COLD), 4e6)).toEqual({
      percentOfPeak: { value: 25, kind: 'measured' },
      boundBy: 'f32 arithmetic',
    });
  });
});

describe('a time', () => {
  const at = (
    medianNs: number,
    plan = LIGHT,
    { cache = 'cold', ownText = false }: { cache?: 'hot' | 'cold'; ownText?: boolean } = {},
  ): string | undefined => impossibleTime(roofOf(plan, PEAKS, { cache, ownText }), medianNs);

  test('of less than the roofline by more than 5 % is refused, and says by how much', () => {
    expect(at(96e3)).toBeUndefined();
    expect(at(95e3)).toContain('1.05 times');
    expect(at(20e3)).toContain('5.00 times');
  });

  test('with a hot cache may be faster than memory', () => {
    expect(at(20e3, LIGHT, { cache: 'hot' })).toBeUndefined();
    expect(at(9e3, LIGHT, { cache: 'hot' })).toContain('1.11 times');
  });

  test('is held against the arithmetic that the plan uses', () => {
    expect(at(0.96e6, PLAN)).toBeUndefined();
    expect(at(0.5e6, PLAN)).toContain('2.00 times');
    const half = { ...PLAN, numerics: { ...PLAN.numerics, halfTerms: 32 } };
    expect(at(0.48e6, half)).toBeUndefined();
    expect(at(0.4e6, half)).toContain('1.25 times');
  });

  test('of the user’s own text is held against the fastest arithmetic, for it may use any', () => {
    expect(at(0.3e6, PLAN, { ownText: true })).toBeUndefined();
    expect(at(0.2e6, PLAN, { ownText: true })).toContain('1.25 times');
  });

  test('is not held against what could not be timed', () => {
    const blind: Peaks = { copyGbps: 0, readGbps: 0, cacheGbps: 0, workgroupGbps: 0, f32Gflops: 0 };
    for (const ownText of [false, true]) {
      expect(impossibleTime(roofOf(PLAN, blind, { cache: 'cold', ownText }), 1)).toBeUndefined();
    }
  });
});
