import { isComplete, type Portable, type PortabilityMatrix } from '../../src/tune/portability.ts';
import type { TwoWayRule } from '../../src/tune/two-way-rule.ts';
import { plural, significant } from '../../src/ui/figures.ts';
import { plainTable } from './plain-table.ts';

/** Configurations that people are shown; files have all. */
const MOST_ROWS = 20;

/** A share as a percentage: `87.3 %`; empty where it was not measured. */
const percent = (share: number | undefined): string =>
  share === undefined ? '' : `${significant(100 * share)} %`;

/** The matrix for people: the best configurations, then what to take where only one or two can be taken. */
export function portabilityText(matrix: PortabilityMatrix, rule: TwoWayRule | undefined): string {
  const { cases, rows } = matrix;
  const names = cases.map((_, i) => columnName(i));
  const shown = rows.slice(0, MOST_ROWS);
  return [
    'Shares of the best time of each case: 100 % is the fastest there, 0 % did not run right, empty was not measured.\n',
    ...cases.map((name, i) => `  ${names[i]!}  ${name}\n`),
    plainTable(
      shown.map((row) => [row.configuration, ...[...row.shares, ...summary(row)].map(percent)]),
      ['configuration', ...names, 'average', 'worst', 'geometric mean'],
    ),
    ...(rows.length > shown.length
      ? [`… and ${plural(rows.length - shown.length, 'more configuration')}: --csv has all.\n`]
      : []),
    singleText(matrix),
    ruleText(rule, matrix),
  ].join('');
}

const summary = ({ average, worst, geometricMean }: Portable): readonly number[] => [
  average,
  worst,
  geometricMean,
];

/** A, B, … Z, AA, … */
const columnName = (index: number): string =>
  (index < 26 ? '' : columnName(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

const means = ({ geometricMean, worst }: Portable): string =>
  `geometric mean ${percent(geometricMean)}, at worst ${percent(worst)}`;

function singleText({ single, rows }: PortabilityMatrix): string {
  if (single) return `One for all: ${single.configuration} (${means(single)})\n`;
  return rows.some(isComplete)
    ? ''
    : 'One for all: there is none, for no configuration was tried in every case. Sweep the same grid on each machine.\n';
}

function ruleText(rule: TwoWayRule | undefined, { single }: PortabilityMatrix): string {
  if (!single) return '';
  if (!rule) return 'Rule of two: there is none, for the cases differ in no number (M, N, K, a limit).\n';
  const { feature, threshold, atMost, above, result } = rule;
  if (result.geometricMean <= single.geometricMean * (1 + 1e-9)) {
    return 'Rule of two: none does better than the one for all.\n';
  }
  return `Rule of two: ${atMost} where ${feature} is at most ${threshold}, else ${above} (${means(result)})\n`;
}

/** The whole matrix as cells, a row a configuration, for files; shares from 0 to 1, empty where not measured. */
export const portabilityCells = ({ cases, rows }: PortabilityMatrix): readonly (readonly string[])[] => [
  ['configuration', ...cases, 'average', 'worst', 'geometricMean'],
  ...rows.map((row) => [
    row.configuration,
    ...[...row.shares, ...summary(row)].map((share) => (share === undefined ? '' : String(share))),
  ]),
];
