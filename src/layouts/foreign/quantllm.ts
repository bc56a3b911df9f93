import { elementOf } from '../../formats/format.ts';
import { PRESETS } from '../../formats/presets.ts';
import { assembleQuantized, type QuantizedWeights } from '../../formats/quantized.ts';
import { packMsbFirst, unpackMsbFirst } from './bit-stream.ts';
import { expectRoom } from './foreign-format.ts';
import { expectFinite, expectMatrix, expectMultiple, expectSize } from './tensor-check.ts';

/** Weights of QuantLLM (FP6-LLM) in source order, before its prepacking. */
export interface QuantllmTensors {
  /** [N, K · bits / 8]: the matrix row by row, one MSB-first stream. */
  readonly weights: Uint8Array<ArrayBuffer>;
  /** F16 [N]. */
  readonly scales: Uint16Array<ArrayBuffer>;
}

/** E3M2 and E2M2. */
export type QuantllmPreset = 'quantllm-fp6' | 'quantllm-fp5';

/** Eight codes of any width fill whole bytes, so rows begin at bytes. */
const WHOLE = 8;

const expectRows = (K: number): void => {
  expectMultiple('K', K, WHOLE, 'each row of QuantLLM begins at a byte');
};

/**
 * Reads weights of QuantLLM in source order.
 *
 * @throws FormatError naming a tensor of another size.
 */
export function unpackQuantllm(
  preset: QuantllmPreset,
  tensors: QuantllmTensors,
  N: number,
  K: number,
): QuantizedWeights {
  expectMatrix(N, K);
  expectRows(K);
  const { format } = PRESETS[preset]!;
  const { bits } = elementOf(format);
  expectSize('weights', tensors.weights, [N, (K * bits) / 8]);
  expectSize('scales', tensors.scales, [N]);
  const codes = unpackMsbFirst(tensors.weights, bits, N * K);
  const weights = assembleQuantized(format, N, K, codes, { scales: Uint32Array.from(tensors.scales) });
  expectFinite('scales', weights.scales);
  return weights;
}

/**
 * The inverse of {@link unpackQuantllm}.
 *
 * @throws FormatError if QuantLLM has no room for the format, or rows do not fill bytes.
 */
export function packQuantllm(weights: QuantizedWeights): QuantllmTensors {
  const { format, K, codes, stored } = weights;
  expectRoom(format, {
    packing: 'QuantLLM',
    elements: ['e3m2', 'e2m2'],
    scales: ['f16'],
    groups: ['K'],
    zeroPoints: [false],
    secondLevels: ['none'],
  });
  expectRows(K);
  return {
    weights: packMsbFirst(codes, elementOf(format).bits),
    scales: Uint16Array.from(stored.scales),
  };
}
