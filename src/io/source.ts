import type { QuantizedWeights } from '../formats/quantized.ts';

/** Bytes that can be read by ranges: a `File`, a path or an array behind one interface. */
export interface ByteSource {
  readonly size: number;
  /** @throws RangeError if the range is not inside the source. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A float32 matrix taken from a file or a sample. */
export interface Matrix {
  readonly N: number;
  readonly K: number;
  /** [N, K] */
  readonly values: Float32Array<ArrayBuffer>;
}

/** A weight matrix as it is stored: floats, or quantized already. */
export type StoredMatrix = Matrix | QuantizedWeights;

/** Whether a matrix is quantized already. */
export const isQuantized = (matrix: StoredMatrix): matrix is QuantizedWeights => 'codes' in matrix;

/** Finds the weight matrix that a spec names (`sample:NAME` or `FILE#TENSOR`); each engine has its own way to files. */
export interface WeightSource {
  /** @throws WeightSourceError if there is no such matrix, saying what there is. */
  load(name: string): Promise<StoredMatrix>;
}

/** A weight matrix that cannot be had. The message is for users. */
export class WeightSourceError extends Error {
  override readonly name = 'WeightSourceError';
}

/** Bytes in memory as a {@link ByteSource}; reads are views of them, not copies. */
export const bytesSource = (bytes: Uint8Array<ArrayBuffer>): ByteSource => ({
  size: bytes.length,
  read: async (offset, length) => {
    if (offset < 0 || length < 0 || offset + length > bytes.length) {
      throw new RangeError(
        `${String(length)} bytes from ${String(offset)} on are not inside ${String(bytes.length)} bytes`,
      );
    }
    return Promise.resolve(bytes.subarray(offset, offset + length));
  },
});
