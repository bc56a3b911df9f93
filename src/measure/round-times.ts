import type { Nanoseconds } from '../base/units.ts';

/** The time of one dispatch in each round; `undefined` where the timer gave no positive one, or a round does not count. */
export type RoundTimes = readonly (Nanoseconds | undefined)[];
