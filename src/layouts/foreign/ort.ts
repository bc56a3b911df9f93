import { ceilDiv, isPowerOfTwo } from '../../base/integers.ts';
import { FormatError } from '../../formats/element-names.ts';
import { elementOf, groupCount } from '../../formats/format.ts';
import { assembleQuantized, type QuantizedWeights } from '../../formats/quantized.ts';
import { packLsbFirst, unpackLsbFirst } from './bit-stream.ts';
import { expectRoom, type FloatScale, presetWith, scaleBits, type ScaleBits } from './foreign-format.ts';
import { expectFinite, expectMatrix, expectSize } from './tensor-check.ts';

/** The inputs of ONNX Runtime's operator MatMulNBits (domain com.microsoft) that are weights. */
export interface OrtTensors {
  /** [N, blocks, block · bits / 8]: codes along K, low bits first; the last block is filled up, here with 0. */
  readonly B: Uint8Array<ArrayBuffer>;
  /** [N, blocks]. */
  readonly scales: ScaleBits;
  /** [N, ⌈blocks · bits / 8⌉]: codes along K, low bits first; 2^(bits − 1) each where it is absent. */
  readonly zero_points?: Uint8Array<ArrayBuffer> | undefined;
}

/** The attributes of the operator, and the type of the scales. */
export interface OrtSizes {
  readonly N: number;
  readonly K: number;
  /** 2, 4 or 8. */
  readonly bits: number;
  /** `block_size`: a power of two from 16 on. */
  readonly block: number;
  /** f16 where it is absent. */
  readonly scale?: FloatScale | undefined;
}

const BITS = [2, 4, 8];
const LEAST_BLOCK = 16;

function expectBlock({ bits, block }: Pick<OrtSizes, 'bits' | 'block'>): void {
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
 * Reads the weights of MatMulNBits: a preset `ort2`, `ort4` or `ort8` with the block of the operator, or, where no zero
 * points are stored, the element `int2`, `int4` or `int8`, whose own zero is the operator's default.
 *
 * @throws FormatError naming a tensor of another size.
 */
export function unpackOrt({ B, scales, zero_points }: OrtTensors, sizes: OrtSizes): QuantizedWeights {
  const { N, K, bits, block, scale = 'f16' } = sizes;
  expectMatrix(N, K);
  expectBlock(sizes);
  const blocks = ceilDiv(K, block);
  const rowBytes = (blocks * block * bits) / 8;
  expectSize('B', B, [N, blocks, (block * bits) / 8]);
  expectSize('scales', scales, [N, blocks]);
  const zeroBytes = ceilDiv(blocks * bits, 8);
  if (zero_points) expectSize('zero_points', zero_points, [N, zeroBytes]);

  const codes = new Uint8Array(N * K);
  const zeros = zero_points && new Uint8Array(N * blocks);
  for (let n = 0; n < N; n++) {
    const row = unpackLsbFirst(B.subarray(n * rowBytes, (n + 1) * rowBytes), bits, blocks * block);
    codes.set(row.subarray(0, K), n * K);
    if (!zeros) continue;
    zeros.set(
      unpackLsbFirst(zero_points.subarray(n * zeroBytes, (n + 1) * zeroBytes), bits, blocks),
      n * blocks,
    );
  }
  const choices = zeros ? {} : ({ element: `int${bits}`, zeroPoint: false } as const);
  const format = presetWith(`ort${bits}`, { group: block, scale, ...choices });
  const weights = assembleQuantized(format, N, K, codes, { scales: Uint32Array.from(scales) }, zeros);
  expectFinite('scales', weights.scales);
  return weights;
}

/**
 * The inverse of {@link unpackOrt}: with zero points where the format stores them, without where the element is signed.
 *
 * @throws FormatError if MatMulNBits has no room for the format.
 */
export function packOrt(weights: QuantizedWeights): OrtTensors {
  const { format, N, K, codes, zeros, stored } = weights;
  expectRoom(format, {
    packing: 'MatMulNBits',
    elements: BITS.map((bits) => `${zeros ? 'uint' : 'int'}${bits}`),
    scales: ['f16', 'bf16', 'f32'],
    zeroPoints: [zeros !== undefined],
    secondLevels: ['none'],
  });
  const { bits } = elementOf(format);
  const block = format.group === 'K' ? K : format.group;
  expectBlock({ bits, block });
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
  return { B, scales: scaleBits(format, stored.scales), zero_points };
}
