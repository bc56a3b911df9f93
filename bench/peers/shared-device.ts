import { invariant } from '../../src/base/invariant.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import { openGpu } from '../../src/device/open-gpu.ts';

/** One device for our kernels and for those of other libraries. */
export interface SharedDevice {
  /** Our face of it. */
  readonly gpu: Gpu;
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** Destroys the device and lets adapters give others again. */
  close(): void;
}

/**
 * Opens our device, and has every adapter of the realm give that one to whoever asks from then on.
 *
 * @param webgpu `navigator.gpu` or Dawn's.
 * @throws OpenGpuError as `openGpu` does.
 */
export async function openSharedDevice(
  webgpu: GPU | undefined,
  choice: 'auto' | 'hardware' | 'software',
): Promise<SharedDevice> {
  const patch = webgpu && new DevicePatch();
  try {
    const gpu = await openGpu(webgpu, choice);
    const shared = patch?.shared;
    invariant(shared !== undefined, 'a GPU was opened without asking an adapter for a device');
    const close = (): void => {
      patch?.restore();
      gpu.destroy();
    };
    return { gpu, ...shared, close };
  } catch (cause) {
    patch?.restore();
    throw cause;
  }
}

/** Gives the first device that is asked of any adapter to all who ask. */
class DevicePatch {
  shared: Pick<SharedDevice, 'device' | 'info'> | undefined;
  readonly #original: GPUAdapter['requestDevice'];

  constructor() {
    const { prototype } = GPUAdapter;
    const original = Reflect.get<object, string>(prototype, 'requestDevice') as GPUAdapter['requestDevice'];
    this.#original = original;
    const give = async (adapter: GPUAdapter, descriptor?: GPUDeviceDescriptor): Promise<GPUDevice> => {
      this.shared ??= { device: await original.call(adapter, descriptor), info: adapter.info };
      return this.shared.device;
    };
    prototype.requestDevice = function (this: GPUAdapter, descriptor) {
      return give(this, descriptor);
    };
  }

  restore(): void {
    GPUAdapter.prototype.requestDevice = this.#original;
  }
}
