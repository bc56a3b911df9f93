import type { LoadedPeer, Peer } from './peer.ts';

/** jax-js on WebGPU: a dense product in f32. It asks an adapter for its device, and is given the shared one. */
export const jax: Peer = {
  id: 'jax',
  library: '@jax-js/jax',
  setting: 'numpy.matmul, dense f32',
  weights: 'dense',
  accuracy: 'float',
  load: async ({ M, N, K, activations, dense }): Promise<LoadedPeer> => {
    const { init, defaultDevice, numpy } = await import('@jax-js/jax');
    const ready = await init('webgpu');
    if (!ready.includes('webgpu')) throw new Error('it found no WebGPU');
    defaultDevice('webgpu');
    const a = numpy.array(activations).reshape([M, K]);
    const b = numpy.array(dense).reshape([K, N]);
    // An operand is consumed by what it is given to; `ref` lends it.
    const product = (): typeof a => numpy.matmul(a.ref, b.ref);
    return {
      run: async () => {
        const output = product();
        await output.blockUntilReady();
        output.dispose();
      },
      read: async () => (await product().data()) as Float32Array,
      release: () => {
        a.dispose();
        b.dispose();
        return Promise.resolve();
      },
    };
  },
};
