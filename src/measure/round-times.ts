import type { Nanoseconds } from '../base/units.ts';

/** The time of one dispatch in each round; `undefined` where the timer gave no positive one, or a round does not count. */
export type RoundTimes = readonly (Nanoseconds | undefined)[];

/**
 * What became of a round. It does not count, and is taken again, where the GPU had slowed down and recovered after a pause, or
 * where the page went to the background meanwhile.
 */
export type RoundFate = 'counted' | 'throttled' | 'hidden';

/** The times of the rounds that count; `undefined` for the others. */
export const countedTimes = (times: RoundTimes, fates: readonly RoundFate[]): RoundTimes =>
  times.map((time, round) => (fates[round] === 'counted' ? time : undefined));
