/** Fills a buffer from its start. The view itself is not passed on: Dawn under Node crashes on some kinds. */
export function writeBuffer(device: GPUDevice, buffer: GPUBuffer, data: ArrayBufferView<ArrayBuffer>): void {
  device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength);
}
