import * as v from 'valibot';
import { finite as number } from './schema.ts';

/**
 * Measured ceilings of an adapter, the best seen of each: bandwidths in GB/s, bytes read and written alike; arithmetic in 10⁹
 * operations a second, two a multiply-accumulate.
 */
export const PeaksSchema = v.object({
  /** From one large buffer to another: memory, both ways. */
  copyGbps: number,
  /** Out of a large buffer: memory, one way. */
  readGbps: number,
  /** Out of a buffer of 512 KiB, over and over: the last cache that all workgroups share. */
  cacheGbps: number,
  /** Out of workgroup memory, of all workgroups together. */
  workgroupGbps: number,
  f32Gflops: number,
  /** Absent without `shader-f16`. */
  f16Gflops: v.optional(number),
  /** Of `dot4I8Packed`, eight operations each; absent without it. */
  dot4Gops: v.optional(number),
});

/** Measured ceilings of an adapter. */
export type Peaks = v.InferOutput<typeof PeaksSchema>;
