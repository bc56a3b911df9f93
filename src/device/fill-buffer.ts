/** Bytes that one write fills. */
const CHUNK = 1 << 20;

/** Fills a buffer, from `start` up to `end` [bytes, whole words], with one word. */
export function fillBuffer(
  device: GPUDevice,
  buffer: GPUBuffer,
  word: number,
  start: number,
  end: number,
): void {
  const pattern = new Uint32Array(Math.min(end - start, CHUNK) / 4).fill(word);
  for (let offset = start; offset < end; offset += pattern.byteLength) {
    device.queue.writeBuffer(buffer, offset, pattern.buffer, 0, Math.min(pattern.byteLength, end - offset));
  }
}
