import { isSample, SAMPLES } from '../io/samples.ts';
import type { Choice } from './labels.ts';

const valueOf = (name: string): string => `sample:${name}`;

/** The sizes that a sample fixes; `undefined` for weights that leave them open, or that this page does not know. */
export const sampleSize = (weights: string): { readonly N: number; readonly K: number } | undefined =>
  SAMPLES.find(({ name }) => valueOf(name) === weights);

/** The weights to choose from, `current` among them even where this page cannot load it. */
export function weightChoices(current: string): readonly Choice[] {
  const offered = [
    ...SAMPLES.map(({ name, about, N, K }) => ({
      value: valueOf(name),
      label: `${about.replace(/:.*$/s, '')} (${N}×${K})`,
    })),
    { value: 'random', label: 'random weights' },
  ];
  if (offered.some(({ value }) => value === current)) return offered;
  const why = isSample(current) ? 'unknown' : 'command line only';
  return [...offered, { value: current, label: `${current} (${why})` }];
}
