declare const unit: unique symbol;
type Unit<U extends string> = number & { readonly [unit]: U };

/** A count of bytes. */
export type Bytes = Unit<'byte'>;
/** A span of time in nanoseconds. */
export type Nanoseconds = Unit<'ns'>;
/** A count of floating-point operations; one multiply-accumulate is two. */
export type Flops = Unit<'flop'>;

/** Marks a plain number as a count of bytes. */
export const bytes = (count: number): Bytes => count as Bytes;
/** Marks a plain number as a span in nanoseconds. */
export const nanoseconds = (span: number): Nanoseconds => span as Nanoseconds;
/** Marks a plain number as a count of floating-point operations. */
export const flops = (count: number): Flops => count as Flops;

/** Throughput [GB/s]; one byte per nanosecond is exactly one GB/s. */
export const gigabytesPerSecond = (moved: Bytes, took: Nanoseconds): number => moved / took;
/** Throughput [GFLOP/s]; one operation per nanosecond is exactly one GFLOP/s. */
export const gigaflopsPerSecond = (work: Flops, took: Nanoseconds): number => work / took;
