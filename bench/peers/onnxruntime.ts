import type * as Ort from 'onnxruntime-web/webgpu';
import { decodeFloat16, encodeFloat16 } from '../../src/base/float16.ts';
import { BUFFER_USAGE } from '../../src/device/flags.ts';
import { matMulNBitsModel } from './onnx-model.ts';
import { ortWeights } from './ort-weights.ts';
import type { LoadedPeer, Peer, Product } from './peer.ts';

/**
 * ONNX Runtime's MatMulNBits on its WebGPU execution provider.
 *
 * @param accuracyLevel of the operator; from 4 on it may quantize activations to int8.
 * @param wasm address of the runtime's WebAssembly; where the package finds it by itself, undefined.
 */
export const onnxRuntime = (accuracyLevel: 0 | 4, wasm: string | undefined): Peer => ({
  id: `onnxruntime-${accuracyLevel}`,
  library: 'onnxruntime-web',
  setting: `MatMulNBits, accuracy level ${accuracyLevel}`,
  weights: 'packed',
  accuracy: accuracyLevel === 4 ? 'int8-activations' : 'float',
  // Only its kernels for dot products of packed int8 quantize activations; it falls back where K is no multiple of 128, or without subgroups.
  accuracyOf: (kernels) => (kernels.some((name) => name.includes('DP4A')) ? 'int8-activations' : 'float'),
  load: async (product, { device }) => {
    const { M, activation } = product;
    const model = matMulNBitsModel({ M, accuracyLevel, ...ortWeights(product.weights, activation) });
    const ort = await import('onnxruntime-web/webgpu');
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = 'error';
    if (wasm !== undefined) ort.env.wasm.wasmPaths = { wasm };
    const session = await ort.InferenceSession.create(model, {
      executionProviders: [{ name: 'webgpu', device }],
      preferredOutputLocation: 'gpu-buffer',
    });
    return new OrtProduct(ort, session, device, product);
  },
});

class OrtProduct implements LoadedPeer {
  readonly #session: Ort.InferenceSession;
  readonly #buffer: GPUBuffer;
  readonly #activations: Ort.Tensor;

  constructor(
    ort: typeof Ort,
    session: Ort.InferenceSession,
    device: GPUDevice,
    { M, K, activation, activations }: Product,
  ) {
    this.#session = session;
    const half = activation === 'f16';
    const data = half ? Uint16Array.from(activations, encodeFloat16) : activations;
    const { storage, copySrc, copyDst } = BUFFER_USAGE;
    const size = 4 * Math.ceil(data.byteLength / 4);
    this.#buffer = device.createBuffer({ label: 'A', size, usage: storage | copySrc | copyDst });
    const padded = new Uint8Array(size);
    padded.set(new Uint8Array(data.buffer));
    device.queue.writeBuffer(this.#buffer, 0, padded.buffer, 0, size);
    const dataType = half ? 'float16' : 'float32';
    this.#activations = ort.Tensor.fromGpuBuffer(this.#buffer, { dataType, dims: [M, K] });
  }

  async run(): Promise<void> {
    (await this.#product()).dispose();
  }

  async read(): Promise<Float32Array> {
    const output = await this.#product();
    const data = (await output.getData()) as Float32Array | Uint16Array;
    output.dispose();
    // Where there is a Float16Array, halves come as that.
    return data instanceof Uint16Array ? Float32Array.from(data, decodeFloat16) : Float32Array.from(data);
  }

  async release(): Promise<void> {
    await this.#session.release();
    this.#buffer.destroy();
  }

  async #product(): Promise<Ort.Tensor> {
    const { Y } = await this.#session.run({ A: this.#activations });
    if (!Y) throw new Error('the session gave no output Y');
    return Y;
  }
}
