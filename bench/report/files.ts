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

/** A file to write. */
export interface OutputFile {
  /** `undefined` where it was not asked for. */
  readonly path: string | undefined;
  readonly content: string;
}

/**
 * Writes what was asked for: files, and on stdout the record or the table for people.
 *
 * @param others files beside those of the choice.
 * @throws UsageError as {@link deliver} does.
 */
export async function writeOutputs(
  record: RecordFile,
  table: string,
  { json, markdown, csv }: OutputChoice,
  context: CommandContext,
  others: readonly OutputFile[] = [],
): Promise<void> {
  const data = `${JSON.stringify(record, undefined, 2)}\n`;
  const files = [
    { path: json === '-' ? undefined : json, content: data },
    ...(markdown === undefined ? [] : [{ path: markdown, content: markdownOf(record) }]),
    ...(csv === undefined ? [] : [{ path: csv, content: csvOf(record) }]),
    ...others,
  ];
  await deliver(files, json === '-' ? data : table, context);
}

/**
 * Writes files and prints. One that cannot be written keeps neither the others nor the text from coming out.
 *
 * @throws UsageError in the end, if a file could not be written.
 */
export async function deliver(
  files: readonly OutputFile[],
  text: string,
  { print }: Pick<CommandContext, 'print'>,
): Promise<void> {
  const problems: string[] = [];
  for (const { path, content } of files) {
    if (path === undefined) continue;
    try {
      await writeFile(path, content);
    } catch (error) {
      problems.push(`${path} cannot be written: ${(error as Error).message}.`);
    }
  }
  await print(text);
  if (problems.length === 0) return;
  throw new UsageError(problems.join('\n'), 'All else came out. Give a path in a folder that exists.');
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
