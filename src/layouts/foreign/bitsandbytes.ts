import { ceilDiv } from '../../base/integers.ts';
import { DOUBLE_BLOCK } from '../../formats/format.ts';
import { PRESETS } from '../../formats/presets.ts';
import { assembleQuantized, type QuantizedWeights } from '../../formats/quantized.ts';
import { expectRoom } from './foreign-format.ts';
import { expectFinite, expectMatrix, expectMultiple, expectSize } from './tensor-check.ts';

/** The tensors of a 4-bit layer of bitsandbytes, its absmax plain. */
export interface BnbTensors {
  /** [N · K / 2]: the matrix [N, K] row by row, two codes a byte, the first of each two in the high nibble. */
  readonly packed: Uint8Array<ArrayBuffer>;
  /** [N · K / 64]: the scale of each 64 codes. */
  readonly absmax: Float32Array<ArrayBuffer>;
}

/** The same with double quantization: an absmax is map(code) · nested absmax + offset, each step rounded to f32. */
export interface BnbNestedTensors {
  readonly packed: Uint8Array<ArrayBuffer>;
  /** [N · K / 64] codes of bitsandbytes' signed dynamic map, which `nested_quant_map` of a file is as a rule. */
  readonly absmax: Uint8Array<ArrayBuffer>;
  /** [⌈N · K / 64 / 256⌉]. */
  readonly nestedAbsmax: Float32Array<ArrayBuffer>;
  /** The mean that was taken off before the absmax were quantized; an f32. */
  readonly nestedOffset: number;
}

/** `quant_type` of bitsandbytes. */
export type BnbType = 'nf4' | 'fp4';

const BLOCK = 64;

function expectBlocks(N: number, K: number): void {
  expectMatrix(N, K);
  expectMultiple(
    'K',
    K,
    BLOCK,
    `bitsandbytes scales each ${BLOCK} codes of the matrix, and rows are not to share a scale`,
  );
}

const isNested = (tensors: BnbTensors | BnbNestedTensors): tensors is BnbNestedTensors =>
  'nestedAbsmax' in tensors;

/**
 * Reads a 4-bit layer of bitsandbytes of block size 64: a preset `bnb-nf4`, `bnb-nf4-dq`, `bnb-fp4` or `bnb-fp4-dq`.
 *
 * @throws FormatError naming a tensor of another size.
 */
export function unpackBnb(
  type: BnbType,
  tensors: BnbTensors | BnbNestedTensors,
  N: number,
  K: number,
): QuantizedWeights {
  expectBlocks(N, K);
  const { packed, absmax } = tensors;
  expectSize('The packed weight', packed, [N, K / 2]);
  expectSize('absmax', absmax, [N, K / BLOCK]);
  if (isNested(tensors)) {
    expectSize('nested_absmax', tensors.nestedAbsmax, [ceilDiv(absmax.length, DOUBLE_BLOCK)]);
  }
  const codes = new Uint8Array(N * K);
  for (const [i, byte] of packed.entries()) {
    codes[2 * i] = byte >> 4;
    codes[2 * i + 1] = byte & 15;
  }
  const { format } = PRESETS[`bnb-${type}${isNested(tensors) ? '-dq' : ''}`]!;
  const stored = isNested(tensors)
    ? {
        scales: Uint32Array.from(tensors.absmax),
        parents: tensors.nestedAbsmax.slice(),
        offset: Math.fround(tensors.nestedOffset),
      }
    : { scales: new Uint32Array(tensors.absmax.slice().buffer) };
  const weights = assembleQuantized(format, N, K, codes, stored);
  expectFinite('absmax', weights.scales);
  return weights;
}

/**
 * The inverse of {@link unpackBnb}: with double quantization where the format has it.
 *
 * @throws FormatError if the weights are of no preset of bitsandbytes, or K does not fill blocks.
 */
export function packBnb(weights: QuantizedWeights): BnbTensors | BnbNestedTensors {
  const { format, N, K, codes, stored } = weights;
  const nested = format.secondLevel === 'double';
  expectRoom(format, {
    packing: 'bitsandbytes',
    elements: ['nf4', 'fp4-bnb'],
    scales: [nested ? 'dynamic8' : 'f32'],
    groups: [BLOCK],
    zeroPoints: [false],
    secondLevels: ['none', 'double'],
  });
  expectBlocks(N, K);
  const packed = new Uint8Array((N * K) / 2);
  for (let i = 0; i < packed.length; i++) packed[i] = (codes[2 * i]! << 4) | codes[2 * i + 1]!;
  if (!nested) return { packed, absmax: new Float32Array(stored.scales.slice().buffer) };
  return {
    packed,
    absmax: Uint8Array.from(stored.scales),
    nestedAbsmax: stored.parents!.slice(),
    nestedOffset: stored.offset!,
  };
}
