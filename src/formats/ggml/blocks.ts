import { groupCount, parentCount, type WeightFormat } from '../format.ts';
import { assembleQuantized, type QuantizedWeights } from '../quantized.ts';
import { FormatError } from '../element-names.ts';

/**
 * The canonical arrays of a matrix in one of ggml's block formats. A block's weights follow each other along K and K is
 * a multiple of the block, so block `b` of the matrix, in row-major order, owns the `b`-th part of each array.
 */
export interface Blocks {
  readonly format: WeightFormat;
  /** Weights of a block. */
  readonly size: number;
  /** Groups of a block. */
  readonly groups: number;
  /** [blocks · size], one code a byte. */
  readonly codes: Uint8Array<ArrayBuffer>;
  /** [blocks · groups] codes of the format's scale type. */
  readonly scales: Uint32Array<ArrayBuffer>;
  /** [blocks · groups] codes of the minima; empty where the format has none. */
  readonly mins: Uint32Array<ArrayBuffer>;
  /** [blocks] f16 values that the scales are multiples of; empty where the format has none. */
  readonly parents: Float32Array<ArrayBuffer>;
  /** As `parents`, of the minima. */
  readonly parentMins: Float32Array<ArrayBuffer>;
}

/**
 * Canonical arrays for N rows of K weights, all zero.
 *
 * @throws FormatError if K is no multiple of the format's block.
 */
export function allocateBlocks(format: WeightFormat, N: number, K: number): Blocks {
  const { block, secondLevel, zeroPoint } = format;
  if (K % block !== 0) {
    throw new FormatError(
      `${String(format.preset)} has blocks of ${String(block)} weights: K is ${String(K)} and must be a multiple.`,
    );
  }
  const groups = groupCount(format, K);
  const hasMin = zeroPoint === 'min';
  const parents = secondLevel === 'super' ? parentCount(format, N, groups) : 0;
  return {
    format,
    size: block,
    groups: block / Number(format.group),
    codes: new Uint8Array(N * K),
    scales: new Uint32Array(N * groups),
    mins: new Uint32Array(hasMin ? N * groups : 0),
    parents: new Float32Array(parents),
    parentMins: new Float32Array(hasMin ? parents : 0),
  };
}

/** The matrix that filled arrays stand for. */
export function assembleBlocks(blocks: Blocks, N: number, K: number): QuantizedWeights {
  const { format, codes, scales, mins, parents, parentMins } = blocks;
  const optional = <T extends Uint32Array | Float32Array>(array: T): T | undefined =>
    array.length > 0 ? array : undefined;
  return assembleQuantized(format, N, K, codes, {
    scales,
    mins: optional(mins),
    parents: optional(parents),
    parentMins: optional(parentMins),
  });
}

/** The arrays of a matrix in canonical form, not copied. */
export function blocksOf(weights: QuantizedWeights): Blocks {
  const { format, codes, stored } = weights;
  return {
    format,
    size: format.block,
    groups: format.block / Number(format.group),
    codes,
    scales: stored.scales,
    mins: stored.mins ?? new Uint32Array(0),
    parents: stored.parents ?? new Float32Array(0),
    parentMins: stored.parentMins ?? new Float32Array(0),
  };
}
