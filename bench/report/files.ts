import { writeFile } from 'node:fs/promises';
import type { RecordFile } from '../../src/io/record.ts';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../usage-error.ts';
import { FLAT_HEAD, flatRows } from './flat-rows.ts';

/** Where results go besides, or instead of, the table. */
export interface OutputChoice {
  /** A path, or `-` for stdout, which then holds nothing else. */
  readonly json: string | undefined;
  readonly markdown: string | undefined;
  readonly csv: string | undefined;
}

/**
 * Writes what was asked for: files, and on stdout the record or the table for people.
 *
 * @throws UsageError if a file cannot be written.
 */
export async function writeOutputs(
  record: RecordFile,
  table: string,
  choice: OutputChoice,
  context: CommandContext,
): Promise<void> {
  const json = `${JSON.stringify(record, undefined, 2)}\n`;
  if (choice.json !== undefined && choice.json !== '-') await save(choice.json, json);
  if (choice.markdown !== undefined) await save(choice.markdown, markdownOf(record));
  if (choice.csv !== undefined) await save(choice.csv, csvOf(record));
  await context.print(choice.json === '-' ? json : table);
}

/** Writes a file. @throws UsageError if it cannot be written. */
export async function save(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (error) {
    throw new UsageError(
      `${path} cannot be written: ${(error as Error).message}.`,
      'Give a path in a folder that exists.',
    );
  }
}

/** The results as a Markdown table; columns that are empty throughout are left out. */
export function markdownOf(record: RecordFile): string {
  const rows = flatRows(record);
  const used = FLAT_HEAD.map((_, column) => column).filter((column) =>
    rows.some((row) => row[column] !== ''),
  );
  return markdownText([FLAT_HEAD, ...rows].map((row) => used.map((column) => row[column]!)));
}

/** The results as comma-separated values. */
export const csvOf = (record: RecordFile): string => csvText([FLAT_HEAD, ...flatRows(record)]);

/** Cells as a Markdown table. @param rows the first is the head. */
export function markdownText([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |\n`;
  return line(head!) + line(head!.map(() => '---')) + rows.map(line).join('');
}

/** Cells as comma-separated values (RFC 4180, but lines end in LF). */
export function csvText(rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}
