import { ceilDiv, isPowerOfTwo } from '../../base/integers.ts';
import { FormatError } from '../../formats/element-names.ts';
import { elementOf, groupCount } from '../../formats/format.ts';
import type { QuantizedWeights } from '../../formats/quantized.ts';
import { packLsbFirst } from './bit-stream.ts';
import { expectRoom } from './foreign-format.ts';

/** The inputs of ONNX Runtime's operator MatMulNBits (domain com.microsoft) that are weights, but for the scales [N, blocks]. */
export interface OrtTensors {
  /** [N, blocks, block · bits / 8]: codes along K, low bits first; the last block is filled up, here with 0. */
  readonly B: Uint8Array<ArrayBuffer>;
  /** [N, ⌈blocks · bits / 8⌉]: codes along K, low bits first; 2^(bits − 1) each where it is absent. */
  readonly zero_points?: Uint8Array<ArrayBuffer> | undefined;
}

const BITS = [2, 4, 8];
const LEAST_BLOCK = 16;

function expectBlock(bits: number, block: number): void {
  if (!BITS.includes(bits)) {
    throw new FormatError(`MatMulNBits has ${BITS.join(', ')} bits a weight, not ${bits}.`);
  }
  if (!Number.isSafeInteger(block) || block < LEAST_BLOCK || !isPowerOfTwo(block)) {
    throw new FormatError(
      `MatMulNBits has blocks of a power of two from ${LEAST_BLOCK} on, not of ${block}.`,
    );
  }
}

/**
 * Writes the weights as MatMulNBits reads them: with zero points where the format stores them, without where the element is signed.
 *
 * @throws FormatError if MatMulNBits has no room for the format.
 */
export function packOrt(weights: QuantizedWeights): OrtTensors {
  const { format, N, K, codes, zeros } = weights;
  expectRoom(format, {
    packing: 'MatMulNBits',
    elements: BITS.map((bits) => `${zeros ? 'uint' : 'int'}${bits}`),
    scales: ['f16', 'bf16', 'f32'],
    zeroPoints: [zeros !== undefined],
    secondLevels: ['none'],
  });
  const { bits } = elementOf(format);
  const block = format.group === 'K' ? K : format.group;
  expectBlock(bits, block);
  const blocks = groupCount(format, K);
  const rowBytes = (blocks * block * bits) / 8;
  const zeroBytes = ceilDiv(blocks * bits, 8);

  const B = new Uint8Array(N * rowBytes);
  const zero_points = zeros && new Uint8Array(N * zeroBytes);
  for (let n = 0; n < N; n++) {
    B.set(packLsbFirst(codes.subarray(n * K, (n + 1) * K), bits), n * rowBytes);
    if (!zeros) continue;
    zero_points!.set(packLsbFirst(zeros.subarray(n * blocks, (n + 1) * blocks), bits), n * zeroBytes);
  }
  return { B, zero_points };
}
