import { create } from 'webgpu';
import type { Gpu } from '../../src/device/gpu.ts';
import { openGpu } from '../../src/device/open-gpu.ts';

/** Kept as long as the process lives: Dawn frees the instance when the object is collected, and the process crashes. */
const instances: GPU[] = [];

function newInstance(options: string[]): GPU {
  const instance = create(options);
  instances.push(instance);
  return instance;
}

let vulkan: GPU | undefined;

/** Dawn on the machine's Vulkan driver, lavapipe where there is no GPU, with exact timestamps. */
export function dawn(): GPU {
  vulkan ??= newInstance(['disable-dawn-features=timestamp_quantization']);
  return vulkan;
}

/** Dawn with timestamps quantised as browsers have them. */
export const quantisedDawn = (): GPU => newInstance(['enable-dawn-features=timestamp_quantization']);

/** Dawn's null back end: checks WGSL, limits and bindings, and runs nothing. */
export const nullDawn = (): GPU => newInstance(['backend=null']);

/** A device on {@link dawn}. @throws OpenGpuError where there is no adapter, so that a test fails and is not skipped. */
export const openDawn = (): Promise<Gpu> => openGpu(dawn(), 'auto');
