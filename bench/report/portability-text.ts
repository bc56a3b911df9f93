import type { PortabilityMatrix } from '../../src/tune/portability.ts';
import type { TwoWayRule } from '../../src/tune/two-way-rule.ts';
import { plural } from '../../src/ui/figures.ts';
import { columnName, percent, ruleText, singleText, summary } from '../../src/ui/portability-wording.ts';
import { plainTable } from './plain-table.ts';

/** Configurations that people are shown; files have all. */
const MOST_ROWS = 20;

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
    ...[singleText(matrix), ruleText(rule, matrix)].map((line) => (line === undefined ? '' : `${line}\n`)),
  ].join('');
}

/** The whole matrix as cells, a row a configuration, for files; shares from 0 to 1, empty where not measured. */
export const portabilityCells = ({ cases, rows }: PortabilityMatrix): readonly (readonly string[])[] => [
  ['configuration', ...cases, 'average', 'worst', 'geometricMean'],
  ...rows.map((row) => [
    row.configuration,
    ...[...row.shares, ...summary(row)].map((share) => (share === undefined ? '' : String(share))),
  ]),
];
