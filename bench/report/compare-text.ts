import type { RecordFile, Result } from '../../src/io/record.ts';
import type { Spec } from '../../src/io/spec.ts';
import { significant } from '../../src/ui/figures.ts';
import { wordVerdict } from '../../src/ui/verdict-wording.ts';
import { describeEnvironment, describeInterval, describeSpec } from './describe.ts';
import { plainTable } from './plain-table.ts';

/** Experiments measured side by side, a row each: what differs, the verdict, the time, and the ratio to the first. */
export function compareText({ environments, results, comparisons }: RecordFile): string {
  const fields = differingFields(results.map(({ spec }) => spec));
  const rows = results.map((result, index) => {
    const comparison = comparisons.find(({ b }) => b === index);
    const ratio = comparison
      ? `${significant(comparison.ratio)} [${significant(comparison.ciLow)}, ${significant(comparison.ciHigh)}]`
      : '';
    return [
      String.fromCharCode(65 + index),
      ...fields.map((field) => shownField(result.spec, field)),
      wordVerdict(result).headline,
      result.timing ? describeInterval(result.timing) : '',
      index === 0 ? '1' : ratio,
      comparison?.verdict ?? '',
    ];
  });
  const head = ['', ...fields, 'verdict', 'time', 'ratio to A', ''];
  const first = results[0];
  return [
    first ? `A is ${describeSpec(first.spec)}\n` : '',
    plainTable(rows, head),
    ...results.map(complaint),
    ...environments.map((environment) => `${describeEnvironment(environment)}\n`),
  ].join('');
}

/** The fields in which specs differ; `params` where any parameter does. */
export function differingFields(specs: readonly Spec[]): (keyof Spec)[] {
  const names = [...new Set(specs.flatMap((spec) => Object.keys(spec) as (keyof Spec)[]))];
  return names.filter((name) => new Set(specs.map((spec) => JSON.stringify(spec[name]))).size > 1);
}

function shownField(spec: Spec, field: keyof Spec): string {
  const value = spec[field];
  if (field === 'wgsl') return value === undefined ? 'built in' : 'own WGSL';
  if (typeof value !== 'object') return String(value);
  const params = Object.entries(value).map(([name, number]) => `${name}=${number}`);
  return params.join(' ') || 'default';
}

/** Why a row has no time. */
function complaint(result: Result, index: number): string {
  if (result.status === 'ok') return '';
  const { headline, details } = wordVerdict(result);
  return `${String.fromCharCode(65 + index)}: ${headline}. ${details.join(' ')}\n`;
}
