import type { Peaks } from '../io/peaks.ts';
import { significant } from './figures.ts';

const ROWS: readonly (readonly [field: keyof Peaks, name: string, unit: string])[] = [
  ['copyGbps', 'memory, copied (read and written)', 'GB/s'],
  ['readGbps', 'memory, read', 'GB/s'],
  ['cacheGbps', 'shared cache, read (512 KiB)', 'GB/s'],
  ['workgroupGbps', 'workgroup memory, read', 'GB/s'],
  ['f32Gflops', 'f32 multiply-adds', 'GFLOP/s'],
  ['f16Gflops', 'f16 multiply-adds', 'GFLOP/s'],
  ['dot4Gops', 'dot4I8Packed', 'GOP/s'],
];

/** The measured ceilings of an adapter, each with what it is of. */
export const peakRows = (peaks: Peaks): readonly (readonly [name: string, rate: string])[] =>
  ROWS.map(([field, name, unit]) => {
    const rate = peaks[field];
    if (rate === undefined) return [name, 'not on this adapter'];
    return [name, rate > 0 ? `${significant(rate)} ${unit}` : 'could not be timed'];
  });
