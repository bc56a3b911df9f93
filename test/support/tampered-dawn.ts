import { dawn } from './dawn.ts';

/** Dawn, on whose devices `tamper` may change calls. */
export const tamperedDawn = (tamper: (device: GPUDevice) => void): GPU =>
  ({
    wgslLanguageFeatures: dawn().wgslLanguageFeatures,
    requestAdapter: async () => {
      const adapter = (await dawn().requestAdapter())!;
      const request = adapter.requestDevice.bind(adapter);
      adapter.requestDevice = async (descriptor) => {
        const device = await request(descriptor);
        tamper(device);
        return device;
      };
      return adapter;
    },
  }) as unknown as GPU;
