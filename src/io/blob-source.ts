import type { ByteSource } from './source.ts';

/** What is needed of a `File` or `Blob`. */
interface Sliceable {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A user's file, read by ranges: it is never loaded whole. */
export const blobSource = (blob: Sliceable): ByteSource => ({
  size: blob.size,
  read: async (offset, length) => {
    if (offset < 0 || length < 0 || offset + length > blob.size) {
      throw new RangeError(
        `${String(length)} bytes from ${String(offset)} on are not inside ${String(blob.size)} bytes`,
      );
    }
    return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
  },
});
