import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundToFloat16 } from '../../src/base/float16.ts';
import { finishedBound, finishedValue } from '../../src/reference/epilogue-bound.ts';
import { HALF_ROUNDINGS } from './f16-rounding.ts';
import { ROUNDINGS } from './f32-rounding.ts';
import type { Round } from './simulated-decode.ts';

const U = 2 ** -23;
const f32 = Math.fround;

describe('finishedValue', () => {
  it.each([
    ['none', -2.5, -2.5],
    ['bias', -2.5, -2.25],
    // x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2: at 1, tanh(0.8335...) = 0.6823839812.
    ['gelu', 1, 0.8411919906],
    ['gelu', -1, -0.1588080094],
    ['gelu', 0, 0],
    ['gelu', 100, 100],
    ['gelu', -100, 0],
    ['silu', 1, 0.7310585786],
    ['silu', -2, -0.238405844],
    ['silu', 1000, 1000],
    ['silu', -1000, 0],
  ] as const)('of %s at %d is %d', (epilogue, sum, value) => {
    expect(finishedValue(epilogue, sum, 0.25)).toBeCloseTo(value, 9);
  });
});

/** What a shader does, each operation as inexact as WGSL lets it be; `lean` is −1 … 1, another for each use. */
function shaderOutput(epilogue: 'gelu' | 'silu', x: number, round: Round, lean: () => number): number {
  const cube = round(round(round(f32(0.044715) * x) * x) * x);
  const t = epilogue === 'silu' ? x : round(f32(1.5957691216057308) * round(x + cube));
  const clamped = Math.min(Math.max(t, -80), 80);
  const exponential = Math.exp(-clamped) * (1 + lean() * (3 + 2 * Math.abs(clamped)) * U);
  return (x / round(1 + exponential)) * (1 + lean() * 2.5 * U);
}

describe.each(['gelu', 'silu'] as const)('the bound of %s', (epilogue) => {
  it('holds however a shader rounds, whatever sum it is given within the sum’s own bound', () => {
    const way = fc.constantFrom(...Object.values(ROUNDINGS));
    const lean = fc.constantFrom(-1, 1);
    const sum = fc.oneof(
      fc.double({ min: -12, max: 12, noNaN: true }),
      fc.double({ min: -3e4, max: 3e4, noNaN: true }),
    );
    const share = fc.constantFrom(0, 1e-7, 1e-4, 0.05, 1);
    let worst = 0;
    fc.assert(
      fc.property(sum, share, way, fc.nat(), lean, lean, lean, (x, of, make, seed, a, b, c) => {
        const bound = of * Math.max(1, Math.abs(x)) + 2 * U * Math.abs(x);
        const leans = [a, b].values();
        const given = f32(x + c * bound * 0.999);
        const got = shaderOutput(epilogue, given, make(seed), () => leans.next().value!);
        const value = finishedValue(epilogue, x, 0);
        const error = Math.abs(got - value);
        const allowed = finishedBound(epilogue, 'f32', x, value, bound);
        expect(error).toBeLessThanOrEqual(allowed);
        worst = Math.max(worst, error / allowed);
      }),
      { numRuns: 20000 },
    );
    expect(worst).toBeGreaterThan(0.9);
  });

  it('is not many times what a shader can need where the sum is exact', () => {
    let worst = 0;
    for (let x = -12; x <= 12; x += 1 / 64) {
      const got = shaderOutput(epilogue, x, ROUNDINGS['away from zero']!(0), () => 1);
      const value = finishedValue(epilogue, x, 0);
      worst = Math.max(worst, Math.abs(got - value) / finishedBound(epilogue, 'f32', x, value, 0));
    }
    expect(worst).toBeGreaterThan(0.4);
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('grants a sum’s bound at the steepest place, and an eighth more nowhere', () => {
    let steepest = 0;
    const step = 2 ** -12;
    for (let x = -6; x <= 6; x += step) {
      const slope = (finishedValue(epilogue, x + step, 0) - finishedValue(epilogue, x, 0)) / step;
      steepest = Math.max(steepest, slope);
    }
    const granted = finishedBound(epilogue, 'f32', 0, 0, 1);
    expect(granted).toBeGreaterThan(steepest);
    expect(granted).toBeLessThan(1.125 * steepest);
  });
});

describe('the bound of a bias', () => {
  it('holds for any rounding of the addition', () => {
    const number = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    const way = fc.constantFrom(...Object.values(ROUNDINGS));
    fc.assert(
      fc.property(number, number, fc.constantFrom(-1, 0, 1), way, fc.nat(), (x, plain, sign, make, seed) => {
        const bias = f32(plain);
        const bound = 1e-5 * Math.abs(x);
        const given = f32(x + sign * bound * 0.999);
        const value = finishedValue('bias', x, bias);
        const allowed = finishedBound('bias', 'f32', x, value, bound + U * Math.abs(x));
        expect(Math.abs(make(seed)(given + bias) - value)).toBeLessThanOrEqual(allowed);
      }),
    );
  });

  it('is one rounding of the output, and little more', () => {
    expect(finishedBound('bias', 'f32', 1, 1.5, 2 ** -20)).toBeCloseTo(2 ** -20 + U * (1.5 + 2 ** -20), 12);
  });
});

describe('the bound of an f16 output', () => {
  it.each(Object.entries(HALF_ROUNDINGS))('holds for sums rounded %s', (_, make) => {
    fc.assert(
      fc.property(
        fc.double({ min: -6e4, max: 6e4, noNaN: true }),
        fc.integer({ min: 0, max: 40 }),
        (large, down) => {
          const x = large * 2 ** -down;
          const stored = make(down)(x);
          expect(Math.abs(stored - x)).toBeLessThanOrEqual(finishedBound('none', 'f16', x, x, 0));
        },
      ),
    );
  });

  it('condemns the value after next', () => {
    for (const x of [1, 1.7, -3, 300.3, 2047]) {
      const ulp = 2 ** (Math.floor(Math.log2(Math.abs(x))) - 10);
      const beyond = roundToFloat16(x) + 2 * ulp;
      expect(Math.abs(beyond - x)).toBeGreaterThan(finishedBound('none', 'f16', x, x, 1e-6));
    }
  });

  it('has no room for infinity', () => {
    expect(Infinity).toBeGreaterThan(finishedBound('none', 'f16', 7e4, 7e4, 1));
  });
});
