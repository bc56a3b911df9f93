import type { Gpu } from '../../src/device/gpu.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { uploadActivations, uploadWeights } from '../../src/lab/operands.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import type { ProductInputs } from '../../src/reference/request.ts';

/** Runs a plan once on inputs in canonical form. @returns [M, N] */
export async function runProduct(
  gpu: Gpu,
  plan: KernelPlan,
  { weights, activations }: ProductInputs,
): Promise<Float32Array<ArrayBuffer>> {
  const loaded = await gpu.load(plan);
  try {
    uploadWeights(loaded, weights);
    uploadActivations(loaded, activations);
    await loaded.run(POISON_BITS);
    return await loaded.readOutput();
  } finally {
    loaded.destroy();
  }
}
