/** What a plan may ask of a device: the limits that were granted and the features that were enabled. */
export interface DeviceCaps {
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupSizeX: number;
  readonly maxComputeWorkgroupsPerDimension: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
  /** Feature `shader-f16`. */
  readonly shaderF16: boolean;
  /** Feature `subgroups`. */
  readonly subgroups: boolean;
  /** Smallest and largest subgroup; 0 where unknown. */
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  /** WGSL language feature `packed_4x8_integer_dot_product`. */
  readonly packedDot: boolean;
  /** Shapes of the feature `chromium-experimental-subgroup-matrix`; empty without it. */
  readonly subgroupMatrices: readonly SubgroupMatrix[];
}

/** One shape of matrices that a subgroup multiplies: [M, K] · [K, N]. */
export interface SubgroupMatrix {
  readonly componentType: 'f32' | 'f16' | 'u32' | 'i32' | 'u8' | 'i8';
  readonly resultComponentType: 'f32' | 'f16' | 'u32' | 'i32' | 'u8' | 'i8';
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** WebGPU's default limits and no features: what every adapter can do. */
export const DEFAULT_CAPS: DeviceCaps = {
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupsPerDimension: 65535,
  maxStorageBufferBindingSize: 134217728,
  maxBufferSize: 268435456,
  shaderF16: false,
  subgroups: false,
  subgroupMinSize: 0,
  subgroupMaxSize: 0,
  packedDot: false,
  subgroupMatrices: [],
};

/** WebGPU's default limits and every feature that kernels may ask for: what does not depend on the machine is planned for it. */
export const EVERY_FEATURE: DeviceCaps = {
  ...DEFAULT_CAPS,
  shaderF16: true,
  packedDot: true,
  subgroups: true,
  subgroupMinSize: 4,
  subgroupMaxSize: 4,
  subgroupMatrices: [
    { componentType: 'f16', resultComponentType: 'f32', M: 8, N: 8, K: 8 },
    { componentType: 'f16', resultComponentType: 'f16', M: 8, N: 8, K: 8 },
  ],
};
