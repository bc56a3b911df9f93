import { describe, expect, it } from 'vitest';
import { FLOAT16_MIN_NORMAL } from '../../src/base/float16.ts';
import { floorLog2 } from '../../src/formats/float-element.ts';
import type { WeightFormat } from '../../src/formats/format.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import type { Rounding } from '../../src/reference/request.ts';
import { weightFormat } from '../support/weight-format.ts';
import { formatsOf, PRESET_FORMATS } from './formats.ts';
import { HALF_ROUNDINGS } from './f16-rounding.ts';
import { ROUNDINGS } from './f32-rounding.ts';
import { partsOf, type Round } from './simulated-decode.ts';
import { checkKernel, decoding, type Kernel, termsProblem, toBits } from './simulated-terms.ts';

const preset = (name: string): WeightFormat => PRESETS[name]!.format;

const FORMATS = [
  ...PRESET_FORMATS,
  ...['int4', 'uint8', 'e2m1', 'nf4', 'e4m3'].flatMap((element) => formatsOf(element)),
];

describe('a kernel that decodes each weight', () => {
  it.each(FORMATS)('is right in %s, however each operation is rounded', (_, format) => {
    const found = checkKernel(termsProblem(format), decoding(ROUNDINGS['to either neighbour']!(7)));
    expect(found).toMatchObject({ wrong: 0, worst: undefined });
    expect(found.judged).toBeGreaterThan(100);
  });

  it.each(Object.entries(ROUNDINGS))('is right in scales of f32 rounded %s', (_, make) => {
    for (const zeroPoint of [false, true, 'min'] as const) {
      const format = weightFormat({ element: 'uint8', scale: 'f32', zeroPoint });
      expect(checkKernel(termsProblem(format), decoding(make(3))).wrong).toBe(0);
    }
  });

  /** A fault that changes no more than the twelfth bit. */
  it.each<readonly [string, Round, Round]>([
    ['scales of 3 bits', toBits(3), (a) => a],
    ['scales of 8 bits', toBits(8), (a) => a],
    ['scales without sign', Math.abs, (a) => a],
    ['subnormal halves twice too large', (s) => (Math.abs(s) < FLOAT16_MIN_NORMAL ? 2 * s : s), (a) => a],
    ['activations of 8 bits', (s) => s, toBits(8)],
    ['activations of 11 bits', (s) => s, toBits(11)],
    ['activations of 3 bits but for integers', (s) => s, (a) => (Number.isInteger(a) ? a : toBits(3)(a))],
    ['activations below 0.05 as 0', (s) => s, (a) => (Math.abs(a) < 0.05 ? 0 : a)],
  ])('with %s is wrong', (_, scale, activation) => {
    for (const M of [1, 5]) {
      const problem = termsProblem(weightFormat(), { M });
      expect(checkKernel(problem, decoding(Math.fround, { scale, activation })).wrong).toBeGreaterThan(0);
      expect(checkKernel(problem, decoding(Math.fround)).wrong).toBe(0);
    }
  });
});

describe('a kernel whose code for what is left of K behind whole tiles', () => {
  const right = decoding(Math.fround);
  /** As the other, but for activations from `start` on. */
  const after =
    (start: number, round: Round): Kernel =>
    (row, weights, n) =>
      right(
        row.map((a, k) => (k < start ? a : round(a))),
        weights,
        n,
      );

  it.each([
    [1, weightFormat()],
    [1, preset('mxfp4')],
    [5, weightFormat()],
    [17, weightFormat({ group: 8 })],
    [33, weightFormat({ group: 'K' })],
  ])('takes activations of %i rows and %o in 8 bits is wrong', (M, format) => {
    for (let seed = 0; seed < 2; seed++) {
      const problem = termsProblem(format, { M, N: 8, K: 8200 });
      expect(checkKernel(problem, after(8192, toBits(8)), seed).wrong).toBeGreaterThan(0);
    }
  });
});

describe('a kernel that leaves an offset on the codes', () => {
  const OFFSET = 1024;
  const rounding = (format: WeightFormat): Rounding => ({
    ...termsProblem(format).rounding,
    decodeRoundings: 3 + termsProblem(format).rounding.decodeRoundings,
    ...{ offset: OFFSET, span: 32 },
  });

  /** (code + 1024)·a − (1024·a + zero·a), then times the scale, and the minimum times a. */
  const summing =
    (round: Round, activation: Round): Kernel =>
    (row, weights, n) => {
      let sum = 0;
      row.forEach((given, k) => {
        if (given === 0) return;
        const a = activation(given);
        const { scale, raw, zero, step, min } = partsOf(weights, n, k, round);
        const start = round(round(-zero * a) - round(OFFSET * a));
        const difference = round(start + round((raw + OFFSET) * a));
        sum = round(sum + round(round(step * scale) * difference));
        sum = round(sum + round(min * a));
      });
      return sum;
    };

  it.each([
    weightFormat(),
    weightFormat({ element: 'uint8', zeroPoint: true }),
    weightFormat({ element: 'uint4', zeroPoint: 'min', scale: 'f32' }),
    preset('nvfp4-ggml'),
  ])('is right in %o, and wrong with activations of 11 bits', (format) => {
    if (format.element === 'e2m1') return;
    const problem = termsProblem(format, { rounding: rounding(format) });
    for (const make of Object.values(ROUNDINGS)) {
      const found = checkKernel(
        problem,
        summing(make(1), (a) => a),
      );
      expect(found).toMatchObject({ wrong: 0, worst: undefined });
      expect(found.exactBits).toBeGreaterThanOrEqual(12);
    }
    expect(checkKernel(problem, summing(Math.fround, toBits(11))).wrong).toBeGreaterThan(0);
  });
});

