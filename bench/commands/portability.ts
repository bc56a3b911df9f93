import { Command } from 'commander';
import { portability } from '../../src/tune/portability.ts';
import { portabilityInput } from '../../src/tune/records.ts';
import { bestTwoWayRule } from '../../src/tune/two-way-rule.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { readRecord } from '../read-record.ts';
import { csvText, deliver, markdownText } from '../report/files.ts';
import { portabilityCells, portabilityText } from '../report/portability-text.ts';
import { readOutputOptions } from '../run-options.ts';
import { UsageError } from '../usage-error.ts';

/** `portability`: configuration × adapter from records of several machines. @param end is given the exit code. */
export function portabilityCommand(context: CommandContext, end: (code: number) => void): Command {
  const command = new Command('portability')
    .description(
      'configuration × adapter from records of several machines: each time as a share of the best there; which one or two to take',
    )
    .argument('<files...>', 'record files, as sweep --json writes them on each machine')
    .option('--json <file>', 'write the matrix; - writes it to stdout and nothing else')
    .option('--markdown <file>', 'write the whole matrix as a Markdown table')
    .option('--csv <file>', 'write the whole matrix as comma-separated values');
  return command.action(async (files: string[], options: Record<string, unknown>) => {
    const records = [];
    for (const file of files) records.push(await readRecord(file));
    const { times, features } = portabilityInput(records);
    const matrix = portability(times);
    if (matrix.cases.length === 0) {
      throw new UsageError(
        `There is no time of a right result in ${files.join(', ')}.`,
        'Take records of run, compare or sweep.',
      );
    }
    const known = matrix.cases.map((name) => features.get(name) ?? {});
    const rule = bestTwoWayRule(matrix, known);
    const { json, markdown, csv } = readOutputOptions(options);
    const cells = portabilityCells(matrix);
    const cases = matrix.cases.map((name, i) => ({ name, features: known[i]! }));
    const data = `${JSON.stringify({ schemaVersion: 1, ...matrix, cases, rule }, undefined, 2)}\n`;
    const outputs = [
      { path: json === '-' ? undefined : json, content: data },
      { path: markdown, content: markdownText(cells) },
      { path: csv, content: csvText(cells) },
    ];
    await deliver(outputs, json === '-' ? data : portabilityText(matrix, rule), context);
    end(EXIT.right);
  });
}
