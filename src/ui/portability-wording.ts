import { isComplete, type Portable, type PortabilityMatrix } from '../tune/portability.ts';
import type { TwoWayRule } from '../tune/two-way-rule.ts';
import { significant } from './figures.ts';

/** A share as a percentage: `87.3 %`; empty where it was not measured. */
export const percent = (share: number | undefined): string =>
  share === undefined ? '' : `${significant(100 * share)} %`;

/** Average, worst and geometric mean of a configuration's shares. */
export const summary = ({ average, worst, geometricMean }: Portable): readonly number[] => [
  average,
  worst,
  geometricMean,
];

/** A case's name in a table: A, B, … Z, AA, … */
export const columnName = (index: number): string =>
  (index < 26 ? '' : columnName(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

const means = ({ geometricMean, worst }: Portable): string =>
  `geometric mean ${percent(geometricMean)}, at worst ${percent(worst)}`;

/** The configuration to take where only one can be taken, in a sentence; `undefined` where there is nothing to say. */
export function singleText({ single, rows }: PortabilityMatrix): string | undefined {
  if (single) return `One for all: ${single.configuration} (${means(single)})`;
  return rows.some(isComplete)
    ? undefined
    : 'One for all: there is none, for no configuration was tried in every case. Sweep the same grid on each machine.';
}

/** The best rule of two, in a sentence; `undefined` where there is not even one for all. */
export function ruleText(rule: TwoWayRule | undefined, { single }: PortabilityMatrix): string | undefined {
  if (!single) return undefined;
  if (!rule) return 'Rule of two: there is none, for the cases differ in no number (M, N, K, a limit).';
  const { feature, threshold, atMost, above, result } = rule;
  if (result.geometricMean <= single.geometricMean * (1 + 1e-9)) {
    return 'Rule of two: none does better than the one for all.';
  }
  return `Rule of two: ${atMost} where ${feature} is at most ${threshold}, else ${above} (${means(result)})`;
}
