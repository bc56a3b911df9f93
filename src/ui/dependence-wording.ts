import type { Timing } from '../io/record.ts';
import { plural } from './figures.ts';

/** Samples that are as good as this share of them need no word about it. */
const NEARLY_ALL = 0.8;

/** How much samples tell that resemble those before them; nothing where they are nearly as good as independent ones. */
export function wordEffective({
  samplesNs,
  throttled = [],
  hidden = [],
  effectiveSamples = Infinity,
}: Timing): string[] {
  const counted = samplesNs.length - throttled.length - hidden.length;
  if (effectiveSamples > NEARLY_ALL * counted) return [];
  return [`as good as ${plural(Math.max(1, Math.round(effectiveSamples)), 'independent one')}`];
}

/** That an interval rests on fewer samples than tell how they depend on each other. */
export const wordUnjudged = ({ dependence }: Timing): string[] =>
  dependence === 'not judged'
    ? ['too few to judge how they depend on each other: the interval takes them as independent']
    : [];

/** The same of times that were taken side by side, in a sentence; nothing where none has too few. */
export const noteUnjudged = (timings: readonly (Timing | undefined)[]): string[] =>
  timings.some((timing) => timing?.dependence === 'not judged')
    ? [
        'Fewer than 20 rounds are too few to judge how they depend on each other: ' +
          'the intervals of times take them as independent, those of ratios as strongly dependent.',
      ]
    : [];
