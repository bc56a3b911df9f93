import { AxisError } from '../../src/lab/axes.ts';
import { UsageError } from '../usage-error.ts';

const EXAMPLE =
  'For instance: --over m=1..64*2 --over format=int2,int4,int8 --over BM=16,32,64. Ranges: 1..8, 64..512+64, 1..1024*2.';

/** Reads something of axes. @throws UsageError for what cannot be read. */
export function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof AxisError ? new UsageError(`--over: ${error.message}`, EXAMPLE) : error;
  }
}
