/** A way to adapters on which a feature is missing, whether they have it or not. */
export function withoutFeature(gpu: GPU, feature: GPUFeatureName): GPU {
  const hide = (adapter: GPUAdapter): GPUAdapter => {
    const { limits, info } = adapter;
    const features = new Set([...adapter.features].filter((each) => each !== feature));
    return {
      limits,
      info,
      features,
      requestDevice: (descriptor?: GPUDeviceDescriptor) => adapter.requestDevice(descriptor),
    } as unknown as GPUAdapter;
  };
  return {
    wgslLanguageFeatures: gpu.wgslLanguageFeatures,
    requestAdapter: async (options?: GPURequestAdapterOptions) => {
      const adapter = await gpu.requestAdapter(options);
      return adapter && hide(adapter);
    },
  } as GPU;
}
