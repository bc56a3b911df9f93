import { describe, expect, it } from 'vitest';
import { FLOAT16_MAX } from '../../src/base/float16.ts';
import { FLOAT32_MAX } from '../../src/base/float32.ts';
import { assembleQuantized, type QuantizedWeights } from '../../src/formats/quantized.ts';
import { PRESETS } from '../../src/formats/presets.ts';
import { SCALE_TYPES } from '../../src/formats/scale-type.ts';
import { exactInputs } from '../../src/reference/exact-data.ts';
import { finishedValue } from '../../src/reference/epilogue-bound.ts';
import { type Beyond, findBeyond, type RangeRequest } from '../../src/reference/range-check.ts';
import type { ProductInputs, Rounding } from '../../src/reference/request.ts';
import { gamma, HALF_ROUNDOFF } from '../../src/reference/unit-roundoff.ts';
import { weightFormat } from '../support/weight-format.ts';
import { PRESET_FORMATS } from './formats.ts';
import { randomInputs } from './random-inputs.ts';
import { decodeRounded } from './simulated-decode.ts';
import { roundingOf } from './simulated-product.ts';

/** Runs a search to its end. */
function beyond(request: RangeRequest): Beyond | undefined {
  const search = findBeyond(request);
  for (;;) {
    const { done, value } = search.next();
    if (done === true) return value;
  }
}

const [M, N, K] = [3, 5, 64];

/** Random inputs whose products are larger by a factor, of which the weights have a power of two. */
function inputsOf(factor: number, zeroPoint: 'min' | false = false): ProductInputs {
  const format = weightFormat({ element: 'int4', scale: 'f32', zeroPoint });
  const inputs = randomInputs(format, M, N, K, 17);
  const power = 2 ** Math.floor(Math.log2(factor) / 2);
  const activations = inputs.activations.map((a) => (a * factor) / power);
  return { M, activations, weights: multiplied(inputs.weights, power) };
}

/** The same weights times a factor. */
function multiplied({ format, codes, stored }: QuantizedWeights, factor: number): QuantizedWeights {
  const { encode, decode } = SCALE_TYPES.f32;
  const times = (code: number): number => encode(decode(code) * factor);
  const mins = stored.mins ? { mins: stored.mins.map(times) } : {};
  return assembleQuantized(format, N, K, codes, { scales: stored.scales.map(times), ...mins });
}

const HALF: Rounding = {
  terms: K,
  decodeRoundings: 1,
  offset: 0,
  span: 0,
  halfTerms: 16,
  halfRoundings: 3,
  halfScaled: true,
};

/** Every term of the product in f64: [M, N, K]. */
function termsOf({ activations, weights }: ProductInputs): Float64Array {
  const w = decodeRounded(weights, (exact) => exact);
  return Float64Array.from({ length: M * N * K }, (_, i) => {
    const [m, n, k] = [Math.floor(i / (N * K)), Math.floor(i / K) % N, i % K];
    return activations[m * K + k]! * w[n * K + k]!;
  });
}

const sums = (terms: Float64Array, size: number, of: (term: number) => number): number[] =>
  Array.from({ length: terms.length / size }, (_, i) =>
    terms.subarray(i * size, (i + 1) * size).reduce((sum, term) => sum + of(term), 0),
  );

const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));

