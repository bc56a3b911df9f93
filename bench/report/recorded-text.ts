import type { RecordFile } from '../../src/io/record.ts';
import { indicate } from '../../src/measure/indicative.ts';
import { significant } from '../../src/ui/figures.ts';
import { differingFields, shownField } from '../../src/ui/spec-wording.ts';
import { roofCell, timeCell } from '../../src/ui/time-cells.ts';
import { describeEnvironment, describeSpec } from './describe.ts';
import { plainTable } from './plain-table.ts';

/** Times of different runs or machines, a row each: what differs, the time, and the ratio to the first, indicative only. */
export function recordedText({ environments, results }: RecordFile): string {
  const fields = differingFields(results.map(({ spec }) => spec));
  const first = results[0]!;
  const hasRoofs = results.some((result) => roofCell(result) !== '');
  const rows = results.map((result, i) => {
    const { ratio, low, high } = indicate(first.timing!, result.timing!);
    return [
      String.fromCharCode(65 + i),
      ...fields.map((field) => shownField(result.spec, field)),
      timeCell(result.timing!),
      ...(hasRoofs ? [roofCell(result)] : []),
      i === 0 ? '1' : `${significant(ratio)} [${significant(low)}, ${significant(high)}]`,
      i === 0 ? '' : 'indicative',
    ];
  });
  return [
    `A is ${describeSpec(first.spec)}\n`,
    plainTable(rows, ['', ...fields, 'time', ...(hasRoofs ? ['of the roof'] : []), 'ratio to A', '']),
    'Indicative only: these times were not taken side by side, so clocks, drivers and heat differ. Verdicts come from compare on one machine.\n',
    ...environments.map(
      (environment, i) => `${String.fromCharCode(65 + i)}: ${describeEnvironment(environment)}\n`,
    ),
  ].join('');
}
