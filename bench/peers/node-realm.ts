/**
 * Makes this process look to libraries like the browser that they are written for, as far as they need it for WebGPU.
 *
 * @param webgpu Dawn's `navigator.gpu`, with its classes global.
 * @returns undoes it.
 */
export function enterNodeRealm(webgpu: GPU): () => void {
  // Libraries look for the GPU in the navigator; Node 20 has none, later ones have one without a GPU.
  const navigator = { gpu: webgpu, userAgent: `Node.js ${process.version}`, hardwareConcurrency: 1 };
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  // While nothing else keeps the loop alive, Node waits for the compiler of WebAssembly and Dawn's answers wait with it.
  const alive = setInterval(() => undefined, LOOP_MS);
  const { prototype } = GPUQueue;
  const original = Reflect.get<object, string>(prototype, 'writeBuffer') as GPUQueue['writeBuffer'];
  prototype.writeBuffer = function (this: GPUQueue, buffer, bufferOffset, data, dataOffset, size) {
    original.call(this, buffer, bufferOffset, unshared(data) as BufferSource, dataOffset, size);
    return undefined;
  };
  return () => {
    prototype.writeBuffer = original;
    clearInterval(alive);
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else Reflect.deleteProperty(globalThis, 'navigator');
  };
}

const LOOP_MS = 20;

/** Dawn for Node refuses views of shared memory, which WebAssembly with threads has; a browser takes them. */
function unshared<T>(data: T): T | ArrayBuffer {
  const shared = data instanceof Uint8Array && data.buffer instanceof SharedArrayBuffer;
  return shared ? new Uint8Array(data).buffer : data;
}
