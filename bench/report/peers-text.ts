import { PEER_COLUMNS, PEER_NOTES, peerCells } from '../peers/row-wording.ts';
import type { PeersRecord } from '../peers/peers-record.ts';
import { describeEnvironment } from './describe.ts';
import { plainTable } from './plain-table.ts';

/** A table with a row for each product and peer, what holds for all, and where it was measured. */
export function peersText({ environment, rows }: PeersRecord): string {
  const notes = PEER_NOTES.map((note) => `${note}\n`).join('');
  return `${plainTable(rows.map(peerCells), PEER_COLUMNS)}\n${notes}${describeEnvironment(environment)}\n`;
}

/** The same as a Markdown table. */
export function peersMarkdown({ environment, rows }: PeersRecord): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |\n`;
  const table = [PEER_COLUMNS, PEER_COLUMNS.map(() => '---'), ...rows.map(peerCells)].map(line).join('');
  return `${table}\n${[...PEER_NOTES, describeEnvironment(environment)].join('\n')}\n`;
}
