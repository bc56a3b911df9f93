import { describe, expect, it } from 'vitest';
import { blobSource } from '../../src/io/blob-source.ts';

const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);

describe('blobSource', () => {
  it('reads ranges of a file, and only those', async () => {
    const slices: [number, number][] = [];
    const blob = new Blob([bytes]);
    const source = blobSource({
      size: blob.size,
      slice: (start, end) => {
        slices.push([start, end]);
        return blob.slice(start, end);
      },
    });
    expect(source.size).toBe(100);
    expect([...(await source.read(7, 3))]).toEqual([7, 8, 9]);
    expect([...(await source.read(100, 0))]).toEqual([]);
    expect(slices).toEqual([
      [7, 10],
      [100, 100],
    ]);
  });

  it.each([
    [-1, 2],
    [99, 2],
    [0, -1],
  ])('refuses %d + %d, which is not inside', async (offset, length) => {
    await expect(blobSource(new Blob([bytes])).read(offset, length)).rejects.toThrow(RangeError);
  });
});
