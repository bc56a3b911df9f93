import { decodeFloat16 } from '../../src/base/float16.ts';
import { groupCount, scaleOf } from '../../src/formats/format.ts';
import { assembleQuantized } from '../../src/formats/quantized.ts';
import { takeBits } from '../../src/layouts/bits.ts';
import { groupIndex } from '../../src/layouts/pack.ts';
import { unpackCodes } from '../../src/layouts/pack-codes.ts';
import { parseLayout } from '../../src/layouts/registry.ts';
import type { KernelPlan } from '../../src/kernels/plan.ts';
import type { ProductInputs } from '../../src/reference/request.ts';

/** The inputs that a plan's buffers hold, of a format that stores nothing but codes and scales. @param uploads by role. */
export function uploadedInputs(
  { problem, geometry }: KernelPlan,
  uploads: ReadonlyMap<string, ArrayBufferView<ArrayBuffer>>,
): ProductInputs {
  const { M, N, K, format, activation } = problem;
  const layout = parseLayout(problem.layout);
  const words = (role: string): Uint32Array<ArrayBuffer> => {
    const { buffer, byteOffset, byteLength } = uploads.get(role)!;
    return new Uint32Array(buffer, byteOffset, byteLength / 4);
  };
  const packed = words('activations');
  const activationAt =
    activation === 'f16'
      ? (i: number): number => decodeFloat16(packed[i >> 1]! >>> (16 * (i & 1)))
      : (i: number): number => new Float32Array(packed.buffer, packed.byteOffset)[i]!;
  const groups = groupCount(format, K);
  const { bits } = scaleOf(format);
  const scales = Uint32Array.from({ length: N * groups }, (_, i) => {
    const index = groupIndex(layout, geometry, Math.floor(i / groups), i % groups);
    return takeBits(words('scales'), index * bits, bits);
  });
  return {
    M,
    activations: Float32Array.from({ length: M * K }, (_, i) =>
      activationAt(Math.floor(i / K) * geometry.paddedK + (i % K)),
    ),
    weights: assembleQuantized(format, N, K, unpackCodes(words('weights'), layout, geometry, N, K), {
      scales,
    }),
  };
}
