import type { BufferRole } from '../kernels/plan.ts';
import { withErrorScopes } from './error-scopes.ts';
import { BUFFER_USAGE } from './flags.ts';

/** What a kernel reads of packed weights: the buffers that a set has its own of. */
const WEIGHT_ROLES: readonly BufferRole[] = ['weights', 'scales', 'zeros', 'parents'];
/** WebGPU's largest `minStorageBufferOffsetAlignment`. */
const ALIGNMENT = 256;
/** A bind group each: of tiny weights there are no more copies than this. */
const MOST_COPIES = 4096;

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
 * Copies the packed weights of a plan as often as `bytes` asks, at least once. The copies of a role lie in one buffer. Of two
 * sets of operands the copies are of the one and the other in turn, and even in number, the original included: each stays
 * with its set, and no two neighbours on the way round have the same.
 *
 * @param sets of operands, one or two: the plan's buffers, filled, and those with what the second has of its own in their place.
 * @param limit of a buffer [bytes].
 * @throws PlanError `out-of-memory` or `validation`.
 */
export async function copyWeights(
  device: GPUDevice,
  sets: readonly ReadonlyMap<BufferRole, GPUBuffer>[],
  bytes: number,
  limit: number,
): Promise<WeightSets> {
  const originals = [...sets[0]!].filter(([role]) => WEIGHT_ROLES.includes(role));
  const sizes = originals.map(([, { size }]) => size);
  const one = sizes.reduce((sum, size) => sum + size, 0);
  const fitting = Math.floor(limit / strideOf(Math.max(1, ...sizes)));
  const wanted = Math.ceil(bytes / Math.max(1, one)) - 1;
  const copies = inTurn(sets.length, Math.max(1, wanted), Math.min(fitting, MOST_COPIES));
  const setOf = (copy: number): ReadonlyMap<BufferRole, GPUBuffer> => sets[(copy + 1) % sets.length]!;
  const copied = new Map<BufferRole, GPUBuffer>();
  const destroy = (): void => {
    for (const buffer of copied.values()) buffer.destroy();
  };
  try {
    await withErrorScopes(device, 'copies of the weights', () => {
      const encoder = device.createCommandEncoder();
      for (const [role, { size }] of originals) {
        const stride = strideOf(size);
        const usage = BUFFER_USAGE.storage | BUFFER_USAGE.copyDst;
        const buffer = device.createBuffer({ label: `copies of ${role}`, size: copies * stride, usage });
        copied.set(role, buffer);
        for (let i = 0; i < copies; i++) {
          encoder.copyBufferToBuffer(setOf(i).get(role)!, 0, buffer, i * stride, size);
        }
      }
      device.queue.submit([encoder.finish()]);
    });
  } catch (cause) {
    destroy();
    throw cause;
  }
  const copy = (i: number): ResourceOf => {
    const rest = resourcesOf(setOf(i));
    return (role) => {
      const buffer = copied.get(role);
      const size = sets[0]!.get(role)?.size ?? 0;
      return buffer ? { buffer, offset: i * strideOf(size), size } : rest(role);
    };
  };
  const resources = [resourcesOf(sets[0]!), ...Array.from({ length: copies }, (_, i) => copy(i))];
  return { resources, bytes: resources.length * one, destroy };
}

/** Where a kernel finds whole buffers. */
export const resourcesOf =
  (buffers: ReadonlyMap<BufferRole, GPUBuffer>): ResourceOf =>
  (role) => {
    const buffer = buffers.get(role);
    return buffer && { buffer };
  };

/** As many copies as are wanted, up to `most`, that together with the original are a multiple of `sets`. */
function inTurn(sets: number, wanted: number, most: number): number {
  const asked = sets * Math.ceil((wanted + 1) / sets);
  const granted = sets * Math.floor((most + 1) / sets);
  return Math.max(sets, Math.min(asked, granted)) - 1;
}

const strideOf = (size: number): number => Math.ceil(size / ALIGNMENT) * ALIGNMENT;
