import { type Nanoseconds, nanoseconds } from '../base/units.ts';
import type { Peaks } from '../io/peaks.ts';
import type { Result } from '../io/record.ts';
import type { KernelPlan } from '../kernels/plan.ts';

/** A plan's part in a roofline: what it computes, by which arithmetic, and what it moves. */
export type RooflinePlan = Pick<KernelPlan, 'work' | 'traffic' | 'numerics' | 'problem' | 'variant'>;

/** From so many bytes on, no cache holds what a kernel reads, whatever the mode. */
const BEYOND_CACHES = 256 * 2 ** 20;
/** A time below the roofline's by more than this is no time of that work. */
const TOLERANCE = 1.05;

/** The roof that binds a kernel, and the time that it allows. */
export interface Roof {
  readonly boundBy: 'memory' | 'cache' | 'f32 arithmetic' | 'f16 arithmetic' | 'int8 arithmetic';
  /** The least time that the peaks allow. */
  readonly leastNs: Nanoseconds;
  readonly kind: 'measured' | 'modelled';
}

/** How a plan's work was done. */
export interface RoofTerms {
  /** Where the weights lay. */
  readonly cache: 'hot' | 'cold';
  /** Whether the WGSL is the user's, which may use any arithmetic: then the fastest is its roof. */
  readonly ownText: boolean;
  /** Bytes that the cache holds beside what one dispatch moves: of the other of two sets of operands. */
  readonly alongside?: number | undefined;
}

/**
 * The roof that binds a plan: its least traffic through the memory, or, with a hot cache, through the cache; its operations
 * through the arithmetic that it uses. Matrix units have no measured peak, and so no arithmetic roof.
 */
export function roofOf(plan: RooflinePlan, peaks: Peaks, { cache, ownText, alongside = 0 }: RoofTerms): Roof {
  const cached = cache === 'hot' && plan.traffic + alongside < BEYOND_CACHES;
  const memory = memoryRoof(plan, peaks, cached);
  const arithmetic = arithmeticRoof(plan, peaks, ownText);
  return arithmetic && arithmetic.leastNs > memory.leastNs ? arithmetic : memory;
}

function memoryRoof(plan: RooflinePlan, peaks: Peaks, cached: boolean): Roof {
  const gbps = cached ? Math.max(orNone(peaks.cacheGbps), memoryGbps(peaks)) : memoryGbps(peaks);
  return {
    boundBy: cached ? 'cache' : 'memory',
    leastNs: nanoseconds(plan.traffic / gbps),
    kind: 'modelled',
  };
}

const memoryGbps = ({ copyGbps, readGbps }: Peaks): number => orNone(Math.max(copyGbps, readGbps));

/** A kind that could not be timed has a rate of 0, and so no roof. */
const orNone = (rate: number): number => (rate > 0 ? rate : Infinity);

function arithmeticRoof(plan: RooflinePlan, peaks: Peaks, ownText: boolean): Roof | undefined {
  const { work, numerics, problem } = plan;
  if (usesMatrixUnits(plan)) return undefined;
  const roof = (boundBy: Roof['boundBy'], gops: number | undefined): Roof | undefined =>
    gops === undefined ? undefined : { boundBy, leastNs: nanoseconds(work / orNone(gops)), kind: 'measured' };
  const int8 = roof('int8 arithmetic', peaks.dot4Gops);
  const f16 = roof('f16 arithmetic', peaks.f16Gflops);
  const f32 = roof('f32 arithmetic', peaks.f32Gflops);
  if (ownText) return [f32, f16, int8].filter((one) => one !== undefined).sort(byLeastTime)[0];
  if (problem.activation === 'i8' && int8) return int8;
  return numerics.halfTerms > 0 && f16 ? f16 : f32;
}

const byLeastTime = (a: Roof, b: Roof): number => (a.leastNs || Infinity) - (b.leastNs || Infinity);

const usesMatrixUnits = ({ variant }: RooflinePlan): boolean => variant.includes('matrix');

/** How near a time came to the roof that binds, as a record has it. */
export const percentOfPeak = (
  { boundBy, leastNs, kind }: Roof,
  medianNs: number,
): Pick<NonNullable<Result['derived']>, 'percentOfPeak' | 'boundBy'> => ({
  percentOfPeak: { value: (100 * leastNs) / medianNs, kind },
  boundBy,
});

/**
 * Why a time cannot be that of a plan's work: it is less than the roof that binds allows, by more than 5 %.
 *
 * @returns a sentence for users, or `undefined` for a time that can be.
 */
export function impossibleTime({ leastNs }: Roof, medianNs: number): string | undefined {
  if (medianNs * TOLERANCE >= leastNs) return undefined;
  return (
    `The time is ${(leastNs / medianNs).toFixed(2)} times faster than the measured peaks of this adapter allow ` +
    'for the product: the kernel did not do all of its work each time, or the timer is wrong. If the peaks are, measure them again.'
  );
}
