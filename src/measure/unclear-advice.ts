import type { Comparison, Timing } from '../io/record.ts';
import { FEWEST_PAIRS } from './judge-ratio.ts';

/** An interval whose half width is below this share of the margin lies across its end: the difference is about the margin. */
const NARROW = 0.5;

/**
 * What to do about a comparison that is UNCLEAR: one sentence for users.
 *
 * @param timings of both; what is unclear may be so for a GPU that slowed down, or for too few samples.
 * @returns `undefined` for a verdict that is clear.
 */
export function unclearAdvice(
  { verdict, ciLow, ciHigh, marginPct }: Omit<Comparison, 'a' | 'b'>,
  timings: readonly Timing[],
): string | undefined {
  if (verdict !== 'UNCLEAR') return undefined;
  if (timings.some(({ samplesNs }) => samplesNs.length < FEWEST_PAIRS)) {
    return 'Too few rounds were measured: take a smaller shape or a longer protocol.';
  }
  if (timings.some(({ throttledRounds }) => throttledRounds > 0)) {
    return 'The GPU slowed down meanwhile: let it cool down, plug the machine in, and measure again.';
  }
  if (marginPct > 5) {
    return 'The noise hides the difference: close other programs and tabs that use the GPU, or take a bigger shape.';
  }
  const halfWidth = (100 * Math.log(ciHigh / ciLow)) / 2;
  return halfWidth <= NARROW * marginPct
    ? 'The difference is about as large as the margin: whichever is chosen, little is lost.'
    : 'More rounds would tell: take the next longer protocol, and close other programs and tabs.';
}
