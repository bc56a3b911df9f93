import { FormatError, NonNumberError } from '../element-names.ts';
import type { WeightFormat } from '../format.ts';
import type { QuantizedWeights } from '../quantized.ts';
import { allocateBlocks, assembleBlocks, type Blocks, blocksOf } from './blocks.ts';

/** One part of a block's bytes: which bytes of the block they are, and what of the canonical form they hold. */
export interface BlockField {
  /**
   * What no canonical form can hold, if the block that begins at `at` has such a thing: `d is 0x7e00, which is no number`.
   */
  fault?(bytes: Uint8Array, at: number): string | undefined;
  /** Reads the field of the block that begins at `at` into block `b`. */
  read(bytes: Uint8Array, at: number, blocks: Blocks, b: number): void;
  /** Writes the field of block `b` to the block that begins at `at`, all zero before. */
  write(blocks: Blocks, b: number, bytes: Uint8Array, at: number): void;
}

/** The bytes of one ggml type to and from canonical form. */
export interface GgmlCodec {
  /** The name of the type's preset. */
  readonly preset: string;
  /** Weights of a block. */
  readonly blockSize: number;
  readonly blockBytes: number;
  /**
   * @param bytes [N, K / blockSize] blocks, rows following each other as in a GGUF tensor of dimensions [K, N].
   * @param refuses whether codes and scales that are no numbers are refused; else they decode to NaN or infinities.
   * @throws FormatError if K or the number of bytes is none that there can be.
   * @throws NonNumberError if a block holds a scale that is no finite number or a code that is unused, naming both.
   */
  unpack(bytes: Uint8Array, N: number, K: number, refuses?: boolean): QuantizedWeights;
  /**
   * The inverse of {@link unpack}.
   *
   * @throws FormatError if the weights are not of this type's preset.
   */
  pack(weights: QuantizedWeights): Uint8Array<ArrayBuffer>;
}

/** The codec of blocks that consist of `fields`. */
export function blockCodec(
  format: WeightFormat,
  blockBytes: number,
  fields: readonly BlockField[],
): GgmlCodec {
  const { block: blockSize } = format;
  const preset = String(format.preset);
  return {
    preset,
    blockSize,
    blockBytes,
    unpack(bytes, N, K, refuses = true) {
      const blocks = allocateBlocks(format, N, K);
      const count = (N * K) / blockSize;
      if (bytes.length !== count * blockBytes) {
        throw new FormatError(
          `${String(N)} × ${String(K)} weights of ${preset} are ${String(count * blockBytes)} bytes, not ${String(bytes.length)}.`,
        );
      }
      for (let b = 0; b < count; b++) {
        for (const field of fields) {
          const fault = refuses ? field.fault?.(bytes, b * blockBytes) : undefined;
          if (fault !== undefined) throw new NonNumberError(`Block ${String(b)} of ${preset}: ${fault}.`);
          field.read(bytes, b * blockBytes, blocks, b);
        }
      }
      return assembleBlocks(blocks, N, K);
    },
    pack(weights) {
      if (weights.format.preset !== preset) {
        throw new FormatError(
          `These weights are of ${weights.format.preset ?? 'no preset'}: the blocks of ${preset} cannot hold them.`,
        );
      }
      const count = (weights.N * weights.K) / blockSize;
      const blocks = blocksOf(weights);
      const bytes = new Uint8Array(count * blockBytes);
      for (let b = 0; b < count; b++) {
        for (const field of fields) field.write(blocks, b, bytes, b * blockBytes);
      }
      return bytes;
    },
  };
}
