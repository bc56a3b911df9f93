import { open } from 'node:fs/promises';
import type { ByteSource } from '../../src/io/source.ts';

/**
 * A file as bytes that are read by ranges; the file is open only while it is read.
 *
 * @throws Error of the file system if there is no such file.
 */
export async function openPath(path: string): Promise<ByteSource> {
  const size = await withFile(path, async (file) => (await file.stat()).size);
  return {
    size,
    read: (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > size) {
        throw new RangeError(
          `bytes ${offset} to ${offset + length} are not inside ${path}, which has ${size}`,
        );
      }
      return withFile(path, async (file) => {
        const bytes = new Uint8Array(length);
        let done = 0;
        while (done < length) {
          const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
          if (bytesRead === 0) throw new RangeError(`${path} became shorter while it was read`);
          done += bytesRead;
        }
        return bytes;
      });
    },
  };
}

async function withFile<T>(
  path: string,
  use: (file: Awaited<ReturnType<typeof open>>) => Promise<T>,
): Promise<T> {
  const file = await open(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
