import type { Gpu } from '../device/gpu.ts';
import { OpenGpuError } from '../device/open-gpu-error.ts';
import { LabError } from './lab.ts';

/** Holds one device, opened when it is first asked for and again after it was lost. */
export class GpuHolder {
  readonly #open: () => Promise<Gpu>;
  #current: Promise<Gpu> | undefined;

  constructor(open: () => Promise<Gpu>) {
    this.#open = open;
  }

  /** @throws LabError where no device can be had. */
  async get(): Promise<Gpu> {
    const current = (this.#current ??= this.#open());
    const forget = (): void => {
      if (this.#current === current) this.#current = undefined;
    };
    try {
      const gpu = await current;
      void gpu.lost.then(forget);
      return gpu;
    } catch (cause) {
      forget();
      throw cause instanceof OpenGpuError ? new LabError(cause.code, cause.message) : cause;
    }
  }
}
