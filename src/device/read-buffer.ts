import { withErrorScopes } from './error-scopes.ts';
import { BUFFER_USAGE, MAP_READ } from './flags.ts';

/**
 * Copies a buffer, or its part from `start` up to `end` [bytes, whole words], to the CPU once the work submitted before has been done.
 *
 * @throws PlanError `out-of-memory` or `validation`.
 */
export async function readBuffer(
  device: GPUDevice,
  buffer: GPUBuffer,
  start = 0,
  end = buffer.size,
): Promise<ArrayBuffer> {
  if (end === start) return new ArrayBuffer(0);
  let copy: GPUBuffer | undefined;
  try {
    const readable = await withErrorScopes(device, 'readback', () => {
      copy = device.createBuffer({
        label: 'readback',
        size: end - start,
        usage: BUFFER_USAGE.mapRead | BUFFER_USAGE.copyDst,
      });
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, start, copy, 0, end - start);
      device.queue.submit([encoder.finish()]);
      return copy;
    });
    await readable.mapAsync(MAP_READ);
    return readable.getMappedRange().slice(0);
  } finally {
    copy?.destroy();
  }
}
