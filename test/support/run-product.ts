import { encodeFloat16 } from '../../src/base/float16.ts';
import type { Gpu } from '../../src/device/gpu.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { packWeights } from '../../src/layouts/pack.ts';
import { LAYOUTS } from '../../src/layouts/registry.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import type { ProductInputs } from '../../src/reference/request.ts';

/** Runs a plan once on inputs in canonical form. @returns [M, N] */
export async function runProduct(
  gpu: Gpu,
  plan: KernelPlan,
  inputs: ProductInputs,
): Promise<Float32Array<ArrayBuffer>> {
  const loaded = await gpu.load(plan);
  try {
    const packed = packWeights(inputs.weights, LAYOUTS[plan.problem.layout], plan.geometry);
    loaded.upload('uniforms', new Uint32Array([plan.problem.M, 0, 0, 0]));
    loaded.upload('activations', padActivations(plan, inputs.activations));
    loaded.upload('weights', packed.words);
    loaded.upload('scales', packed.scales);
    if (packed.zeros) loaded.upload('zeros', packed.zeros);
    await loaded.run(POISON_BITS);
    return await loaded.readOutput();
  } finally {
    loaded.destroy();
  }
}

function padActivations(
  { problem: { M, K, activation }, paddedM, geometry: { paddedK } }: KernelPlan,
  values: Float32Array,
): Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  const padded =
    activation === 'f16' ? new Uint16Array(paddedM * paddedK) : new Float32Array(paddedM * paddedK);
  for (let m = 0; m < M; m++) {
    for (let k = 0; k < K; k++) {
      const value = values[m * K + k]!;
      padded[m * paddedK + k] = activation === 'f16' ? encodeFloat16(value) : value;
    }
  }
  return padded;
}
