import type { Gpu } from '../../src/device/gpu.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import { uploadInputs } from '../../src/lab/operands.ts';
import { type MultipliedInputs, multipliedInputs } from '../../src/lab/quantized-activations.ts';
import { POISON_BITS } from '../../src/reference/poison.ts';
import type { ProductInputs } from '../../src/reference/request.ts';

/** What a plan made of inputs. */
export interface Product extends MultipliedInputs {
  /** [M, N] */
  readonly output: Float32Array<ArrayBuffer>;
}

/** Runs a plan once on inputs in canonical form, and reads back what it quantized of them. */
export async function runProduct(gpu: Gpu, plan: KernelPlan, inputs: ProductInputs): Promise<Product> {
  const loaded = await gpu.load(plan);
  try {
    uploadInputs(loaded, inputs);
    await loaded.run(POISON_BITS);
    return { output: await loaded.readOutput(), ...(await multipliedInputs(loaded, inputs)) };
  } finally {
    loaded.destroy();
  }
}
