/** What an adapter says of itself, as far as it tells a GPU from a CPU. */
export interface AdapterIdentity {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

/** Names of rasterizers that run on the CPU: Google's, Mesa's three, Microsoft's two. */
const SOFTWARE_NAMES = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b|\bsoftware\b/i;

/** Whether an adapter runs shaders on the CPU, so that its times say nothing about a GPU. */
export const isSoftware = (adapter: AdapterIdentity): boolean =>
  adapter.isFallbackAdapter ||
  [adapter.vendor, adapter.architecture, adapter.device, adapter.description].some((text) =>
    SOFTWARE_NAMES.test(text),
  );
