import {
  type Bytes,
  type Flops,
  gigabytesPerSecond,
  gigaflopsPerSecond,
  nanoseconds,
} from '../base/units.ts';
import type { Result, Timing } from '../io/record.ts';
import type { Timer } from './sampler.ts';

/** A sample of fewer steps of the timer is too coarse to divide by. */
const LEAST_STEPS = 16;

/**
 * Throughput from a time. The work is exact and its rate measured; the traffic is the least that the plan must move,
 * not what it moves, so it and its rate are modelled.
 *
 * @returns `undefined` where a sample spans fewer than 16 steps of the timer.
 */
export function ratesOf(
  { work, traffic }: { readonly work: Flops; readonly traffic: Bytes },
  { medianNs, dispatchesPerSample }: Timing,
  { stepNs }: Timer,
): Result['derived'] {
  if (medianNs * dispatchesPerSample < LEAST_STEPS * stepNs) return undefined;
  const took = nanoseconds(medianNs);
  return {
    flops: { value: work, kind: 'exact' },
    bytes: { value: traffic, kind: 'modelled' },
    gflops: { value: gigaflopsPerSecond(work, took), kind: 'measured' },
    gbps: { value: gigabytesPerSecond(traffic, took), kind: 'modelled' },
  };
}
