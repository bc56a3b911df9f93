import { decodeFloat16, encodeFloat16 } from '../../src/base/float16.ts';
import { elementOf } from '../../src/formats/format.ts';
import type { QuantizedWeights } from '../../src/formats/quantized.ts';
import { packOrt } from '../../src/layouts/foreign/ort.ts';
import type { MatMulNBits } from './onnx-model.ts';

/** The parts of {@link MatMulNBits} that weights fix. */
export type OrtWeights = Pick<
  MatMulNBits,
  'N' | 'K' | 'bits' | 'block' | 'type' | 'B' | 'scales' | 'zeroPoints'
>;

/**
 * Our weights as MatMulNBits takes them: the same codes and the same scales, which the operator wants in the type of the
 * activations.
 *
 * @throws FormatError if MatMulNBits has no room for the format.
 * @throws RangeError if a scale is not representable in f16 where that is the type: then both would not multiply the same numbers.
 */
export function ortWeights(weights: QuantizedWeights, type: MatMulNBits['type']): OrtWeights {
  const { format, N, K } = weights;
  const { B, zero_points } = packOrt(weights);
  const block = format.group === 'K' ? K : format.group;
  return {
    N,
    K,
    bits: elementOf(format).bits,
    block,
    type,
    B,
    scales: scaleBytes(weights.scales, type),
    ...(zero_points ? { zeroPoints: zero_points } : {}),
  };
}

function scaleBytes(scales: Float32Array, type: MatMulNBits['type']): Uint8Array {
  if (type === 'f32') return new Uint8Array(Float32Array.from(scales).buffer);
  const halves = Uint16Array.from(scales, encodeFloat16);
  const lost = scales.findIndex((scale, i) => decodeFloat16(halves[i]!) !== scale);
  if (lost >= 0) throw new RangeError(`the scale ${scales[lost]!} is no f16, which f16 activations ask for`);
  return new Uint8Array(halves.buffer);
}
