import { dequantize } from '../formats/dequantize.ts';
import type { QuantizedWeights } from '../formats/quantized.ts';
import type { Gpu } from '../device/gpu.ts';
import type { KernelPlan } from '../kernels/plan.ts';
import { POISON_BITS } from '../reference/poison.ts';
import type { DecodeComparison } from './lab.ts';
import { uploadPacked } from './operands.ts';

/**
 * Decodes weights on a device and compares each with what the CPU decodes, bit for bit; −0 is +0.
 *
 * @param plan as `planDequantize` makes it.
 * @throws PlanError where the device fails.
 */
export async function checkDecode(
  gpu: Pick<Gpu, 'load'>,
  plan: KernelPlan,
  weights: QuantizedWeights,
): Promise<DecodeComparison> {
  const loaded = await gpu.load(plan);
  try {
    uploadPacked(loaded, weights);
    await loaded.run(POISON_BITS);
    return compare(await loaded.readOutput(), dequantize(weights), weights.K);
  } finally {
    loaded.destroy();
  }
}

function compare(got: Float32Array, expected: Float32Array, K: number): DecodeComparison {
  let differing = 0;
  let first = -1;
  for (let i = 0; i < expected.length; i++) {
    // A comparison of numbers takes −0 for +0; neither side has a NaN unless it is wrong.
    if (got[i] === expected[i]) continue;
    differing++;
    if (first < 0) first = i;
  }
  const weights = expected.length;
  if (first < 0) return { weights, differing };
  const place = { n: Math.floor(first / K), k: first % K };
  return { weights, differing, first: { ...place, gpu: got[first]!, cpu: expected[first]! } };
}
