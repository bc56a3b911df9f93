import type { DeviceCaps } from '../kernels/caps.ts';
import type { KernelPlan, Pass } from '../kernels/plan.ts';

/** The limits that compute kernels meet: raised to what the adapter has, and reported. */
export const COMPUTE_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/**
 * The first limit that a plan exceeds.
 *
 * @returns a sentence with the limit's name and value, or `undefined` where the plan fits.
 */
export function findExceededLimit(plan: KernelPlan, caps: DeviceCaps): string | undefined {
  const { workgroupBytes, passes, buffers } = plan;
  if (workgroupBytes > caps.maxComputeWorkgroupStorageSize) {
    return exceeds(
      `${workgroupBytes} bytes of workgroup memory`,
      'maxComputeWorkgroupStorageSize',
      caps.maxComputeWorkgroupStorageSize,
    );
  }
  for (const [role, size] of Object.entries(buffers)) {
    const name =
      caps.maxBufferSize < caps.maxStorageBufferBindingSize ? 'maxBufferSize' : 'maxStorageBufferBindingSize';
    if (size > caps[name]) return exceeds(`${size} bytes of ${role}`, name, caps[name]);
  }
  return passes.map((pass) => exceededByPass(pass, caps)).find((sentence) => sentence !== undefined);
}

function exceededByPass({ workgroupSize, dispatch }: Pass, caps: DeviceCaps): string | undefined {
  if (workgroupSize > caps.maxComputeInvocationsPerWorkgroup) {
    return exceeds(
      `${workgroupSize} invocations a workgroup`,
      'maxComputeInvocationsPerWorkgroup',
      caps.maxComputeInvocationsPerWorkgroup,
    );
  }
  const widest = Math.max(...dispatch);
  if (widest <= caps.maxComputeWorkgroupsPerDimension) return undefined;
  return exceeds(
    `${widest} workgroups in one dimension`,
    'maxComputeWorkgroupsPerDimension',
    caps.maxComputeWorkgroupsPerDimension,
  );
}

const exceeds = (need: string, name: string, limit: number): string =>
  `The product needs ${need}, more than ${name} = ${limit} of this adapter; take a smaller shape or tile.`;
