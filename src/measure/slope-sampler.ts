import { nanoseconds } from '../base/units.ts';
import type { Sampler } from './sampler.ts';

/** Sizes of the passes of one sample, as multiples of the smallest. */
const SIZES = [1, 2, 4, 8] as const;
const LARGEST = 8;
const MEAN = SIZES.reduce((sum, size) => sum + size, 0) / SIZES.length;
/** Squares of the sizes' distances from their mean. */
const SQUARES = SIZES.reduce((sum, size) => sum + (size - MEAN) ** 2, 0);

/** Steps of the timer that its reading of a sample may be off by, where that of one pass may be off by one. */
export const SLOPE_STEPS = (LARGEST * SIZES.reduce((sum, size) => sum + Math.abs(size - MEAN), 0)) / SQUARES;

/**
 * Times work by the slope of time over dispatches: passes of d, 2d, 4d and 8d dispatches, fitted by least squares. The fixed
 * cost of a pass, which is a good part of a short dispatch's mean time, is not in it.
 *
 * @returns a sampler whose samples are of 8d dispatches; `undefined` comes of a slope that is not positive.
 */
export const slopeSampler = (sampler: Sampler): Sampler => ({
  sample: async (dispatches) => {
    const smallest = Math.max(1, Math.round(dispatches / LARGEST));
    let products = 0;
    for (const size of SIZES) {
      const took = await sampler.sample(size * smallest);
      if (took === undefined) return undefined;
      products += (size - MEAN) * took;
    }
    const slope = products / SQUARES / smallest;
    return slope > 0 ? nanoseconds(slope * dispatches) : undefined;
  },
});
