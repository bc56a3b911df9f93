import { roundToFloat16 } from '../../src/base/float16.ts';
import { codesByValue } from '../../src/formats/element.ts';
import { elementOf, groupCount, groupSize, type WeightFormat } from '../../src/formats/format.ts';
import type { QuantizedWeights } from '../../src/formats/quantized.ts';
import type { ProductInputs } from '../../src/reference/request.ts';
import { decodeAll, productBy, rightOutput, type Summation } from './simulated-product.ts';

/** The code that stands for 0. */
const zeroCode = (format: WeightFormat): number =>
  codesByValue(elementOf(format)).find(({ value }) => value === 0)!.code;

/** Makes the output [M, N] of a kernel that is wrong in one way. */
type Fault = (inputs: ProductInputs) => Float32Array<ArrayBuffer>;

/** The output of a right kernel on activations, or on weights, that a fault has changed. */
const withWeights = (
  inputs: ProductInputs,
  change: (weights: QuantizedWeights) => Partial<QuantizedWeights>,
): Float32Array<ArrayBuffer> =>
  rightOutput({ ...inputs, weights: { ...inputs.weights, ...change(inputs.weights) } });

const dropping = (inputs: ProductInputs, dropped: number): Float32Array<ArrayBuffer> => {
  const { K } = inputs.weights;
  return rightOutput({
    ...inputs,
    activations: inputs.activations.map((a, i) => (i % K >= K - dropped ? 0 : a)),
  });
};

const changed = (
  inputs: ProductInputs,
  change: (out: Float32Array<ArrayBuffer>, N: number) => void,
): Float32Array<ArrayBuffer> => {
  const out = rightOutput(inputs);
  change(out, inputs.weights.N);
  return out;
};

const halfPrecision: Summation = (a, w) => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum = roundToFloat16(sum + roundToFloat16(a[k]! * w[k]!));
  return sum;
};

/** The faults of which most published checks miss some, each planted in an otherwise right product. */
export const PLANTED_FAULTS: Readonly<Record<string, Fault>> = {
  'all zeros': (inputs) => rightOutput(inputs).fill(0),
  'the last k dropped': (inputs) => dropping(inputs, 1),
  'the last 16 k dropped': (inputs) => dropping(inputs, 16),
  'the last group dropped': (inputs) => {
    const { format, K } = inputs.weights;
    return dropping(inputs, K - (groupCount(format, K) - 1) * groupSize(format, K));
  },
  'the scale index off by one group': (inputs) =>
    withWeights(inputs, ({ scales }) => ({ scales: scales.map((_, i) => scales[(i + 1) % scales.length]!) })),
  'neighbouring codes swapped': (inputs) =>
    withWeights(inputs, ({ codes, K }) => ({
      codes: codes.map((code, i) => (((i % K) ^ 1) < K ? codes[i - (i % K) + ((i % K) ^ 1)]! : code)),
    })),
  'the zero point one too low': (inputs) =>
    withWeights(inputs, ({ format, scales }) => {
      const zero = zeroCode(format);
      return {
        format: { ...format, zeroPoint: true },
        zeros: Uint8Array.from(scales, () => zero - 1),
      };
    }),
  'one output zero': (inputs) => changed(inputs, (out) => (out[Math.floor(out.length / 3)] = 0)),
  'the last column zero': (inputs) =>
    changed(inputs, (out, N) => {
      for (let i = N - 1; i < out.length; i += N) out[i] = 0;
    }),
  '16 outputs of the last row zero': (inputs) => changed(inputs, (out) => out.fill(0, out.length - 16)),
  'everything × 1.02': (inputs) => rightOutput(inputs).map((c) => c * 1.02),
  'the highest code read as the one below': (inputs) =>
    withWeights(inputs, ({ codes, format }) => {
      const highest = 2 ** elementOf(format).bits - 1;
      return { codes: codes.map((code) => Math.min(code, highest - 1)) };
    }),
  'code 0 read as 0.0 in one place of each group': (inputs) =>
    withWeights(inputs, ({ codes, K, format }) => {
      const size = groupSize(format, K);
      const seen = new Set<number>();
      const zero = zeroCode(format);
      return {
        codes: codes.map((code, i) => {
          const group = Math.floor(i / K) * groupCount(format, K) + Math.floor((i % K) / size);
          if (code !== 0 || seen.has(group)) return code;
          seen.add(group);
          return zero;
        }),
      };
    }),
  'outputs permuted': (inputs) =>
    changed(inputs, (out, N) => {
      out.set([...out.subarray(N), ...out.subarray(0, N)]);
    }),
  'sums kept in f16': ({ M, activations, weights }) =>
    productBy(halfPrecision, activations, decodeAll(weights), M, weights.N),
};
