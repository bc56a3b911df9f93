import type { Comparison, RecordFile, Result } from '../../src/io/record.ts';
import { unclearAdvice } from '../../src/measure/unclear-advice.ts';
import { noteUnjudged } from '../../src/ui/dependence-wording.ts';
import { significant } from '../../src/ui/figures.ts';
import { wordNoiseFloor } from '../../src/ui/noise-wording.ts';
import { differingFields, letter, shownField } from '../../src/ui/spec-wording.ts';
import { roofCell, timeCell } from '../../src/ui/time-cells.ts';
import { wordVerdict } from '../../src/ui/verdict-wording.ts';
import { describeEnvironment, describeOddity, describeSpec, describeTiming } from './describe.ts';
import { plainTable } from './plain-table.ts';
import { warningsOf } from './warnings.ts';

/**
 * Experiments measured side by side, a row each: what differs, the verdict, the time, and the ratio to the first; then what
 * to do about what is unclear.
 *
 * @param count of experiments; where the record holds several rounds of them, the last is shown and the verdicts are counted.
 */
export function compareText(
  { environments, results: all, comparisons }: RecordFile,
  count = all.length,
): string {
  const before = all.length - count;
  const results = all.slice(before);
  const fields = differingFields(results.map(({ spec }) => spec));
  const last = comparisons.filter(({ b }) => b >= before);
  const fastest = Math.min(0, ...last.map(({ tieGroup = 0 }) => tieGroup));
  const isGrouped = last.some(({ tieGroup }) => tieGroup !== undefined);
  const hasRoofs = results.some((result) => roofCell(result) !== '');
  const rows = results.map((result, index) => {
    const comparison = last.find(({ b }) => b === before + index);
    const group = index === 0 ? 0 : comparison?.tieGroup;
    const ratio = comparison
      ? `${significant(comparison.ratio)} [${significant(comparison.ciLow)}, ${significant(comparison.ciHigh)}]`
      : '';
    return [
      letter(index),
      ...fields.map((field) => shownField(result.spec, field)),
      wordVerdict(result).headline,
      result.timing ? timeCell(result.timing) : '',
      ...(hasRoofs ? [roofCell(result)] : []),
      index === 0 ? '1' : ratio,
      comparison?.verdict ?? '',
      ...(isGrouped ? [group === undefined ? '' : String(group - fastest + 1)] : []),
    ];
  });
  const head = [
    ...['', ...fields, 'verdict', 'time', ...(hasRoofs ? ['of the roof'] : [])],
    ...['ratio to A', '', ...(isGrouped ? ['tie group'] : [])],
  ];
  const first = results[0];
  return [
    first ? `A is ${describeSpec(first.spec)}\n` : '',
    plainTable(rows, head),
    ...last.map((comparison) => advice(comparison, all, before)),
    ...(before > 0 ? counted(comparisons, count) : []),
    ...results.map(complaint),
    ...results.flatMap(({ timing }, index) => describeOddity(timing, letter(index))).map(line),
    ...noteUnjudged(results.map(({ timing }) => timing)).map(line),
    ...warningsOf(results).map(line),
    ...environments.map((environment) => `${describeEnvironment(environment)}\n`),
  ].join('');
}

/** What a comparison of an experiment with itself says of the noise. */
export function selfTestText({ environments, results, comparisons }: RecordFile): string {
  const first = results[0]!;
  const lines = comparisons.map((comparison) => {
    const { verdict, ratio, ciLow, ciHigh } = comparison;
    return (
      `Against itself: ${verdict}, ratio ${significant(ratio)} [${significant(ciLow)}, ${significant(ciHigh)}].\n` +
      `${wordNoiseFloor(comparison)}\n`
    );
  });
  return [
    `${describeSpec(first.spec)}\n`,
    ...(first.timing ? [`${describeTiming(first.timing)}\n`] : []),
    ...lines,
    ...(comparisons.length > 1 ? counted(comparisons, 2) : []),
    ...results.map(complaint),
    ...warningsOf(results).map(line),
    ...environments.map((environment) => `${describeEnvironment(environment)}\n`),
  ].join('');
}

const line = (text: string): string => `${text}\n`;

/** What to do about a comparison that is unclear. */
function advice(comparison: Comparison, results: readonly Result[], before: number): string {
  const timings = [comparison.a, comparison.b].flatMap((index) => results[index]?.timing ?? []);
  const sentence = unclearAdvice(comparison, timings);
  return sentence === undefined ? '' : `${letter(comparison.b - before)} is unclear. ${sentence}\n`;
}

/** How often each verdict was given on an experiment, where all were compared several times. */
function counted(comparisons: readonly Comparison[], count: number): string[] {
  const words = ['FASTER', 'SLOWER', 'SAME', 'UNCLEAR'] as const;
  return Array.from({ length: count - 1 }, (_, i) => i + 1).map((index) => {
    const own = comparisons.filter(({ b }) => b % count === index);
    const counts = words.map((word) => [word, own.filter(({ verdict }) => verdict === word).length] as const);
    const given = counts.filter(([, times]) => times > 0).map(([word, times]) => `${word} ${times}`);
    return `${letter(index)} against A, ${own.length} times: ${given.join(', ')}\n`;
  });
}

/** Why a row has no time. */
function complaint(result: Result, index: number): string {
  if (result.status === 'ok') return '';
  const { headline, details } = wordVerdict(result);
  return `${letter(index)}: ${headline}. ${details.join(' ')}\n`;
}
