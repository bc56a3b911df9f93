import { describe, expect, it } from 'vitest';
import { exactInputs, type ExactInputs } from '../../src/reference/exact-data.ts';
import { type ExactProblem, exactRange } from '../../src/reference/exact-range.ts';
import { decodeQuantized } from '../../src/reference/quantized-activations.ts';
import { weightFormat } from '../support/weight-format.ts';
import { formatsOf } from './formats.ts';
import { quantizeActivations } from './quantizer.ts';
import { ORDERS, productRounded } from './rounded-product.ts';

const problem = (over: Partial<ExactProblem> = {}): ExactProblem => ({
  ...{ M: 3, N: 4, K: 100, format: weightFormat(), activation: 'i8', accumulator: 'f32' },
  ...{ epilogue: 'none', output: 'f32' },
  rounding: { terms: 128, decodeRoundings: 0, offset: 0, span: 0 },
  ...over,
});

function must(exact: ExactInputs): Exclude<ExactInputs, { kind: 'none' }> {
  if (exact.kind === 'none') throw new Error(exact.reason);
  return exact;
}

const FORMATS = ['int4', 'uint8', 'int2', 'bipolar3', 'e2m1', 'e2m3', 'iq4-nl'].flatMap((element) =>
  formatsOf(element),
);

describe('exact data of int8 activations', () => {
  it.each(FORMATS)('of %s come out of the quantization as they went in, and do not round', (_, format) => {
    const of = problem({ format });
    const { inputs, kind } = must(exactInputs(of, 3));
    const { M, activations, weights } = inputs;
    expect(kind).toBe('integer');
    for (let m = 0; m < M; m++) {
      for (let first = 0; first < 100; first += 32) {
        const block = activations.subarray(m * 100 + first, m * 100 + Math.min(100, first + 32));
        expect(Math.max(...block.map(Math.abs))).toBe(127);
        expect(block.every((a) => Number.isInteger(a) && a !== 0)).toBe(true);
      }
    }
    const quantized = quantizeActivations(activations, M, 100);
    expect(new Float32Array(quantized.blocks).filter((_, i) => i % 2 === 0).every((s) => s === 1)).toBe(true);
    expect(decodeQuantized(activations, M, 100, quantized)).toEqual({ activations, fault: undefined });
    const products = Object.values(ORDERS).map((order) =>
      productRounded({ M, activations, weights }, Math.fround, order),
    );
    for (const product of products)
      expect(product).toEqual(productRounded({ M, activations, weights }, (x) => x, ORDERS['ascending']!));
  });

  it('are as large as sums allow beside the 127s', () => {
    const codes = { codes: new Uint8Array(0), largest: 128, unit: 1 };
    // K 4096: 256·(128·127 + 3968·A) < 2²⁴.
    expect(exactRange(problem({ K: 4096 }), codes).largest).toBe(12);
    expect(exactRange(problem({ K: 64 }), codes).largest).toBe(127);
    // K 2²⁰: 127s alone come to 2²⁰/32·127·256 = 2³⁰.
    expect(exactRange(problem({ K: 2 ** 20 }), codes).largest).toBeLessThan(1);
  });

  it('of sums too long are one 127 times a power of two, which is its scale', () => {
    const { inputs, kind } = must(
      exactInputs(problem({ K: 2 ** 14, N: 2, format: weightFormat({ element: 'int8' }) }), 4),
    );
    expect(kind).toBe('one-hot');
    const quantized = quantizeActivations(inputs.activations, 3, 2 ** 14);
    expect(decodeQuantized(inputs.activations, 3, 2 ** 14, quantized)).toEqual({
      activations: inputs.activations,
      fault: undefined,
    });
    expect(inputs.activations.filter((a) => a !== 0)).toHaveLength(3);
    for (const a of inputs.activations) if (a !== 0) expect(Number.isInteger(Math.log2(a / 127))).toBe(true);
  });

  it('with f16 outputs leave blocks out where sums may be larger than 65504, others in each row', () => {
    const { inputs, kind } = must(exactInputs(problem({ K: 4096, output: 'f16' }), 5));
    expect(kind).toBe('integer');
    // A block may come to 16·(127 + 31) = 2528, and 25 of them to 63,200: of 128 blocks every sixth.
    const used = [0, 1, 2].map((m) =>
      Array.from({ length: 128 }, (_, b) => b).filter((b) => inputs.activations[m * 4096 + 32 * b] !== 0),
    );
    expect(used.map((blocks) => blocks.length)).toEqual([22, 21, 21]);
    expect(new Set(used.flat()).size).toBe(64);
    expect(
      decodeQuantized(inputs.activations, 3, 4096, quantizeActivations(inputs.activations, 3, 4096)).fault,
    ).toBeUndefined();
  });
});
