import type { Comparison } from '../io/record.ts';
import { FEWEST_TO_JUDGE } from './dependence.ts';
import { LEAST_MARGIN, marginOf } from './margin.ts';
import { RatioEvidence } from './ratio-evidence.ts';
import type { RoundPairs } from './round-pairs.ts';

/** Pairs below which no verdict is given. */
export const FEWEST_PAIRS = 6;

/** What is known of a ratio after some rounds; all but the rounds are logarithms. */
export interface RatioJudgement {
  readonly centre: number;
  /** Of the interval that holds at any time, the half steps of the timer included. */
  readonly low: number;
  readonly high: number;
  readonly noise: number;
  readonly margin: number;
  readonly verdict: Comparison['verdict'];
  /** By how many times the rounds must grow until the verdict is clear, if all goes well; 1 where it is. */
  readonly growth: number;
}

/**
 * Judges a ratio: wholly beyond the margin it is FASTER or SLOWER, wholly inside SAME, else UNCLEAR.
 *
 * @param pairs at least one.
 */
export function judgeRatio({ logRatios, blur }: RoundPairs): RatioJudgement {
  const evidence = new RatioEvidence(logRatios);
  const { centre, interval, noise } = evidence;
  const [low, high] = [interval.low - blur, interval.high + blur];
  const margin = marginOf(noise);
  const verdict = logRatios.length < FEWEST_PAIRS ? 'UNCLEAR' : judge(low, high, margin);
  const known = { centre, low, high, noise, margin, verdict };
  return { ...known, growth: growthOf(known, logRatios.length, blur) };
}

function judge(low: number, high: number, margin: number): Comparison['verdict'] {
  if (high < -margin) return 'FASTER';
  if (low > margin) return 'SLOWER';
  return low >= -margin && high <= margin ? 'SAME' : 'UNCLEAR';
}

/**
 * An interval, and with it the noise, narrows with the square root of the rounds. The ratio may be nearer to a verdict than it seems,
 * by a standard error, which is half of the noise.
 */
function growthOf(
  { centre, low, high, noise, verdict }: Omit<RatioJudgement, 'growth'>,
  rounds: number,
  blur: number,
): number {
  if (verdict !== 'UNCLEAR') return 1;
  // From there on it is known how the rounds depend on each other: the interval narrows at once.
  if (rounds < FEWEST_TO_JUDGE) return FEWEST_TO_JUDGE / rounds;
  const halfWidth = (high - low) / 2 - blur;
  const away = Math.abs(centre) + noise / 2 - blur;
  const toBeApart = Math.min(away - LEAST_MARGIN, away / (1 + noise / halfWidth));
  const toBeSame = LEAST_MARGIN - Math.max(0, Math.abs(centre) - noise / 2) - blur;
  const wanted = Math.max(toBeApart, toBeSame);
  return wanted > 0 ? Math.max(1, (halfWidth / wanted) ** 2) : Infinity;
}
