import { encodeFloat16 } from '../base/float16.ts';
import type { QuantizedWeights } from '../formats/quantized.ts';
import type { LoadedPlan, Operands } from '../device/gpu.ts';
import type { BufferRole, KernelPlan } from '../kernels/plan.ts';
import type { ProductInputs } from '../reference/request.ts';
import { type PackedWeights, packScales, packWeights, type StoredGroups } from '../layouts/pack.ts';
import { parseLayout } from '../layouts/registry.ts';

/**
 * Activations as a plan's buffer holds them: [paddedM, paddedK], zeros in the padding, one f32 a word, which a pass may quantize
 * on the GPU, or two f16 with the even k in the low half.
 *
 * @param activations [M, K]
 */
export function packActivations(
  activations: Float32Array,
  { problem: { M, K, activation }, paddedM, geometry: { paddedK } }: KernelPlan,
): Uint32Array<ArrayBuffer> {
  if (activation !== 'f16') {
    const padded = new Float32Array(paddedM * paddedK);
    for (let m = 0; m < M; m++) padded.set(activations.subarray(m * K, (m + 1) * K), m * paddedK);
    return new Uint32Array(padded.buffer);
  }
  const words = new Uint32Array((paddedM * paddedK) / 2);
  for (let m = 0; m < M; m++) {
    for (let k = 0; k < K; k++) {
      const index = m * paddedK + k;
      words[index >>> 1]! |= encodeFloat16(activations[m * K + k]!) << ((index & 1) * 16);
    }
  }
  return words;
}

/** Packs the inputs of a product for a loaded plan and puts them, and M, in its buffers. */
export function uploadInputs(loaded: LoadedPlan, { weights, activations, bias }: ProductInputs): void {
  uploadWeights(loaded, weights);
  uploadActivations(loaded, activations);
  if (bias) loaded.upload('bias', bias);
}

/** Packs weights for a loaded plan and puts them, and M, in its buffers. */
export function uploadWeights(loaded: LoadedPlan, weights: QuantizedWeights): void {
  loaded.upload('uniforms', new Uint32Array([loaded.plan.problem.M, 0, 0, 0]));
  uploadPacked(loaded, weights);
}

/** Packs weights for a loaded plan and puts them in its buffers. */
export function uploadPacked(loaded: LoadedPlan, weights: QuantizedWeights): void {
  const { problem, geometry } = loaded.plan;
  uploadRoles(loaded, packWeights(weights, parseLayout(problem.layout), geometry));
}

/** Packs scales, zero points, minima and second level for a loaded plan whose codes stay as they are, and uploads them. */
export function uploadGroups(loaded: LoadedPlan, groups: StoredGroups): void {
  const { problem, geometry } = loaded.plan;
  uploadRoles(loaded, packScales(groups, parseLayout(problem.layout), geometry));
}

function uploadRoles(loaded: LoadedPlan, packed: Partial<PackedWeights>): void {
  for (const role of ['weights', 'scales', 'zeros', 'parents'] as const) {
    const words = packed[role];
    if (words) loaded.upload(role, words);
  }
}

/** Packs activations [M, K] for a loaded plan and puts them in its buffer. */
export function uploadActivations(loaded: LoadedPlan, activations: Float32Array): void {
  loaded.upload('activations', packActivations(activations, loaded.plan));
}

/**
 * What a second set of operands has of its own: activations, scales, minima and the second level, and codes unless they are
 * shared. Zero points are shared.
 */
export function secondOperands(
  plan: KernelPlan,
  { weights, activations }: Pick<ProductInputs, 'weights' | 'activations'>,
  sharesCodes: boolean,
): Operands {
  const layout = parseLayout(plan.problem.layout);
  const { scales, zeros, parents } = packScales(weights, layout, plan.geometry);
  const all: readonly (readonly [BufferRole, Uint32Array<ArrayBuffer> | undefined])[] = [
    ['activations', packActivations(activations, plan)],
    ['weights', sharesCodes ? undefined : packWeights(weights, layout, plan.geometry).weights],
    ['scales', scales],
    ['zeros', weights.mins && zeros],
    ['parents', parents],
  ];
  return new Map(all.flatMap(([role, words]) => (words ? [[role, words] as const] : [])));
}