describe('what is beyond a type is found, and nothing that is not', () => {
  const unit = termsOf(inputsOf(1));

  it.each([
    [
      'f32 outputs',
      { rounding: roundingOf(weightFormat(), K), output: 'f32' },
      largest(sums(unit, K, (t) => t)),
      FLOAT32_MAX,
    ],
    [
      'f16 outputs',
      { rounding: roundingOf(weightFormat(), K), output: 'f16' },
      largest(sums(unit, K, (t) => t)),
      FLOAT16_MAX,
    ],
    [
      'sums in f16',
      { rounding: HALF, output: 'f32' },
      largest(sums(unit, 16, Math.abs)),
      FLOAT16_MAX / (1 + gamma(16 + 3, HALF_ROUNDOFF)),
    ],
  ] as const)('%s', (_, request, most, limit) => {
    const at = (factor: number): Beyond | undefined =>
      beyond({ inputs: inputsOf(factor), epilogue: 'none', ...request });
    expect(at(1)).toBeUndefined();
    expect(at((limit / most) * (1 - 2 ** -16))).toBeUndefined();
    const found = at((limit / most) * (1 + 2 ** -16));
    expect(Math.abs(found!.value) / limit).toBeCloseTo(1, 4);
  });

  it('with its place and value, of all factors near the limit', () => {
    for (let i = 0; i < 60; i++) {
      const inputs = inputsOf((FLOAT16_MAX / 40) * 1.08 ** (i - 30));
      const terms = termsOf(inputs);
      const outputs = sums(terms, K, (term) => term);
      const found = beyond({
        inputs,
        rounding: roundingOf(weightFormat(), K),
        epilogue: 'none',
        output: 'f16',
      });
      expect(found === undefined).toBe(largest(outputs) <= FLOAT16_MAX);
      if (found) expect(found.value).toBeCloseTo(outputs[found.m! * N + found.n]!, 3);
    }
  });

  it('of what an epilogue makes of sums', () => {
    const inputs = inputsOf(1);
    const rounding = roundingOf(weightFormat(), K);
    const bias = Float32Array.from({ length: N }, (_, n) => (n === 2 ? 65500 : 0));
    const outputs = sums(termsOf(inputs), K, (term) => term).map((sum, i) => sum + bias[i % N]!);
    const found = beyond({ inputs: { ...inputs, bias }, rounding, epilogue: 'bias', output: 'f16' });
    expect(found === undefined).toBe(largest(outputs) <= FLOAT16_MAX);
    // A negative sum becomes nearly 0, and fits.
    const negative = Array.from({ length: 9 }, (_, i) =>
      beyond({
        inputs: {
          ...inputsOf(1e5),
          M: 1,
          activations: inputsOf(1e5)
            .activations.slice(0, K)
            .map((a) => (i % 2 ? -a : a)),
        },
        rounding,
        epilogue: 'silu',
        output: 'f16',
      }),
    );
    for (const each of negative)
      if (each) expect(finishedValue('silu', each.value, 0)).toBeGreaterThan(FLOAT16_MAX);
  });

  it('of weights, which have minima', () => {
    const inputs = inputsOf(1, 'min');
    const weights = decodeRounded(inputs.weights, (exact) => exact);
    const most = largest([...weights]);
    const activations = new Float32Array(M * K);
    const at = (factor: number): Beyond | undefined =>
      beyond({
        inputs: { M, activations, weights: multiplied(inputs.weights, factor) },
        rounding: HALF,
        epilogue: 'none',
        output: 'f32',
      });
    expect(at((FLOAT16_MAX / most) * 0.999)).toBeUndefined();
    expect(at((FLOAT16_MAX / most) * 1.001)).toMatchObject({ type: 'f16', of: 'weight' });
  });

  it('of E8M0’s largest scale: 1.5 · 2¹²⁷ fits f32, 2 · 2¹²⁷ does not', () => {
    const { format } = PRESETS['mxfp4']!;
    const of = (code: number): Beyond | undefined => {
      const codes = new Uint8Array(32).fill(code);
      const weights = assembleQuantized(format, 1, 32, codes, { scales: Uint32Array.of(254) });
      const activations = new Float32Array(32);
      activations[0] = 2 ** -10;
      return beyond({
        inputs: { M: 1, activations, weights },
        rounding: roundingOf(format, 32),
        epilogue: 'none',
        output: 'f32',
      });
    };
    expect(of(3)).toBeUndefined();
    expect(of(4)).toMatchObject({ type: 'f32', of: 'weight', value: 2 ** 128, n: 0, k: 0 });
  });

  it('of values before their scale, where a plan sums those', () => {
    const before: Rounding = { ...HALF, halfScaled: false, span: 16 };
    const { activations, ...rest } = inputsOf(1);
    const inputs = { ...rest, activations: activations.map((a) => 1000 * a) };
    const request = { inputs, epilogue: 'none', output: 'f32' } as const;
    const found = beyond({ ...request, rounding: before });
    // 16 values of up to 8 times activations of about 1000, where weights are a sixtieth of that.
    expect(found).toMatchObject({ type: 'f16', of: 'sum' });
    expect(beyond({ ...request, rounding: HALF })).toBeUndefined();
  });
});

describe('exact data fit by construction', () => {
  const KINDS = [
    ['f32', 'f32', {}],
    ['f32', 'f16', {}],
    ['f16', 'f32', { halfTerms: 16, halfRoundings: 3, halfScaled: true }],
    ['f16', 'f16', { halfTerms: 32, halfRoundings: 2, halfScaled: true }],
    ['f32', 'f32', { halfRoundings: 1 }],
  ] as const;

  it.each(PRESET_FORMATS)('%s', (_, format) => {
    for (const [accumulator, output, half] of KINDS) {
      const rounding: Rounding = { ...roundingOf(format, 512), ...half };
      const problem = {
        M: 2,
        N: 4,
        K: 512,
        format,
        activation: 'f32',
        accumulator,
        epilogue: 'bias',
        output,
        rounding,
      } as const;
      const exact = exactInputs(problem, 5);
      if (exact.kind === 'none') continue;
      expect(beyond({ inputs: exact.inputs, rounding, epilogue: 'bias', output })).toBeUndefined();
    }
  });
});
