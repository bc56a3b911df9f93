import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { LoadedPeer, Peer } from './peer.ts';

/** The device that its one backend has. */
let sharedWith: GPUDevice | undefined;

/** TensorFlow.js on its WebGPU backend: a dense product in f32. */
export const tensorflow: Peer = {
  id: 'tfjs',
  library: '@tensorflow/tfjs-backend-webgpu',
  setting: 'matMul, dense f32',
  weights: 'dense',
  accuracy: 'float',
  load: async ({ M, N, K, activations, dense }, { device, info }): Promise<LoadedPeer> => {
    const tf = await import('@tensorflow/tfjs-core');
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
    if (sharedWith !== device) {
      // On import the package registers a backend with a device of its own.
      tf.removeBackend('webgpu');
      tf.registerBackend('webgpu', () => new WebGPUBackend(device, info));
      if (!(await tf.setBackend('webgpu'))) throw new Error('its WebGPU backend does not start');
      // Each dispatch is submitted at once, in a pass of its own.
      tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 1);
      sharedWith = device;
    }
    const a = tf.tensor2d(activations, [M, K]);
    const b = tf.tensor2d(dense, [K, N]);
    const product = (): Tensor2D => tf.matMul(a, b);
    return {
      run: () => {
        product().dispose();
        return Promise.resolve();
      },
      read: async () => {
        const output = product();
        const data = await output.data<'float32'>();
        output.dispose();
        return data;
      },
      release: () => {
        a.dispose();
        b.dispose();
        return Promise.resolve();
      },
    };
  },
};
