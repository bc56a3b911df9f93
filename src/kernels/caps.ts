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
};
