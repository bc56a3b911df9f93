import type { DeviceCaps, SubgroupMatrix } from '../kernels/caps.ts';
import { DeviceLoss } from './device-loss.ts';
import type { Gpu, GpuDescription } from './gpu.ts';
import { COMPUTE_LIMITS } from './limits.ts';
import { OpenGpuError } from './open-gpu-error.ts';
import { OpenedGpu } from './opened-gpu.ts';
import { probeTimer } from './probe-timer.ts';
import { isSoftware } from './software.ts';

/** Features that kernels and timers use where the adapter has them. */
const FEATURES: readonly string[] = [
  'timestamp-query',
  'shader-f16',
  'subgroups',
  'chromium-experimental-subgroup-matrix',
];

/** Features of the language that kernels use; a device needs no enabling for them. */
const PACKED_DOT = 'packed_4x8_integer_dot_product';
const LANGUAGE_FEATURES = [PACKED_DOT];

/**
 * Opens a device with all the limits and features of its adapter that kernels can use. Each call asks for a new
 * adapter, for an adapter gives one device only; so it also is the way back after a loss.
 *
 * @param gpu `navigator.gpu`, which old browsers and insecure pages lack, or Dawn's.
 * @param choice `auto` takes hardware and falls back to software.
 * @throws OpenGpuError where there is no WebGPU, no such adapter, or no device to be had from it.
 */
export async function openGpu(gpu: GPU | undefined, choice: 'auto' | 'hardware' | 'software'): Promise<Gpu> {
  if (!gpu) {
    throw new OpenGpuError(
      'no-webgpu',
      'This browser offers no WebGPU to this page. Chrome or Edge 127 and later have what it takes, on pages from https or localhost.',
    );
  }
  const adapter = await chooseAdapter(gpu, choice);
  if (!('info' in adapter)) throw new OpenGpuError('no-webgpu', TOO_OLD);
  const device = await openDevice(adapter);
  const loss = new DeviceLoss(device);
  const caps = capsOf(gpu, adapter, device);
  const timer = await orNoDevice(() => loss.guard(() => probeTimer(device))).catch((cause: unknown) => {
    device.destroy();
    throw cause;
  });
  return new OpenedGpu(device, loss, describe(gpu, adapter, device, timer), caps);
}

async function chooseAdapter(gpu: GPU, choice: 'auto' | 'hardware' | 'software'): Promise<GPUAdapter> {
  const requests: Record<typeof choice, readonly GPURequestAdapterOptions[]> = {
    auto: [{ powerPreference: 'high-performance' }, {}, { forceFallbackAdapter: true }],
    hardware: [{ powerPreference: 'high-performance' }, {}],
    software: [{ forceFallbackAdapter: true }, {}],
  };
  for (const request of requests[choice]) {
    const adapter = await gpu.requestAdapter(request);
    if (adapter && fits(adapter, choice)) return adapter;
  }
  throw new OpenGpuError('no-adapter', NO_ADAPTER[choice]);
}

/** Whether an adapter is of the kind asked for; one of an old browser, which does not say, is left for the caller to refuse. */
const fits = (adapter: GPUAdapter, choice: 'auto' | 'hardware' | 'software'): boolean =>
  choice === 'auto' || !('info' in adapter) || isSoftware(adapter.info) === (choice === 'software');

const TOO_OLD =
  "This browser's WebGPU is too old: its adapters do not say what they are. Chrome or Edge 127 and later do.";

const NO_ADAPTER = {
  auto: 'WebGPU found no adapter: the GPU or its driver is not supported, or the browser has WebGPU switched off for it.',
  hardware: 'WebGPU found no hardware adapter; the adapter choice "software" may find a software one.',
  software: 'WebGPU found no software adapter; the adapter choice "hardware" may find a GPU.',
} as const;

const openDevice = (adapter: GPUAdapter): Promise<GPUDevice> =>
  orNoDevice(() =>
    adapter.requestDevice({
      label: 'subbyte',
      requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)) as GPUFeatureName[],
      requiredLimits: limitsOf(adapter.limits),
    }),
  );

async function orNoDevice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OpenGpuError('no-device', `The adapter gave no device: ${reason}`);
  }
}

const limitsOf = (limits: GPUSupportedLimits): Record<(typeof COMPUTE_LIMITS)[number], number> =>
  Object.fromEntries(COMPUTE_LIMITS.map((name) => [name, limits[name]])) as ReturnType<typeof limitsOf>;

function capsOf(gpu: GPU, { info }: GPUAdapter, { limits, features }: GPUDevice): DeviceCaps {
  return {
    ...limitsOf(limits),
    shaderF16: features.has('shader-f16'),
    subgroups: features.has('subgroups'),
    subgroupMinSize: info.subgroupMinSize ?? 0,
    subgroupMaxSize: info.subgroupMaxSize ?? 0,
    packedDot: gpu.wgslLanguageFeatures.has(PACKED_DOT),
    subgroupMatrices: features.has('chromium-experimental-subgroup-matrix') ? matricesOf(info) : [],
  };
}

/** The matrix shapes that Chrome's experimental feature reports; not in the specification's types. */
const matricesOf = (info: GPUAdapterInfo): readonly SubgroupMatrix[] =>
  ((info as { subgroupMatrixConfigs?: readonly SubgroupMatrix[] }).subgroupMatrixConfigs ?? []).map(
    ({ componentType, resultComponentType, M, N, K }) => ({ componentType, resultComponentType, M, N, K }),
  );

function describe(
  { wgslLanguageFeatures }: GPU,
  { info }: GPUAdapter,
  { features, limits }: GPUDevice,
  timer: GpuDescription['timer'],
): GpuDescription {
  return {
    vendor: info.vendor,
    architecture: info.architecture,
    description: info.description || info.device,
    software: isSoftware(info),
    features: [...features, ...LANGUAGE_FEATURES.filter((name) => wgslLanguageFeatures.has(name))].sort(),
    limits: {
      ...limitsOf(limits),
      ...(info.subgroupMinSize ? { subgroupMinSize: info.subgroupMinSize } : {}),
      ...(info.subgroupMaxSize ? { subgroupMaxSize: info.subgroupMaxSize } : {}),
    },
    timer,
  };
}
