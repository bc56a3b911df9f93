import type { BufferRole } from '../kernels/plan.ts';
import { withErrorScopes } from './error-scopes.ts';
import { BUFFER_USAGE } from './flags.ts';

/** What a kernel reads of packed weights: the buffers that a set has its own of. */
const WEIGHT_ROLES: readonly BufferRole[] = ['weights', 'scales', 'zeros', 'parents'];
/** WebGPU's largest `minStorageBufferOffsetAlignment`. */
const ALIGNMENT = 256;
/** A bind group each: of tiny weights there are no more sets than this. */
const MOST_SETS = 4096;

/** Where a kernel finds the buffer of a role. */
export type ResourceOf = (role: BufferRole) => GPUBufferBinding | undefined;

/** Copies of a plan's packed weights, for a cold cache. */
export interface WeightSets {
  /** Of each set, the original among them. */
  readonly resources: readonly ResourceOf[];
  /** Bytes of packed weights that all sets together have. */
  readonly bytes: number;
  destroy(): void;
}

/**
 * Copies the packed weights of a plan as often as `bytes` asks, at least once. The copies of a role lie in one buffer.
 *
 * @param buffers of the plan, filled.
 * @param limit of a buffer [bytes].
 * @throws PlanError `out-of-memory` or `validation`.
 */
export async function copyWeights(
  device: GPUDevice,
  buffers: ReadonlyMap<BufferRole, GPUBuffer>,
  bytes: number,
  limit: number,
): Promise<WeightSets> {
  const originals = [...buffers].filter(([role]) => WEIGHT_ROLES.includes(role));
  const sizes = originals.map(([, { size }]) => size);
  const one = sizes.reduce((sum, size) => sum + size, 0);
  const fitting = Math.floor(limit / strideOf(Math.max(1, ...sizes)));
  const copies = Math.min(Math.max(1, Math.ceil(bytes / Math.max(1, one)) - 1), fitting, MOST_SETS);
  const copied = new Map<BufferRole, GPUBuffer>();
  const destroy = (): void => {
    for (const buffer of copied.values()) buffer.destroy();
  };
  try {
    await withErrorScopes(device, 'copies of the weights', () => {
      const encoder = device.createCommandEncoder();
      for (const [role, original] of originals) {
        const stride = strideOf(original.size);
        const usage = BUFFER_USAGE.storage | BUFFER_USAGE.copyDst;
        const buffer = device.createBuffer({ label: `copies of ${role}`, size: copies * stride, usage });
        copied.set(role, buffer);
        for (let i = 0; i < copies; i++) {
          encoder.copyBufferToBuffer(original, 0, buffer, i * stride, original.size);
        }
      }
      device.queue.submit([encoder.finish()]);
    });
  } catch (cause) {
    destroy();
    throw cause;
  }
  const whole: ResourceOf = (role) => {
    const buffer = buffers.get(role);
    return buffer && { buffer };
  };
  const copy = (i: number): ResourceOf => {
    return (role) => {
      const buffer = copied.get(role);
      const size = buffers.get(role)?.size ?? 0;
      return buffer ? { buffer, offset: i * strideOf(size), size } : whole(role);
    };
  };
  const resources = [whole, ...Array.from({ length: copies }, (_, i) => copy(i))];
  return { resources, bytes: resources.length * one, destroy };
}

const strideOf = (size: number): number => Math.ceil(size / ALIGNMENT) * ALIGNMENT;