describe('a kernel of int8 activations', () => {
  /**
   * Codes of a block within a group are summed exactly, times the block's scale, the weights' scale, and the minimum times their sum.
   *
   * @param folds whether zero points are left on the codes, and taken off with the minimum.
   */
  const multiplying =
    (round: Round, folds: boolean): Kernel =>
    (row, weights, n) => {
      const size = Math.min(32, Number(weights.format.group));
      let sum = 0;
      for (let first = 0; first < row.length; first += size) {
        const start = first - (first % 32);
        const power = Math.max(...row.subarray(start, start + 32).map(Math.abs)) / 127;
        if (power === 0) continue;
        const { scale, min, zero, step } = partsOf(weights, n, first, round);
        const left = folds ? zero * step : 0;
        let dot = 0;
        let all = 0;
        for (let k = first; k < Math.min(row.length, first + size); k++) {
          dot += (partsOf(weights, n, k, round).value + left) * (row[k]! / power);
          all += row[k]! / power;
        }
        const rest = round(min - left * scale);
        sum = round(sum + round(round(round(dot * power) * scale) + round(round(all * power) * rest)));
      }
      return sum;
    };

  it.each([
    ...['q4_k', 'q5_k', 'q2_k', 'mxfp4', 'nvfp4'].map(preset),
    weightFormat(),
    weightFormat({ zeroPoint: 'min' }),
    weightFormat({ element: 'int3', scale: 'u6', secondLevel: 'super', zeroPoint: 'min' }),
    weightFormat({ element: 'int4-mlc', group: 16, scale: 'u4', secondLevel: 'super', zeroPoint: 'min' }),
  ])('is right in %o, however each operation is rounded', (format) => {
    const { rounding } = termsProblem(format);
    const problem = termsProblem(format, {
      ...{ M: 8, N: 24, activation: 'i8' },
      rounding: { ...rounding, decodeRoundings: 2 + rounding.decodeRoundings, span: 32 },
    });
    for (const make of Object.values(ROUNDINGS)) {
      const found = checkKernel(problem, multiplying(make(1), false));
      expect(found).toMatchObject({ wrong: 0, worst: undefined });
      const folding = format.zeroPoint === 'min' && format.element.startsWith('int');
      expect(found.exact > 0).toBe(!folding);
      if (folding) expect(checkKernel(problem, multiplying(make(1), true))).toMatchObject({ wrong: 0 });
    }
  });
});

describe('a kernel in f16', () => {
  const problem = termsProblem(weightFormat(), {
    accumulator: 'f16',
    rounding: { ...termsProblem(weightFormat()).rounding, halfTerms: 16, halfRoundings: 3, halfScaled: true },
  });

  const summing =
    (half: Round, scaleAs: Round, activationAs: Round): Kernel =>
    (row, weights, n) => {
      let sum = 0;
      row.forEach((a, k) => {
        const { scale, value } = partsOf(weights, n, k, Math.fround);
        if (a !== 0)
          sum = half(sum + half(half(Math.fround(scaleAs(scale) * value)) * half(activationAs(a))));
      });
      return sum;
    };
  const same: Round = (value) => value;

  it.each(Object.entries(HALF_ROUNDINGS))('is right, rounded %s', (_, make) => {
    const found = checkKernel(problem, summing(make(1), same, same));
    expect(found).toMatchObject({ wrong: 0, worst: undefined });
    expect(found.exact).toBeGreaterThan(0);
    expect(found.exactBits).toBe(11);
  });

  it.each<readonly [string, Round, Round]>([
    ['scales cut to a power of two', (s) => (s === 0 ? 0 : Math.sign(s) * 2 ** floorLog2(Math.abs(s))), same],
    ['scales of 8 bits', toBits(8), same],
    ['activations of 8 bits', same, toBits(8)],
  ])('with %s is wrong', (_, scale, activation) => {
    const nearest = HALF_ROUNDINGS['to the nearest']!(1);
    expect(checkKernel(problem, summing(nearest, scale, activation)).wrong).toBeGreaterThan(0);
  });
});
