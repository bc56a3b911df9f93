import type { Comparison, RecordFile, Result } from '../io/record.ts';
import { unclearAdvice } from '../measure/unclear-advice.ts';
import { noteUnjudged } from './dependence-wording.ts';
import { significant } from './figures.ts';
import { wordNoiseFloor } from './noise-wording.ts';
import { differingFields, letter, shownField } from './spec-wording.ts';
import { roofCell, timeCell } from './time-cells.ts';
import { wordVerdict } from './verdict-wording.ts';

/** A comparison as a table and what is to be said below it. */
export interface ComparisonTable {
  readonly head: readonly string[];
  /** [experiments, columns] */
  readonly rows: readonly (readonly string[])[];
  /** Sentences: what to do about what is unclear, why a row has no time, what spoilt the times. */
  readonly notes: readonly string[];
}

/** Lays out a record of experiments that were measured side by side; of their specs only what differs. */
export function comparisonTable({ results, comparisons }: RecordFile): ComparisonTable {
  const fields = differingFields(results.map(({ spec }) => spec));
  const isGrouped = comparisons.some(({ tieGroup }) => tieGroup !== undefined);
  const hasRoofs = results.some((result) => roofCell(result) !== '');
  const fastest = Math.min(0, ...comparisons.map(({ tieGroup = 0 }) => tieGroup));
  const rows = results.map((result, index) => {
    const comparison = comparisons.find(({ b }) => b === index);
    const group = index === 0 ? 0 : comparison?.tieGroup;
    return [
      letter(index),
      ...fields.map((field) => shownField(result.spec, field)),
      wordVerdict(result).headline,
      result.timing ? timeCell(result.timing) : 'no time',
      ...(hasRoofs ? [roofCell(result)] : []),
      ...(index === 0 ? [result.timing ? '1' : '', 'the first'] : against(comparison)),
      ...(isGrouped ? [group === undefined ? '' : String(group - fastest + 1)] : []),
    ];
  });
  return {
    head: [
      '',
      ...fields,
      'result',
      'time [95 % interval] and cache',
      ...(hasRoofs ? ['of its roof'] : []),
      'time ÷ A’s [interval]',
      'against A',
      ...(isGrouped ? ['tie group'] : []),
    ],
    rows,
    notes: [
      ...comparisons.flatMap((comparison) => noise(comparison, results)),
      ...comparisons.flatMap((comparison) => unclear(comparison, results)),
      ...noteUnjudged(results.map(({ timing }) => timing)),
      ...results.flatMap(complaint),
      ...new Set(results.flatMap(({ warnings = [] }) => warnings)),
    ],
  };
}

function against(comparison: Comparison | undefined): readonly string[] {
  if (!comparison) return ['', ''];
  const { ratio, ciLow, ciHigh, verdict, marginPct } = comparison;
  return [
    `${significant(ratio)} [${significant(ciLow)}, ${significant(ciHigh)}]`,
    `${verdict} (margin ${significant(marginPct, 2)} %)`,
  ];
}

/** Of an experiment against itself, how large the noise is. */
function noise(comparison: Comparison, results: readonly Result[]): readonly string[] {
  const specs = [comparison.a, comparison.b].map((index) => results[index]!.spec);
  if (differingFields(specs).length > 0) return [];
  return [`${letter(comparison.b)} is A once more. ${wordNoiseFloor(comparison)}`];
}

function unclear(comparison: Comparison, results: readonly Result[]): readonly string[] {
  const timings = [comparison.a, comparison.b].flatMap((index) => results[index]?.timing ?? []);
  const sentence = unclearAdvice(comparison, timings);
  return sentence === undefined ? [] : [`${letter(comparison.b)} is unclear. ${sentence}`];
}

function complaint(result: Result, index: number): readonly string[] {
  if (result.status === 'ok') return [];
  const { headline, details } = wordVerdict(result);
  return [`${letter(index)}: ${headline}. ${details.join(' ')}`];
}
