import type { ByteSource } from '../../../src/io/source.ts';

/** A source that notes what is read of it. */
export interface CountingSource extends ByteSource {
  /** Offset and length of each read. */
  readonly reads: readonly (readonly [offset: number, length: number])[];
}

/** Bytes as a source that hands out copies, and throws an error of its own if more is asked for than there is. */
export function countingSource(bytes: Uint8Array<ArrayBuffer>, size = bytes.length): CountingSource {
  const reads: [number, number][] = [];
  return {
    size,
    reads,
    read: async (offset, length) => {
      const inside = Number.isSafeInteger(offset) && offset >= 0 && length >= 0 && offset + length <= size;
      if (!inside) throw new Error(`${String(length)} bytes were read from ${String(offset)} on`);
      reads.push([offset, length]);
      const copy = new Uint8Array(length);
      copy.set(bytes.subarray(offset, offset + length));
      return Promise.resolve(copy);
    },
  };
}
