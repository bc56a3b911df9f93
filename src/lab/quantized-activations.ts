import type { LoadedPlan } from '../device/gpu.ts';
import { activationOrder } from '../kernels/int8-activations.ts';
import { decodeQuantized } from '../reference/quantized-activations.ts';
import type { ProductInputs } from '../reference/request.ts';

/** The inputs of a product as the kernel multiplied them. */
export interface MultipliedInputs {
  readonly inputs: ProductInputs;
  /** What is wrong with activations that the GPU quantized, as a part of a sentence. */
  readonly fault: string | undefined;
}

/**
 * The inputs as they are, or, where a pass quantized the activations, with what the last run made of them, read back
 * and judged.
 */
export async function multipliedInputs(loaded: LoadedPlan, inputs: ProductInputs): Promise<MultipliedInputs> {
  const { problem, paddedM, geometry } = loaded.plan;
  if (problem.activation !== 'i8') return { inputs, fault: undefined };
  const { activations, fault } = decodeQuantized(inputs.activations, problem.M, problem.K, {
    quantized: await loaded.read('quantized'),
    blocks: await loaded.read('blocks'),
    paddedM,
    paddedK: geometry.paddedK,
    order: activationOrder(problem),
  });
  return { inputs: { ...inputs, activations }, fault };
}

/** Why activations of exact data, each of which some code and scale stand for exactly, are not what they were. */
export function inexactActivations(given: ProductInputs, multiplied: ProductInputs): string | undefined {
  const { K } = given.weights;
  const at = given.activations.findIndex((value, i) => value !== multiplied.activations[i]);
  if (at < 0) return undefined;
  const where = `at m = ${Math.floor(at / K)}, k = ${at % K}`;
  return `${where} the activation ${given.activations[at]!} became ${multiplied.activations[at]!}, and could be exact`;
}
